"""The walk through a running demonstration."""

from http import HTTPStatus

import pytest
from django.core.management import CommandError, call_command

from office.management.commands.check_pages import Answer, Page

TEXT = """<!doctype html><title>Desk</title>
<nav class="rail" id="rooms"><a href="/">Desk</a><a href="#rooms">All</a>
<ul><li><a href="/documents/incoming/">Incoming<br></a></ul></nav>
<header class="bar"><details class="menu"><a href="/settings/">Me</a></details></header>
<main><a href="?page=2">More</a><img src="x"><a href="/documents/incoming/7/">7</a>
<form><input type="hidden" name="csrfmiddlewaretoken" value="abc">
<button name="as" value="shen"></button><button name="as" value="liu"></button></form></main>"""


def test_links_of_the_shell_and_of_the_body_are_told_apart():
    page = Page(TEXT)
    assert page.shell == ["/", "/documents/incoming/", "/settings/"]
    assert page.body == ["?page=2", "/documents/incoming/7/"]
    assert page.people == ["shen", "liu"]
    assert page.token == "abc"
    assert page.title == "Desk"


@pytest.mark.parametrize(
    ("status", "landed", "is_door", "good"),
    [
        (HTTPStatus.OK, "/settings/", False, True),
        (HTTPStatus.OK, "/sign-in/", False, False),
        (HTTPStatus.INTERNAL_SERVER_ERROR, "/settings/", False, False),
        (0, "", False, False),
        (HTTPStatus.OK, "/", True, True),
        (HTTPStatus.OK, "/settings/", True, False),
    ],
)
def test_a_page_is_good_when_it_is_the_one_asked_for(status, landed, is_door, good):
    assert Answer("/settings/?a=1", status, 1.0, landed, TEXT, is_door).is_good is good


def test_nobody_to_be_is_a_failure():
    with pytest.raises(CommandError, match="offers nobody"):
        call_command("check_pages", base="http://127.0.0.1:9")
