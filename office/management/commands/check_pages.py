"""Walk a running demonstration as every person it offers and open what each is offered."""

import http.cookiejar
import time
import unicodedata
import urllib.error
import urllib.parse
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

VOID = {"br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
SHELL = {("nav", "rail"), ("header", "bar")}
SECONDS = 30


class Page(HTMLParser):
    """What one page offers: the links of its shell, those of its body, and its buttons."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.shell: list[str] = []
        self.body: list[str] = []
        self.people: list[str] = []
        self.token = ""
        self.title = ""
        self._open: list[tuple[str, bool]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note links and buttons, and whether they stand in the shell."""
        facts = {name: value or "" for name, value in attrs}
        inside = bool(self._open) and self._open[-1][1]
        classes = facts.get("class", "").split()
        inside = inside or any((tag, name) in SHELL for name in classes)
        if tag not in VOID:
            self._open.append((tag, inside))
        if tag == "a" and facts.get("href", "").startswith(("/", "?")):
            (self.shell if inside else self.body).append(facts["href"])
        elif facts.get("name") == "as" and facts.get("value"):
            self.people.append(facts["value"])
        elif facts.get("name") == "csrfmiddlewaretoken" and not self.token:
            self.token = facts.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Leave an element, and whatever was left open inside it."""
        for depth in range(len(self._open) - 1, -1, -1):
            if self._open[depth][0] == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        """Keep the title: it says what a failing page was."""
        if self._open and self._open[-1][0] == "title" and not self.title:
            self.title = data.strip()


@dataclass
class Answer:
    """One page opened by one person."""

    path: str
    status: int
    milliseconds: float
    landed: str
    text: str
    is_door: bool = False
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.page = Page(self.text)

    @property
    def is_good(self) -> bool:
        """Tell whether the page came, and was the one asked for; the door must lead inside."""
        asked = urllib.parse.urlsplit(self.path).path
        stayed = self.landed == asked
        return self.status == HTTPStatus.OK and stayed != self.is_door


class Visitor:
    """One browser without a window: keeps cookies, follows redirects, measures."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)

    def open(self, path: str, **posted: str) -> Answer:
        """Open a page, or send a form to it."""
        data = urllib.parse.urlencode(posted).encode() if posted else None
        headers = {"Accept": "text/html", "Referer": self.base + path}
        request = urllib.request.Request(self.base + path, data, headers)  # noqa: S310
        begun = time.perf_counter()
        try:
            reply = self.opener.open(request, timeout=SECONDS)
        except urllib.error.HTTPError as error:
            reply = error
        except OSError as error:
            return Answer(path, 0, (time.perf_counter() - begun) * 1000, "", str(error))
        with reply:
            body = reply.read()
        took = (time.perf_counter() - begun) * 1000
        is_html = "html" in reply.headers.get("Content-Type", "")
        text = body.decode("utf-8", errors="replace") if is_html else ""
        return Answer(path, reply.status, took, urllib.parse.urlsplit(reply.url).path, text)

    def enter(self, username: str) -> Answer:
        """Sign in as somebody through the page that asks who you are."""
        door = reverse("office:demo")
        token = self.open(door).page.token
        answer = self.open(door, **{"as": username, "csrfmiddlewaretoken": token})
        answer.is_door = True
        return answer

    def walk(self, first: Answer) -> Iterator[Answer]:
        """Open every link of the shell, and on each page the first link to a record."""
        doors = dict.fromkeys(_path(link) for link in first.page.shell)
        seen = set(doors)
        for door in doors:
            answer = self.open(door)
            yield answer
            record = _record(answer, seen)
            if record and answer.is_good:
                seen.add(record)
                yield self.open(record)


def _path(link: str) -> str:
    return urllib.parse.urlsplit(link).path


def _record(answer: Answer, seen: set[str]) -> str:
    """Return the first link of the body that leads to a page not opened yet."""
    links = [link for link in answer.page.body if link.startswith("/")]
    return next((path for path in map(_path, links) if path not in seen), "")


class Command(BaseCommand):
    """Open every page as every person of a running demonstration; fail when one fails."""

    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address of the demonstration."""
        parser.add_argument("--base", required=True, help="address, as http://127.0.0.1:8000")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a table of person, page, status and time."""
        people = Visitor(options["base"]).open(reverse("office:demo")).page.people
        if not people:
            raise CommandError(f"{options['base']} offers nobody to be: is it a demonstration?")
        opened = bad = 0
        slowest: tuple[float, str] = (0, "")
        self._line("person", "page", "status", "ms")
        for username in people:
            for answer in self._visit(options["base"], username):
                opened += 1
                bad += not answer.is_good
                slowest = max(slowest, (answer.milliseconds, f"{username} {answer.path}"))
        summary = (
            f"{opened} pages as {len(people)} people, slowest {slowest[0]:.0f} ms: {slowest[1]}"
        )
        if bad:
            raise CommandError(f"{bad} of {summary}")
        self.stdout.write(f"      {summary}\n      Every page opened.")

    def _visit(self, base: str, username: str) -> Iterator[Answer]:
        visitor = Visitor(base)
        first = visitor.enter(username)
        yield self._show(username, first)
        if first.is_good:
            for answer in visitor.walk(first):
                yield self._show(username, answer)

    def _show(self, username: str, answer: Answer) -> Answer:
        status = str(answer.status) if answer.is_good else f"{answer.status} FAILED"
        self._line(username, answer.path, status, f"{answer.milliseconds:.0f}")
        if not answer.is_good:
            where = answer.landed if answer.landed != answer.path else ""
            self.stdout.write(f"        {answer.page.title or answer.text[:200]} {where}")
        return answer

    def _line(self, person: str, page: str, status: str, milliseconds: str) -> None:
        line = f"      {_fit(person, 14)} {_fit(page, 56)} {status:<11} {milliseconds:>6}"
        self.stdout.write(line)


def _fit(words: str, width: int) -> str:
    """Pad words to a width in columns; a Chinese character takes two."""
    columns = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in words)
    return words + " " * max(0, width - columns)
