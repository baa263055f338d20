"""Make the first administrator: the system officer, who opens every other account."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from office.access import OFFICERS
from office.people import services
from office.people.models import Unit


class Command(BaseCommand):
    help = (
        "Open the account of an officer (三员). The password is asked for, or one is made and "
        "printed once; it must be changed at the first sign-in."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("name")
        parser.add_argument("--role", choices=OFFICERS, default=OFFICERS[0])
        parser.add_argument("--unit", default="office", help="code of the unit, made if missing")
        parser.add_argument("--phone", default="")
        parser.add_argument(
            "--generate", action="store_true", help="make a password without asking"
        )

    def handle(self, **options: Any) -> None:
        password = "" if options["generate"] or not sys.stdin.isatty() else self._ask()
        try:
            with transaction.atomic():
                user, password = self._create(options, password)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stdout.write(f"{user.username} ({user.name}) is {options['role']}.")
        self.stdout.write(f"One-time password: {password}")

    def _create(self, options: dict[str, Any], password: str) -> Any:
        unit, _is_new = Unit.objects.get_or_create(
            code=options["unit"], defaults={"name": "办公室", "short_name": "办公室"}
        )
        return services.create_officer(
            username=options["username"], name=options["name"], unit=unit, role=options["role"],
            phone=options["phone"], password=password,
        )  # fmt: skip

    def _ask(self) -> str:
        typed = getpass.getpass("Password (empty: one is made): ")
        if typed and typed != getpass.getpass("Once more: "):
            raise CommandError("The two do not agree.")
        return typed
