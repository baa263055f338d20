"""Import documents from an XLSX register or a JSON list; dry unless told to commit."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from documents.book import importing
from documents.book.importing import Report
from documents.reference.models import Relation
from office.errors import NotAllowed
from office.people.models import User


class Command(BaseCommand):
    """Read a file, say what would happen row by row, and write it all with --commit."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, whether to write, as whom, and where wrong rows go."""
        parser.add_argument("file", type=Path, help="XLSX from our template, or a JSON list")
        parser.add_argument("--commit", action="store_true", help="write; without it a trial")
        parser.add_argument(
            "--as", dest="username", default="", help="default: first registry clerk"
        )
        parser.add_argument("--relation", choices=Relation.values, default=Relation.SUPERIOR,
                            help="how a new sender stands to us")  # fmt: skip
        parser.add_argument("--errors", type=Path, help="write the rows to mend into this workbook")

    def handle(self, *args: Any, **options: Any) -> None:
        """Report every row; exit with an error when one has to be mended."""
        actor = self._actor(options["username"])
        try:
            with options["file"].open("rb") as file:
                report = importing.read(file, relation=options["relation"])
        except OSError as error:
            raise CommandError(_("The file cannot be read: %(why)s") % {"why": error}) from error
        self._show(report)
        if report.errors:
            if options["errors"]:
                with importing.error_book(report) as book:
                    options["errors"].write_bytes(book.read())
            raise CommandError(
                _("One row is wrong, so none was written. Mend it and import again.")
            )
        if not options["commit"]:
            self.stdout.write(_("A trial: nothing was written. Add --commit to write."))
            return
        try:
            rows = report.commit(actor)
        except NotAllowed as refusal:
            raise CommandError(str(refusal)) from refusal
        for row in rows:
            self.stdout.write(f"{row.reference}　{row.doc_number}　{row.title}")
        self.stdout.write(_("%(n)s documents were registered.") % {"n": len(rows)})

    def _actor(self, username: str) -> User:
        people = User.objects.active() if username else User.objects.holding("registry_clerk")
        named = people.filter(username=username) if username else people.by_rank()
        actor: User | None = named.first()
        if actor is None:
            message = _("There is no such registry clerk: %(who)s")
            raise CommandError(message % {"who": username or "—"})
        return actor

    def _show(self, report: Report) -> None:
        for line in report.rows:
            facts = line.values
            words = f"{facts['sender']}　{facts['doc_number']}　{facts['title']}"
            said = _("Row %(n)s can be written: %(words)s") % {"n": line.number, "words": words}
            self.stdout.write(said)
        for twin in report.duplicates:
            self.stdout.write(str(twin))
        for wrong in report.errors:
            self.stderr.write(str(wrong))
        counts = {
            "good": len(report.rows),
            "bad": len(report.errors),
            "twice": len(report.duplicates),
        }
        self.stdout.write(
            _("%(good)s rows can be written, %(bad)s to be mended, %(twice)s already there.")
            % counts
        )
