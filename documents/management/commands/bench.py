"""manage.py bench: pages and heavier work at many rows, beside the floor of the same run."""

from __future__ import annotations

import cProfile
import logging
import os
import pstats
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, connections

from documents.benchmark import dispatches, load, measure, pages, papers, work
from documents.receipt.models import IncomingDocument
from office.people.models import User

GROUPS = ("pages", "writing", "heavy", "figures", "dispatches")
FEW_ROUNDS = 10  # of pages that take a second


class Command(BaseCommand):
    help = "Load a book of documents into a database of its own and time the pages beside a floor."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rows", type=int, default=100_000)
        parser.add_argument("--rounds", type=int, default=100)
        parser.add_argument("--fresh", action="store_true", help="load anew")
        parser.add_argument("--only", choices=GROUPS, help="one group of figures")
        parser.add_argument("--profile", metavar="PAGE", help="say where the time of one page goes")

    def handle(self, **options: Any) -> None:
        self.began, self.rounds = time.monotonic(), options["rounds"]
        logging.disable(logging.INFO)  # a line for each answer is not what is read here
        call_command("collectstatic", interactive=False, verbosity=0)  # pages are served as in use
        name, rows, fresh = connection.settings_dict["NAME"], options["rows"], options["fresh"]
        groups = [options["only"]] if options["only"] else GROUPS
        if options["profile"] or not {"pages", "writing", "heavy"}.isdisjoint(groups):
            self._database(f"bench_{rows}", lambda tell: load.fill(rows, tell), fresh=fresh)
        if options["profile"]:
            _profile(options["profile"])
            return
        if "pages" in groups:
            self._pages(rows)
        if "writing" in groups:
            self._table(pages.written(), load.person("登记", "registry_clerk"))
        if "heavy" in groups:
            self._heavy()
        if "figures" in groups:
            connection.settings_dict["NAME"] = name
            self._database("bench_figures", work.fill, fresh=fresh)
            self._figures()
        if "dispatches" in groups:
            connection.settings_dict["NAME"] = name
            self._database("bench_dispatches", dispatches.fill, fresh=fresh)
            self._dispatches()

    def _pages(self, rows: int) -> None:
        user = load.reader()
        seen = IncomingDocument.objects.visible_to(user).count()
        self.stdout.write(
            f"{rows:,} documents; {user}, staff and no superuser, sees {seen:,}. {self.rounds}"
            " rounds in turn over one kept connection; gunicorn gthread, one process.\n"
        )
        listed = pages.read(user)
        self._table(listed, user)
        page = next(page for page in listed if page.name == pages.REGISTER)
        many = measure.crowd(page, measure.sign_in(user), self.rounds)
        p50, p99 = many.p50, many.quantile(0.99)
        word = "kept" if p99 <= 5 * p50 else "MISSED"
        self.stdout.write(
            f"\n{many.name}, two processes: p50 {p50:.1f} ms, p99 {p99:.1f} ms;"
            f" p99 <= 5 x p50: {p99 / p50:.2f} {word}"
        )

    def _table(self, listed: list[measure.Page], user: User, most_rounds: int = 1000) -> None:
        """Measure some pages as one person and show them; the machine's load stands beneath."""
        cookie = measure.sign_in(user)
        measure.count(listed, cookie)
        connections.close_all()
        measure.run(listed, cookie, min(self.rounds, most_rounds))
        self.stdout.write(f"\n{measure.table(listed)}\nload {os.getloadavg()[0]:.1f}")

    def _heavy(self) -> None:
        director = load.person("主任", "office_director")
        paper = work.two_pages(director)
        self._table(pages.papers(paper), director)
        self.stdout.write(str(work.first_paper(paper, measure.sign_in(director))))
        self._lines(work.sheets())

    def _figures(self) -> None:
        self._table(pages.figures(), load.person("主任", "office_director"), FEW_ROUNDS)
        self._lines(work.sweeps())

    def _dispatches(self) -> None:
        user = load.reader()
        self._table(dispatches.pages(user), user)
        self._table(dispatches.papers(user), user, FEW_ROUNDS)
        for line in papers.lines():
            self.stdout.write(line)

    def _lines(self, lines: Iterable[work.Line]) -> None:
        for line in lines:
            self.stdout.write(str(line))

    def _tell(self, what: str) -> None:
        self.stdout.write(f"{time.monotonic() - self.began:6.0f} s  {what}")

    def _database(self, name: str, fill: Callable[[load.Tell], None], *, fresh: bool) -> None:
        """Go to a database of the benchmark; fill it when it is not there."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            there = cursor.fetchone() is not None
            quoted = connection.ops.quote_name(name)
            if there and fresh:
                cursor.execute(f"DROP DATABASE {quoted} WITH (FORCE)")
            if fresh or not there:
                cursor.execute(f"CREATE DATABASE {quoted}")
        connections.close_all()
        connections["default"].settings_dict["NAME"] = name
        call_command("migrate", verbosity=0)
        if fresh or not there:
            fill(self._tell)
            self._tell("loaded")


def _profile(name: str) -> None:
    read = [(page, load.reader()) for page in pages.read(load.reader())]
    written = [(page, load.person("登记", "registry_clerk")) for page in pages.written()]
    page, user = next((page, user) for page, user in read + written if name in page.name)
    ask = measure.inside(measure.sign_in(user))
    for n in range(20):
        page.asked(ask, n)
    profile = cProfile.Profile()
    profile.enable()
    for n in range(100):
        page.asked(ask, n)
    profile.disable()
    pstats.Stats(profile, stream=sys.stdout).sort_stats("cumulative").print_stats(70)
