"""Let the demonstration office live some months, day by day, through the services."""

import datetime as dt
import time
from argparse import ArgumentParser
from typing import Any

from documents.demo import build, daily
from documents.management.commands.demo import Command as Demonstration


class Command(Demonstration):
    """Fill an empty database with a life of any length."""

    help = (
        "Lets the demonstration office live some months up to today, or to a day: what comes in, "
        "what everybody does, what is checked at night. The same seed makes the same rows."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--months", type=int, default=6)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--scale", type=int, default=1, help="times as many letters")
        parser.add_argument("--until", type=dt.date.fromisoformat, help="the last day (YYYY-MM-DD)")

    def build(self, options: dict[str, Any]) -> None:
        begun = time.monotonic()
        build.everything(
            self._say,
            months=options["months"],
            seed=options["seed"],
            scale=options["scale"],
            until=options["until"],
            told=False,
            each=options["scale"] == 1,  # of many letters, only all rows together
        )
        self._say(f"lived in {time.monotonic() - begun:.0f} s; digest {daily.digest()}")
