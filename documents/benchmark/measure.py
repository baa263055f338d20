"""Ask gunicorn for pages over kept connections and time them; count queries in this process."""

from __future__ import annotations

import http.client
import io
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.db import connection
from django.test.utils import CaptureQueriesContext

from documents.benchmark import wsgi
from office.people.models import User

FLOOR = "floor L"
WARM = 10
READY_SECONDS = 30
CSRF = "b" * 32
CSRF_COOKIE = f"{settings.CSRF_COOKIE_NAME}={CSRF}"
FORM_TYPE = "application/x-www-form-urlencoded"
Form = Mapping[str, str] | None
Ask = Callable[..., tuple[int, bytes]]
# As script/server runs it, but one process: figures of one page at a time.
GUNICORN = ["--worker-class", "gthread", "--threads", "4", "--keep-alive", "30", "--preload"]


@dataclass
class Page:
    """One page: its name, its address, and how it may compare with the floor or another page.

    `form` makes what is posted there, a new one for each number; else the page is only read.
    """

    name: str
    path: str
    goal: float = 0.0
    beside: str = FLOOR
    at: str = "p50"
    most_ms: float = 0.0  # a goal that stands by itself
    form: Callable[[int], Mapping[str, str]] | None = None
    answers: int = 0  # the status that is right; else 200, or 302 for what is posted
    times: list[float] = field(default_factory=list)
    queries: int = 0
    size: int = 0

    def asked(self, ask: Ask, n: int) -> bytes:
        """Ask for the page once and return its body. Raises RuntimeError when it is not right."""
        form = self.form(n) if self.form else None
        status, body = ask(self.path, form)
        right = self.answers or (HTTPStatus.OK if form is None else HTTPStatus.FOUND)
        if status != right:
            raise RuntimeError(f"{self.name}: {self.path} answered {status}: {body[:3000]!r}")
        return body

    def quantile(self, share: float) -> float:
        """Return the time in milliseconds under which this share of the answers came."""
        ordered = sorted(self.times)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000

    @property
    def p50(self) -> float:
        return self.quantile(0.5)

    @property
    def p95(self) -> float:
        return self.quantile(0.95)


def run(pages: Sequence[Page], cookie: str, rounds: int) -> None:
    """Time every page `rounds` times, one after the other in turn, so that drift hits all alike."""
    with served(workers=1) as port:
        ask = client(port, cookie)
        for n in range(WARM + rounds):
            for page in pages:
                began = time.perf_counter()
                body = page.asked(ask, n)
                took = time.perf_counter() - began
                page.size = len(body)
                if n >= WARM:
                    page.times.append(took)


def crowd(page: Page, cookie: str, rounds: int, people: int = 8) -> Page:
    """Time one page asked for by several at once, as served by two processes."""
    found = Page(f"{page.name}, {people} at once", page.path)

    def one(port: int) -> None:
        ask = client(port, cookie)
        for n in range(WARM + rounds):
            began = time.perf_counter()
            page.asked(ask, n)
            if n >= WARM:
                found.times.append(time.perf_counter() - began)

    with served(workers=2) as port:
        threads = [threading.Thread(target=one, args=[port]) for _ in range(people)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return found


@contextmanager
def served(workers: int) -> Iterator[int]:
    """Have gunicorn serve the benchmark; yield its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "documents.benchmark.wsgi:application"]
    command += [*GUNICORN, "--workers", str(workers), "--bind", f"127.0.0.1:{port}"]
    name = str(connection.settings_dict["NAME"])
    environment = os.environ | {"OFFICE_BENCH_DATABASE": name, "OFFICE_LOG_LEVEL": "ERROR"}
    process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
        [*command, "--log-level", "error"], env=environment, cwd=settings.BASE_DIR
    )
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("gunicorn did not start")


def client(port: int, cookie: str) -> Ask:
    """Return a function that asks for a path, or posts to it, over one kept connection."""
    line = http.client.HTTPConnection("127.0.0.1", port)
    head = {"Cookie": f"{cookie}; {CSRF_COOKIE}", "Accept-Language": "zh-CN"}

    def ask(path: str, form: Form = None) -> tuple[int, bytes]:
        if form is None:
            line.request("GET", path, headers=head)
        else:
            line.request("POST", path, _posted(form), {**head, "Content-Type": FORM_TYPE})
        answer = line.getresponse()
        return answer.status, answer.read()

    return ask


def inside(cookie: str) -> Ask:
    """Return a function that asks this process's own application: for counting and profiling."""
    product, bare = wsgi.handlers()
    environment = {
        "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1",
        "HTTP_COOKIE": f"{cookie}; {CSRF_COOKIE}", "CONTENT_TYPE": FORM_TYPE,
        "wsgi.url_scheme": "http", "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False, "wsgi.multiprocess": True, "wsgi.version": (1, 0),
        "SCRIPT_NAME": "", "HTTP_ACCEPT_LANGUAGE": "zh-CN",
    }  # fmt: skip

    def ask(path: str, form: Form = None) -> tuple[int, bytes]:
        said: list[str] = []

        def start(status: str, _headers: Any, _problem: Any = None) -> None:
            said.append(status)

        where, _, query = path.partition("?")
        sent = b"" if form is None else _posted(form)
        asked = {
            "PATH_INFO": where, "QUERY_STRING": query, "wsgi.input": io.BytesIO(sent),
            "CONTENT_LENGTH": str(len(sent)), "REQUEST_METHOD": "GET" if form is None else "POST",
        }  # fmt: skip
        answer = (bare if where == wsgi.FLOOR else product)(environment | asked, start)
        body = b"".join(answer)
        answer.close()
        return int(said[0][:3]), body

    return ask


def count(pages: Sequence[Page], cookie: str) -> None:
    """Count the queries of every page, warm."""
    ask = inside(cookie)
    for page in pages:
        page.asked(ask, -2)
        with CaptureQueriesContext(connection) as queries:
            page.asked(ask, -1)
        page.queries = len(queries)


def _posted(form: Mapping[str, str]) -> bytes:
    return urlencode({"csrfmiddlewaretoken": CSRF, **form}).encode()


def sign_in(user: User) -> str:
    """Begin a session for a person and return its cookie."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "office.people.backends.OfficeBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def table(pages: Sequence[Page]) -> str:
    """Return the figures beside their goals, as text."""
    by_name = {page.name: page for page in pages}
    names = ("p50 ms", "p95 ms", "x L", "p95/p50", "queries", "kB")
    head = f"{'page':34}" + "".join(f"{name:>9}" for name in names) + "   goal"
    return "\n".join([head, "-" * len(head), *(_line(page, by_name) for page in pages)])


def _line(page: Page, by_name: Mapping[str, Page]) -> str:
    figures = (page.p50, page.p95, page.p50 / by_name[FLOOR].p50, page.p95 / page.p50)
    shown = "".join(f"{figure:9.2f}" for figure in figures)
    return (
        f"{page.name:34}{shown}{page.queries:9}{page.size / 1000:9.1f}   {_verdict(page, by_name)}"
    )


def _verdict(page: Page, by_name: Mapping[str, Page]) -> str:
    if page.most_ms:
        word = "kept" if getattr(page, page.at) <= page.most_ms else "MISSED"
        return f"{page.at} <= {page.most_ms:.0f} ms: {word}"
    if not page.goal:
        return ""
    reached = getattr(page, page.at) / by_name[page.beside].p50
    word = "kept" if reached <= page.goal else "MISSED"
    return f"{page.at} <= {page.goal} x {page.beside}: {reached:.2f} {word}"
