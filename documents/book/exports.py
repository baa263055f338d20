"""The book and its slips taken away: as a sheet and on paper, at once or by a job."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from documents.book import printing, tables
from documents.book.pages import to_take_away
from documents.receipt.models import IncomingDocument
from office import clock
from office.errors import NotAllowed, Refused
from office.files.papers import joined
from office.http import number
from office.jobs.registry import Result
from office.people.models import User
from office.sheets import Sheet, finish

Progress = Callable[[int, int], None]
SLIPS = "收文处理单"
SLIPS_WORK = "incoming-slips"
SLIPS_AT_ONCE = 20
SLIPS_AT_MOST = 2000
BATCH = 10  # slips that share their fonts, and how often a job tells how far it is
BOOK = Sheet("收文登记簿", tables.COLUMNS, "incoming-register", printing.register)


def register(arguments: Mapping[str, Any], actor: User, progress: Progress) -> Result:
    """Write a long register in a job; what is filtered is what the actor may see then."""
    page = to_take_away(QueryDict(arguments["query"]), actor)
    return finish(page, BOOK, arguments["as"], progress)


def slips_asked(arguments: Mapping[str, Any], actor: User) -> list[int]:
    """Return the keys of the slips that are ticked (`rows`) or filtered (`query`), in order.

    What has no number has no slip. Raises NotAllowed, or Refused when there are too many.
    """
    if not actor.has_perm("documents.print_incoming"):
        words = _("Your roles do not include this step: %(step)s.")
        raise NotAllowed(words % {"step": _("Print slips")})
    if "rows" in arguments:
        ticked = map(number, arguments["rows"].split(",")[: SLIPS_AT_MOST + 1])
        keys = [pk for pk in ticked if pk is not None]
        found: QuerySet[Any] = IncomingDocument.objects.visible_to(actor).filter(pk__in=keys)
    else:
        found = to_take_away(QueryDict(arguments["query"]), actor).ordered
    pks = list(found.exclude(serial=None).values_list("pk", flat=True)[: SLIPS_AT_MOST + 1])
    if len(pks) > SLIPS_AT_MOST:
        words = _("More than %(n)s rows: filter more closely.")
        raise Refused(words % {"n": f"{SLIPS_AT_MOST:,}"})
    return pks


def slips_of(pks: Sequence[int], actor: User) -> bytes:
    """Print slips into one file, in the order of their keys."""
    rows = IncomingDocument.objects.visible_to(actor).for_record().in_bulk(pks)
    return printing.slips(rows[pk] for pk in pks if pk in rows)


def slips(arguments: Mapping[str, Any], actor: User, progress: Progress) -> Result:
    """Print many slips in a job, a few at a time: memory is that of the file they become."""
    pks = slips_asked(arguments, actor)

    def parts() -> Iterator[bytes]:
        for at in range(0, len(pks), BATCH):
            progress(at, len(pks))
            yield slips_of(pks[at : at + BATCH], actor)

    file = io.BytesIO(joined(parts()))
    message = _("%(n)s slips") % {"n": f"{len(pks):,}"}
    return Result(file, f"{SLIPS} {clock.today():%Y-%m-%d}.pdf", "application/pdf", message)
