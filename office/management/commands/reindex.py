"""Write the words of every searchable row anew, after an upgrade or a restore."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand

from office.search.registers import REGISTERS
from office.search.services import reindex


class Command(BaseCommand):
    help = "Write the search index anew; safe to repeat."

    def handle(self, *_args: Any, **_options: Any) -> None:
        for name, _permission, _icon in REGISTERS:
            model = apps.get_model(name)
            self.stdout.write(f"{model._meta.verbose_name_plural}: {reindex(model)}")
