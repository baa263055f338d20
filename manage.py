#!/usr/bin/env python
"""The usual door."""

import os
import sys

WITHOUT_SERVICES = {
    "makemessages", "compilemessages", "collectstatic", "help", "version", "proofread", "typeset",
    "measure",
}  # fmt: skip


def main() -> None:
    """Start the private services when nothing else is configured, then hand over to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "office.settings")
    from django.core.management import execute_from_command_line

    if needs_services(sys.argv):
        from django.conf import settings

        from office import embedded

        try:
            embedded.ensure(settings.VAR)
        except embedded.NotStarted as reason:
            sys.exit(str(reason))
    execute_from_command_line(sys.argv)


def needs_services(arguments: list[str]) -> bool:
    """Tell whether a command line touches the database or the cache."""
    if len(arguments) < 2 or {"--help", "-h", "--version"} & set(arguments):
        return False
    return arguments[1] not in WITHOUT_SERVICES


if __name__ == "__main__":
    main()
