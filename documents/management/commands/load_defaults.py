"""Fill the institution's tables of documents with what it starts from; safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand

from documents.reference import seed
from office.reminders.services import load_defaults


class Command(BaseCommand):
    """Load retention classes, time limits, step limits and phrases."""

    help = (
        "Loads the retention classes, time limits and phrases a new office starts with. "
        "Never changes a line somebody has edited; safe to repeat."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        new = {**seed.load(), "ladder": load_defaults()}
        for table, count in new.items():
            self.stdout.write(f"{table}: {f'{count} loaded' if count else 'there already'}")
