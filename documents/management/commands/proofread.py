"""Proofread a document: FILE.json, .docx or .txt. Exits 1 when something blocks it (E)."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from documents.proofreading.catalogue import proofread
from documents.proofreading.gate import judge
from documents.proofreading.places import change, place
from documents.proofreading.reading import files
from documents.proofreading.rule import Finding


class Command(BaseCommand):
    """Print each finding with its place, its clause and, when it is certain, the fix."""

    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and whether to answer in JSON."""
        parser.add_argument("file", type=Path, help="FILE.json, .docx or .txt")
        parser.add_argument("--json", action="store_true", help="a list of objects, for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the findings; exit with 1 when there is an E, 2 when the file is unfit."""
        try:
            text = files.read(options["file"])
        except (files.Unfit, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        findings = proofread(text)
        if options["json"]:
            found = [finding.as_json() for finding in findings]
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
        else:
            self._show(findings)
        if judge(findings).blocking:
            sys.exit(1)

    def _show(self, findings: list[Finding]) -> None:
        for finding in findings:
            self.stdout.write(f"{finding.severity:<2} {finding.rule}  {place(finding)}")
            self.stdout.write(f"       {finding.message}（{finding.clause}）")
            if words := change(finding):
                self.stdout.write(f"       {words}")
        counts = {level: sum(f.severity == level for f in findings) for level in ("E", "E*", "W")}
        summary = _("%(e)s must be mended, %(u)s need a reason, %(w)s are advice.")
        self.stdout.write(summary % {"e": counts["E"], "u": counts["E*"], "w": counts["W"]})
