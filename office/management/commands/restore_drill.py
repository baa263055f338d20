"""Rehearse putting a backup back."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from office.backup import services
from office.errors import Refused


class Command(BaseCommand):
    help = "Restore a backup into a scratch database and folder, compare everything, clean up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder", nargs="?", type=Path, help="default: the newest in OFFICE_BACKUP_DIR"
        )
        parser.add_argument(
            "--other-key", action="store_true", help="the backup comes from another installation"
        )

    def handle(self, **options: Any) -> None:
        folder = options["folder"] or services.newest()
        if folder is None:
            raise CommandError("There is no backup yet.")
        try:
            report = services.rehearse(folder, other_key=options["other_key"])
        except Refused as reason:
            raise CommandError(reason.reason) from None
        self.stdout.write(f"{folder}: {report}")
