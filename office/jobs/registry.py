"""Which work there is. Later areas add their line; the queue carries keys, never paths (A40)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Result:
    """What a job ends with: a file to fetch, or only a sentence.

    `outcome` is what the report of its kind shows on the page of the job.
    """

    file: IO[bytes] | None = None
    name: str = ""
    media_type: str = ""
    message: str = ""
    outcome: Mapping[str, Any] = field(default_factory=dict)


# (arguments, actor, progress) -> Result; progress(done, total) may raise Cancelled.
Work = Callable[[Mapping[str, Any], Any, Callable[[int, int], None]], Result]


@dataclass(frozen=True)
class Kind:
    """One kind of work: the permission to do it and to fetch what it made, and its function.

    What `writes` is one transaction together with the job's end: it is done whole, or not at all,
    whenever the worker is killed or the job is cancelled. `report` is the template that shows its
    outcome and leads on.
    """

    permission: str
    function: str
    writes: bool = False
    report: str = ""


IMPORT_REPORT = "documents/book/import_job.html"
WORKS: dict[str, Kind] = {
    "incoming-register": Kind("documents.export_incoming", "documents.book.exports.register"),
    "incoming-slips": Kind("documents.print_incoming", "documents.book.exports.slips"),
    "incoming-trial": Kind(
        "documents.import_incoming", "documents.book.imports.trial", report=IMPORT_REPORT
    ),
    "incoming-import": Kind(
        "documents.import_incoming", "documents.book.imports.write", writes=True,
        report=IMPORT_REPORT,
    ),
    "dispatch-register": Kind(
        "documents.print_dispatch_forms", "documents.issued.exports.register"
    ),
    "seal-register": Kind("documents.print_dispatch_forms", "documents.issued.exports.seals"),
    "copy-register": Kind("documents.print_dispatch_forms", "documents.issued.exports.copies"),
    "restore-rehearsal": Kind("office.operate", "office.backup.services.rehearse_newest"),
}  # fmt: skip


def kind_of(kind: str) -> Kind:
    """Return what is known of a kind of work. Raises KeyError for one that is not listed."""
    return WORKS[kind]


def work(kind: str) -> Work:
    """Return the function of a kind of work. Raises KeyError for a kind that is not listed."""
    found: Work = import_string(WORKS[kind].function)
    return found
