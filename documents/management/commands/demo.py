"""Set up the demonstration office: its people, its letters, everything that has happened so far."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from documents.demo import build
from office.demo.build import strangers

MONTHS = 3  # as many as a newcomer waits a minute for; `manage.py live` makes any number
WRITES = 0.1  # of the dispatches, for the same reason: each is typeset and measured


class Command(BaseCommand):
    """Fill an empty database, or leave a filled one alone."""

    help = (
        "Sets up the demonstration office of 江川省质量技术信息中心: 60 people, three months of "
        "letters, the last 89 written by hand, dated back from today. A second run changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--fresh", action="store_true", help="empty the demonstration's database first"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        begun = time.monotonic()
        self._refuse_strangers()
        if options["fresh"]:
            self._empty()
        if build.is_built():
            self._say(
                "the demonstration is there already: nothing was changed (--fresh starts over)"
            )
            return
        self.build(options)
        self._say(f"ready in {time.monotonic() - begun:.0f} s")

    def build(self, options: dict[str, Any]) -> None:
        """Make everything there is."""
        build.everything(self._say, months=MONTHS, writes=WRITES)

    def _refuse_strangers(self) -> None:
        if names := strangers():
            some = ", ".join(names[:5])
            raise CommandError(
                f"This database holds {len(names)} people of its own ({some}). Nothing was "
                "changed. Give the demonstration a database of its own."
            )

    def _empty(self) -> None:
        if not (settings.DEMO or settings.DEBUG):
            raise CommandError(
                "--fresh forgets everything, so it runs only in a demonstration (OFFICE_DEMO=1)."
            )
        build.empty()
        self._say("the old demonstration is gone")

    def _say(self, words: str) -> None:
        self.stdout.write(f"      {words}")
        self.stdout.flush()
