"""Which work there is. Later areas add their line; the queue carries keys, never paths (A40)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Any

from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Result:
    """What a job ends with: a file to fetch, or only a sentence."""

    file: IO[bytes] | None = None
    name: str = ""
    media_type: str = ""
    message: str = ""


# (arguments, actor, progress) -> Result; progress(done, total) may raise Cancelled.
Work = Callable[[Mapping[str, Any], Any, Callable[[int, int], None]], Result]

# Each kind: the permission it takes, to do it and to fetch what it made, and its function.
WORKS: dict[str, tuple[str, str]] = {
    "incoming-register": ("documents.export_incoming", "documents.book.exports.register"),
    "incoming-slips": ("documents.print_incoming", "documents.book.exports.slips"),
    "restore-rehearsal": ("office.operate", "office.backup.services.rehearse_newest"),
}


def permission(kind: str) -> str:
    """Return what a person must be allowed for a kind of work. Raises KeyError."""
    return WORKS[kind][0]


def work(kind: str) -> Work:
    """Return the function of a kind of work. Raises KeyError for a kind that is not listed."""
    found: Work = import_string(WORKS[kind][1])
    return found
