"""manage.py bench: the pages at 100,000 rows beside the floor of the same run."""

from __future__ import annotations

import cProfile
import logging
import pstats
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, connections

from documents.benchmark import load, measure, pages
from documents.receipt.models import IncomingDocument


class Command(BaseCommand):
    help = "Load a book of documents into a database of its own and time the pages beside a floor."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rows", type=int, default=100_000)
        parser.add_argument("--rounds", type=int, default=100)
        parser.add_argument("--fresh", action="store_true", help="load anew")
        parser.add_argument(
            "--only", metavar="PAGE", help="pages whose name holds this, and floors"
        )
        parser.add_argument("--profile", metavar="PAGE", help="say where the time of one page goes")

    def handle(self, **options: Any) -> None:
        rows, rounds = options["rows"], options["rounds"]
        began = time.monotonic()
        logging.disable(logging.INFO)  # a line for each answer is not what is read here
        call_command("collectstatic", interactive=False, verbosity=0)  # pages are served as in use
        if self._database(f"bench_{rows}", fresh=options["fresh"]):
            call_command("migrate", verbosity=0)
            load.fill(rows, lambda what: self._tell(began, what))
            self._tell(began, "loaded")
        user = load.reader()
        cookie = measure.sign_in(user)
        listed = pages.every(user, options["only"] or "")
        if options["profile"]:
            _profile(next(p for p in listed if options["profile"] in p.name), cookie)
            return
        seen = IncomingDocument.objects.visible_to(user).count()
        self.stdout.write(
            f"{rows:,} documents; {user}, staff and no superuser, sees {seen:,}. {rounds} rounds in"
            " turn over one kept connection; gunicorn gthread, one process.\n"
        )
        measure.count(listed, cookie)
        connections.close_all()
        measure.run(listed, cookie, rounds)
        self.stdout.write(measure.table(listed))
        self._crowd(next(page for page in listed if page.name == pages.REGISTER), cookie, rounds)

    def _crowd(self, page: measure.Page, cookie: str, rounds: int) -> None:
        many = measure.crowd(page, cookie, rounds)
        p50, p99 = many.p50, many.quantile(0.99)
        word = "kept" if p99 <= 5 * p50 else "MISSED"
        self.stdout.write(
            f"\n{many.name}, two processes: p50 {p50:.1f} ms, p99 {p99:.1f} ms;"
            f" p99 <= 5 x p50: {p99 / p50:.2f} {word}"
        )

    def _tell(self, began: float, what: str) -> None:
        self.stdout.write(f"{time.monotonic() - began:6.0f} s  {what}")

    def _database(self, name: str, *, fresh: bool) -> bool:
        """Go to the database of the benchmark; return whether it has to be filled."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            there = cursor.fetchone() is not None
            quoted = connection.ops.quote_name(name)
            if there and fresh:
                cursor.execute(f"DROP DATABASE {quoted}")
            if fresh or not there:
                cursor.execute(f"CREATE DATABASE {quoted}")
        connections.close_all()
        connections["default"].settings_dict["NAME"] = name
        return fresh or not there


def _profile(page: measure.Page, cookie: str) -> None:
    ask = measure.inside(cookie)
    for _ in range(20):
        ask(page.path)
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(100):
        ask(page.path)
    profile.disable()
    pstats.Stats(profile, stream=sys.stdout).sort_stats("cumulative").print_stats(70)
