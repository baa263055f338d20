"""Put a backup back."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from office.backup import services
from office.errors import Refused


class Command(BaseCommand):
    help = "Restore a backup into an empty database, and its files into the store (A35)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--into", default="", metavar="NAME", help="make a database for it")
        parser.add_argument(
            "--other-key", action="store_true", help="the backup comes from another installation"
        )

    def handle(self, **options: Any) -> None:
        into, other_key = options["into"], options["other_key"]
        try:
            report = services.restore(options["folder"], into=into, other_key=other_key)
        except Refused as reason:
            raise CommandError(reason.reason) from None
        self.stdout.write(str(report))
