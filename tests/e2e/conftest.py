"""A browser, an office to visit, and people who sign in to it.

Screens are addressed by the words people read: `words("Register and pass on")` is what the
Chinese screen shows for that msgid, so a reworded translation breaks no journey.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from documents.reference import seed
from office.people.models import User
from office.workdays import calendar
from tests.documents.factories import Office, make_office
from tests.e2e.visitor import Visitor
from tests.office.factories import hashed

CHROMIUM = os.environ.get("OFFICE_CHROMIUM", "/usr/bin/chromium")
DESK = {"width": 1440, "height": 900}
# Names as the screens must show them: the shared cast has Latin ones.
NAMES = {
    "principal": "陈国梁", "deputy": "何志远", "director": "周敏", "clerk": "李文静",
    "second_clerk": "方晴", "screener": "顾晨", "confidential": "孙立", "archivist": "严冬",
    "head": "赵启明", "staff": "宋恺", "colleague": "罗芸", "other_head": "吴晓岚",
    "other_staff": "丁宁", "system": "马晓东", "security": "沈岩", "audit": "韩雪",
}  # fmt: skip

PATIENCE = 20_000  # milliseconds; the machine may have much else to do
expect.set_options(timeout=PATIENCE)
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps a loop running in this thread


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies here as a journey."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def office(transactional_db: None) -> Office:
    """The institution of the tests of documents, with its tables filled and everybody named."""
    calendar.forget()
    seed.load()
    place = make_office()
    for person in place.people:
        person.name, person.title, person.password = NAMES[person.username], "科员", hashed()
    User.objects.bulk_update(place.people, ["name", "title", "password"])
    return place


@pytest.fixture
def visit(office: Office, live_server: LiveServer, browser: Browser) -> Iterator[Any]:
    """Return `visit(user)`: somebody signed in through the form, in a browser of his own."""
    windows: list[Visitor] = []

    def arrive(user: User | None = None, **options: Any) -> Visitor:
        options = {"viewport": DESK, "locale": "zh-CN", "accept_downloads": True} | options
        context = browser.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(PATIENCE)
        visitor = Visitor(context)
        windows.append(visitor)
        if user is not None:
            visitor.sign_in(user)
        return visitor

    yield arrive
    for visitor in windows:
        visitor.leave()
    assert [line for visitor in windows for line in visitor.complaints] == []


Visit = Callable[..., Visitor]
