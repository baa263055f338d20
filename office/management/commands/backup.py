"""Write the whole office into a folder."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat

from office.backup import services
from office.errors import Refused


class Command(BaseCommand):
    help = "Write database and files into a new folder, with digests of everything (A35)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder", nargs="?", type=Path, help="default: one by date in OFFICE_BACKUP_DIR"
        )

    def handle(self, **options: Any) -> None:
        folder = options["folder"] or services.new_place()
        try:
            made = services.make(folder)
        except Refused as reason:
            raise CommandError(reason.reason) from None
        held = f"{len(made.tables)} tables, {made.rows} rows, {len(made.files)} files"
        self.stdout.write(f"{folder}: {held}, {filesizeformat(made.size_bytes)}")
        if made.complaints:
            raise CommandError("; ".join(made.complaints), returncode=3)
