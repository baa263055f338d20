"""Compare the roles in code with the models and the people; safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from office.people import services


class Command(BaseCommand):
    help = (
        "Fail when a role carries a permission that no model declares; take roles nobody knows any "
        "more off people, and say whose."
    )

    def handle(self, **_options: Any) -> None:
        if unknown := services.undeclared_permissions():
            raise CommandError("No model declares: " + ", ".join(unknown))
        for user, gone in services.drop_unknown_roles():
            self.stdout.write(f"{user.username}: taken off {', '.join(gone)}")
        self.stdout.write("Roles agree with the models.")
