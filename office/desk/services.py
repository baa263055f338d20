"""Hand out, claim, transfer, urge and settle work: the only ways an item comes and goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from office import clock, prepared
from office.access import OFFICERS
from office.audit.services import record
from office.desk.models import Urge, WorkItem
from office.errors import NotAllowed, Refused
from office.notifications.services import notify
from office.people.models import Unit, User
from office.prepared import ROW, SELF, SELF_UNIT
from office.workdays import calendar

URGING = "条例 第二十四条（六）"


class Owed(Protocol):
    """What the desk needs of a row: words that are fit for everybody's eyes."""

    pk: Any

    @property
    def reference(self) -> str: ...
    @property
    def desk_title(self) -> str: ...
    @property
    def desk_urgency(self) -> int: ...

    def get_absolute_url(self) -> str: ...


def hand_out(
    row: Owed,
    step: str,
    *,
    by: User,
    to: User | None = None,
    role: str = "",
    unit: Unit | int | None = None,
    due_on: dt.date | None = None,
    limit_minutes: int | None = None,
    reading: bool = False,
) -> WorkItem:
    """Put one item on a desk, or in a pool; a second time it is the same item.

    Safe to repeat: the open item of the same row, step and owner is returned unchanged.
    """
    unit_id: Any = unit.pk if isinstance(unit, Unit) else unit
    if there := _already(row, step, to, role, unit_id):
        return there
    item, is_new = _made(
        row, step, assignee=to, role=role, unit_id=unit_id, sent_by=by.seat,
        due_on=due_on, limit_minutes=limit_minutes, reading=reading,
    )  # fmt: skip
    if is_new and to is not None and to.pk != by.pk:
        notify(
            [to], key=f"item-{item.pk}", text=f"{item.verb}：{item.title}", url=f"{item.url}#act"
        )
    return item


def hand_out_all(
    rows: Iterable[Owed],
    step: str,
    *,
    by: User,
    role: str,
    limit: Callable[[Any], tuple[dt.date | None, int | None]],
) -> None:
    """Put one item for each of many rows of a kind in the pool of a role.

    `limit` says of a row until when, and after how many office minutes. Safe to repeat.
    """
    rows = list(rows)
    kind = ContentType.objects.get_for_model(rows[0])  # type: ignore[arg-type]
    items = []
    for row in rows:
        due_on, minutes = limit(row)
        items.append(
            WorkItem(
                content_type=kind, object_id=row.pk, step=step, role=role, sent_by=by.seat,
                due_on=due_on, limit_minutes=minutes, **_words(row),
            )
        )  # fmt: skip
    WorkItem.objects.bulk_create(items, ignore_conflicts=True)


def _already(row: Owed, step: str, to: User | None, role: str, unit: int | None) -> WorkItem | None:
    """Return the open item of this row, step and owner."""
    kind = ContentType.objects.get_for_model(row).pk  # type: ignore[arg-type]

    def items() -> Any:
        return WorkItem.objects.open().filter(
            content_type=kind, object_id=ROW, step=step, role=role,
            assignee=None if to is None else SELF, unit=None if unit is None else SELF_UNIT,
        )  # fmt: skip

    key = ("already", kind, step, role, to is None, unit is None)
    values = {ROW: row.pk, SELF: to.pk if to else None, SELF_UNIT: unit}
    return next(iter(prepared.instances(key, items, values)), None)


def _made(row: Owed, step: str, **facts: Any) -> tuple[WorkItem, bool]:
    """Make an item; when somebody else makes it at this moment, return his."""
    kind = ContentType.objects.get_for_model(row)  # type: ignore[arg-type]
    try:
        with transaction.atomic():
            return WorkItem.objects.create(
                content_type=kind, object_id=row.pk, step=step, **_words(row), **facts
            ), True
    except IntegrityError:
        owner = {name: facts[name] for name in ("assignee", "role", "unit_id")}
        there = WorkItem.objects.open().filter(content_type=kind, object_id=row.pk, step=step)
        return there.get(**owner), False


def _words(row: Owed) -> dict[str, Any]:
    return {
        "title": row.desk_title, "reference": row.reference,
        "url": row.get_absolute_url(), "urgency": row.desk_urgency,
    }  # fmt: skip


def settle(
    row: Any,
    steps: Iterable[str] | None = None,
    *,
    by: User,
    assignee: User | None = None,
    outcome: str = WorkItem.Outcome.DONE,
    keep: Iterable[str] = (),
) -> int:
    """Close the open items of a row (of some steps, of one person); return how many."""
    kind = ContentType.objects.get_for_model(row).pk
    only = None if steps is None else tuple(steps)
    but = tuple(sorted(keep))
    double = type(row)()
    double.pk = ROW

    def items() -> Any:
        found = WorkItem.objects.about(double).open().exclude(step__in=but)
        found = found if only is None else found.filter(step__in=only)
        found = found if assignee is None else found.filter(assignee=SELF)
        return found.select_for_update(of=("self",))

    key = ("settle", kind, only, but, assignee is None)
    values = {ROW: row.pk, SELF: assignee.pk if assignee else None}
    settled = prepared.instances(key, items, values)
    for item in settled:
        _close(item, by, outcome)
    return len(settled)


def settle_all(rows: Iterable[Any], *, by: User, keep: Iterable[str] = ()) -> None:
    """Close the open items of many rows of a kind as done."""
    items = WorkItem.objects.among(rows).open().exclude(step__in=list(keep))
    moment = clock.now()
    taken: dict[int, list[int]] = {}
    for item in items.select_for_update(of=("self",)):
        minutes = calendar.working_minutes(_local(item.created_at), moment)
        taken.setdefault(minutes, []).append(item.pk)
    for minutes, pks in taken.items():
        WorkItem.objects.filter(pk__in=pks).update(
            done_at=moment, done_by=by, on_behalf_of=by.acting_for,
            outcome=WorkItem.Outcome.DONE, taken_minutes=minutes,
        )  # fmt: skip


def settle_item(item: WorkItem, *, by: User, outcome: str = WorkItem.Outcome.DONE) -> None:
    """Close one open item."""
    _close(item, by, outcome)


def _close(item: WorkItem, by: User, outcome: str) -> None:
    item.done_at = clock.now()
    item.done_by, item.on_behalf_of, item.outcome = by, by.acting_for, outcome
    item.taken_minutes = calendar.working_minutes(_local(item.created_at), _local(item.done_at))
    item.save(update_fields=["done_at", "done_by", "on_behalf_of", "outcome", "taken_minutes"])


def _local(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(clock.now().tzinfo)


def relabel(row: Owed) -> None:
    """Copy a row's new number, title and urgency to its open items."""
    WorkItem.objects.about(row).open().update(  # type: ignore[arg-type]
        title=row.desk_title, reference=row.reference, urgency=row.desk_urgency
    )


def redate(row: Any, steps: Iterable[str], due_on: dt.date | None) -> None:
    """Give the open items of some steps another due day."""
    WorkItem.objects.about(row).open().filter(step__in=list(steps)).update(due_on=due_on)


@transaction.atomic
def transfer(item_pk: int, *, actor: User, to: User) -> WorkItem | None:
    """Give an open item to another person; the first one's is closed as no longer needed.

    A model that keeps a person of its own names a function in `takes_over` (row, item, to=, by=);
    it writes the successor into the row and hands the item out, or returns None when the
    successor owes that already. Raises Refused.
    """
    item = WorkItem.objects.get(pk=item_pk)
    model: Any = item.content_type.model_class()
    row = model.objects.select_for_update(of=("self",)).get(pk=item.object_id)  # row before item
    item = WorkItem.objects.select_for_update(of=("self",)).get(pk=item_pk)
    if item.done_at:
        raise Refused(_("This has been done already."))
    _close(item, actor, WorkItem.Outcome.DROPPED)
    words = f"{item.owner_text} → {to}"
    state = getattr(row, "state", "")
    record(row, "hand_over", actor=actor, before=state, after=state, comment=words)
    if takes_over := getattr(model, "takes_over", ""):
        taken: WorkItem | None = import_string(takes_over)(row, item, to=to, by=actor)
        return taken
    return hand_out(
        row, item.step, by=actor, to=to, due_on=item.due_on,
        limit_minutes=item.limit_minutes, reading=item.reading,
    )  # fmt: skip


def mark_read(item: WorkItem, *, actor: User) -> None:
    """Mark the copy an item is about as read, through its model's own service (`marks_read`).

    Raises NotAllowed or Refused.
    """
    model: Any = item.content_type.model_class()
    import_string(model.marks_read)(item.object_id, actor=actor)


@transaction.atomic
def urge(items: Iterable[WorkItem], *, actor: User, words: str = "") -> int:
    """Urge whoever owes these open items; return how many people were told.

    A pool's urging reaches everybody in the pool; one entry goes to each row's trail. Raises
    NotAllowed, or Refused when all are done, or the actor urged them within the last minute.
    """
    moment = clock.now()
    asked = {item.pk: item for item in items}
    locked = WorkItem.objects.open().filter(pk__in=asked).order_by("pk")
    wanted = [asked[one.pk] for one in locked.select_for_update(of=("self",))]
    if asked and not wanted:
        raise Refused(_("This has been done already."))
    if any(not actor.has_perm(_urging(item)) for item in wanted):
        raise NotAllowed(_("Your roles do not include urging."), clause=URGING)
    lately = Urge.objects.filter(by=actor, at__gt=moment - dt.timedelta(minutes=1))
    heard = set(lately.filter(item__in=wanted).values_list("item_id", flat=True))
    due = [item for item in wanted if item.pk not in heard]
    if wanted and not due:
        raise Refused(_("You have just urged them."), clause=URGING)
    told = [person for item in due for person in _urge(item, actor, words, moment)]
    for row in _rows_of(due):
        record(row, "urge", actor=actor, before=row.state, after=row.state, comment=words)
    return len({person.pk for person in told})


def _urge(item: WorkItem, actor: User, words: str, moment: dt.datetime) -> list[User]:
    people = [item.assignee] if item.assignee else pool(item)
    owed_to: list[User | None] = [*people] or [None]
    Urge.objects.bulk_create(
        Urge(
            item=item,
            by=actor,
            on_behalf_of=actor.acting_for,
            to=person,
            at=moment,
            words=words,
        )
        for person in owed_to
    )
    WorkItem.objects.filter(pk=item.pk).update(urged=F("urged") + 1, urged_at=moment)
    text = _("%(who)s urges: %(verb)s %(title)s") % {
        "who": actor.name, "verb": item.verb, "title": item.title}  # fmt: skip
    notify(
        people,
        key=f"urge-{item.pk}-{moment.isoformat()}",
        text=f"{text}　{words}".rstrip("　"),
        url=f"{item.url}#act",
    )
    return people


def _urging(item: WorkItem) -> str:
    """Return the permission to urge rows of this kind: documents.urge_incoming."""
    model: Any = item.content_type.model_class()
    return f"{model._meta.app_label}.urge_{model.workflow.kind}"


def _rows_of(items: Iterable[WorkItem]) -> Iterator[Any]:
    keys: dict[ContentType, set[int]] = {}
    for item in items:
        keys.setdefault(item.content_type, set()).add(item.object_id)
    for kind, pks in keys.items():
        yield from kind.get_all_objects_for_this_type(pk__in=pks).order_by("pk")


def pool(item: WorkItem) -> list[User]:
    """Return the people of an item's pool."""
    people = User.objects.active()
    if item.unit_id:
        people = people.filter(unit=item.unit_id)
    if item.role:
        people = people.filter(roles__contains=[item.role])
    else:
        people = people.exclude(roles__overlap=list(OFFICERS))
    return list(people.by_rank())


def readable_among(items: Iterable[WorkItem], reader: User) -> set[int]:
    """Return the keys of those items whose titles a person may read: his own, or rows he sees."""
    by_kind: dict[Any, dict[int, list[int]]] = {}
    found: set[int] = set()
    for item in items:
        if item.assignee_id == reader.pk:
            found.add(item.pk)
            continue
        kind = ContentType.objects.get_for_id(item.content_type_id)
        rows = by_kind.setdefault(kind.model_class(), {})
        rows.setdefault(item.object_id, []).append(item.pk)
    for model, rows in by_kind.items():
        seen = model.objects.visible_to(reader).filter(pk__in=rows).values_list("pk", flat=True)
        found.update(pk for row in seen for pk in rows[row])
    return found


def mark_opened(row: Any, user: User) -> int:
    """Note that the person has opened what he owes about a row; the first time counts.

    Who sent a thing to a pool of his own has not opened it for the others.
    """
    items = WorkItem.objects.about(row).open().owed_by(user.seat)
    items = items.exclude(assignee=None, sent_by=user.seat)
    return items.filter(opened_at=None).update(opened_at=clock.now())


def note_opened(pk: int) -> int:
    """Note that one item was opened; the first time counts."""
    return WorkItem.objects.open().filter(pk=pk, opened_at=None).update(opened_at=clock.now())
