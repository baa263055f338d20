"""A finding in words: where it is, and what to do."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.proofreading.rule import Finding

NAMES = {
    "copy_number": gettext_lazy("Copy number"),
    "classification": gettext_lazy("Classification"),
    "urgency": gettext_lazy("Urgency"),
    "mark": gettext_lazy("Mark of the issuing body"),
    "number": gettext_lazy("Number of the document"),
    "signers": gettext_lazy("Signed for issue by"),
    "institution": gettext_lazy("Issuing body"),
    "kind": gettext_lazy("Kind of document"),
    "title": gettext_lazy("Title"),
    "addressees": gettext_lazy("Main addressees"),
    "body": gettext_lazy("Body"),
    "signature": gettext_lazy("Signature"),
    "date": gettext_lazy("Date of the document"),
    "note": gettext_lazy("Note under the date"),
    "attachments": gettext_lazy("Attachments"),
    "copy_to": gettext_lazy("Copies to"),
    "printed_by": gettext_lazy("Printed by"),
    "printed_on": gettext_lazy("Printed on"),
}


def place(finding: Finding) -> str:
    """Return the place of a finding as a person would say it; lines count from one."""
    name, *rest = finding.paragraph.split("/")
    where = str(NAMES[name])
    if name == "attachments" and rest:
        where = _("Attachment %(n)s") % {"n": int(rest[0]) + 1}
        rest = rest[2:]
    if rest and name in ("body", "attachments"):
        where = _("%(where)s, line %(n)s") % {"where": where, "n": int(rest[0]) + 1}
    if finding.end > finding.start:
        span = {"where": where, "start": finding.start + 1, "end": finding.end}
        where = _("%(where)s, characters %(start)s to %(end)s") % span
    return where


def change(finding: Finding) -> str:
    """What the fix does; “” where there is none that is certain."""
    if finding.suggestion is None:
        return ""
    words = {"found": finding.found, "suggestion": finding.suggestion}
    if not finding.found:
        return _("Add “%(suggestion)s”.") % words
    if not finding.suggestion:
        return _("Delete “%(found)s”.") % words
    return _("Change “%(found)s” to “%(suggestion)s”.") % words
