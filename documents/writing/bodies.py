"""主送、抄送、联合: the names that may be picked while a few of their characters are typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from documents.drafting.models import Dispatch
from documents.reference.models import Sender
from office.people.models import Unit, User

EVERYBODY = "各科室"  # 主送 of what goes to every unit of ours
LATELY = 60  # drafts of one's unit that are looked through
MOST = 8
Known = tuple[str, Any]  # name, and what it is


def known(reader: User, typed: str, *, outside: bool = False) -> list[Known]:
    """Return names that hold what was typed, those used lately first; `outside` leaves ours out."""
    found: dict[str, Any] = {}
    for name, about in _all(reader, typed.strip(), outside):
        found.setdefault(name, about)
        if len(found) == MOST:
            break
    return list(found.items())


def _all(reader: User, typed: str, outside: bool) -> Iterator[Known]:
    lately = list(_lately(reader, outside))
    yield from ((name, _("used lately")) for name in lately if typed in name)
    if not outside:
        units = [unit.name for unit in Unit.objects.filter(is_active=True).exclude(parent=None)]
        yield from ((name, _("our unit")) for name in (EVERYBODY, *units) if typed in name)
    rows = Sender.objects.filter(is_active=True)
    named = rows.filter(Q(name__icontains=typed) | Q(short_name__icontains=typed))
    first = sorted(named[: 4 * MOST], key=lambda sender: not sender.name.startswith(typed))
    yield from ((sender.name, sender.get_relation_display()) for sender in first)


def _lately(reader: User, outside: bool) -> Iterable[str]:
    """Return what the reader's unit wrote to last, newest first."""
    rows = Dispatch.objects.visible_to(reader).filter(unit=reader.seat.unit_id)
    lists = rows.values_list("co_issuers") if outside else rows.values_list("addressees", "copy_to")
    names = [name for row in lists[:LATELY] for each in row for name in each]
    return dict.fromkeys(part for name in names for part in name.split("、"))
