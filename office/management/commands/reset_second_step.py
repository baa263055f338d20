"""Take the second step off from the server's own console, when no officer can sign in to do it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from office.entrance import factor
from office.errors import Refused
from office.people.models import User


class Command(BaseCommand):
    help = "Take the second step off somebody who has lost his telephone and his codes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"There is no account {options['username']}.")
        try:
            factor.reset(user, actor=None)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{user.username} signs in with the password alone.")
