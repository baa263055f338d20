"""The columns of the three books, declared once for sheets and paper, and what fills them.

Words of the forms on paper are data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, Max, Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.drafting.models import Copy, Impression, Remark, Signature
from documents.drafting.workflow import State
from office.listing import Column, Row

FIELDS = (
    "pk", "code__code", "year", "serial", "draft_year", "draft_serial", "dated_on", "title",
    "urgency", "addressees", "copy_to", "copies_printed", "unit__short_name", "drafter__name",
    "state", "filing_year", "filing_unit__short_name", "retention",
)  # fmt: skip
SEAL_FIELDS = (
    "pk", "dispatch", "set_at", "seal__name", "count", "set_by__name", "on_behalf_of__name",
    *(f"dispatch__{name}" for name in (
        "code__code", "year", "serial", "draft_year", "draft_serial", "title", "copies_printed",
        "unit__short_name", "drafter__name", "state",
    )),
)  # fmt: skip
COPY_FIELDS = (
    "pk", "dispatch", "recipient", "is_main", "count", "first_number", "way", "sent_at",
    "sent_by__name", "received_at", "received_by__name", "received_outside_by", "unit",
    *(f"dispatch__{name}" for name in (
        "code__code", "year", "serial", "draft_year", "draft_serial", "title", "state",
        "registered_at",
    )),
)  # fmt: skip
# How the forms on paper call the ways: words of the form are data.
WAYS: dict[str, str] = {
    Copy.Way.INSIDE: "内部送达", Copy.Way.EXCHANGE: "文件交换", Copy.Way.POST: "邮寄",
    Copy.Way.COURIER: "专人送达", Copy.Way.E_EXCHANGE: "电子公文交换",
}  # fmt: skip
SHORT_WAYS: dict[str, str] = dict(
    zip(WAYS, ("内部", "交换", "邮寄", "专送", "电子交换"), strict=True)
)


def number_of(row: Row, of: str = "") -> str:
    """Return the document number, or the number of the draft; `of` is where the row has it."""
    if row[f"{of}serial"]:
        return f"{row[f'{of}code__code']}〔{row[f'{of}year']}〕{row[f'{of}serial']}号"
    return f"拟文 {row[f'{of}draft_year']}-{row[f'{of}draft_serial']:04d}"


def acting(name: str | None, absent: str | None) -> str:
    """Sign as paper does when somebody acts for another: 何志远（林秀云代）."""
    return f"{absent}（{name}代）" if absent else name or ""


def numbers_of_copies(row: Row) -> str:
    """Return the copy numbers of a recipient, 1–5, when they were given."""
    first, count = row["first_number"], row["count"]
    if first is None:
        return ""
    return f"{first}–{first + count - 1}" if count > 1 else str(first)


# --- what lies in other tables: one query each for a whole page --------------------------------


def signed_for(pks: Iterable[int]) -> dict[int, str]:
    """Return who signed these dispatches; of a joint one, all who signed."""
    found: dict[int, list[str]] = {}
    rows = Signature.objects.filter(
        dispatch__in=list(pks), cancelled_at=None, signed_at__isnull=False
    ).values_list("dispatch", "person__name", "outside", "is_by_proxy", "signed_by__name")
    for pk, person, outside, proxy, by in rows:
        found.setdefault(pk, []).append(acting(by, person) if proxy else person or outside)
    return {pk: "、".join(names) for pk, names in found.items()}


def reasons_of(rows: Iterable[Row]) -> dict[int, str]:
    """Return why the void ones among these rows are void."""
    pks = [row["pk"] for row in rows if row["state"] == State.VOID]
    if not pks:
        return {}
    said = Remark.objects.filter(dispatch__in=pks, step="void").order_by("pk")
    return dict(said.values_list("dispatch", "text"))


def filled(rows: list[Row]) -> list[Row]:
    """Add what the book shows besides its own columns: four queries for any number of rows."""
    pks = [row["pk"] for row in rows]
    signed, reasons = signed_for(pks), reasons_of(rows)
    sealed = Impression.objects.filter(dispatch__in=pks).order_by().values("dispatch")
    seals = dict(sealed.annotate(at=Min("set_at")).values_list("dispatch", "at"))
    copies = Copy.objects.filter(dispatch__in=pks).order_by().values("dispatch", "way").annotate(
        n=Count("pk"), sent=Min("sent_at"), received=Count("received_at"), last=Max("received_at")
    )  # fmt: skip
    by_row: dict[int, list[Any]] = {}
    for each in copies:
        by_row.setdefault(each["dispatch"], []).append(each)
    for row in rows:
        mine = by_row.get(row["pk"], [])
        row["signed"] = signed.get(row["pk"], "")
        row["sealed_on"] = _day(seals.get(row["pk"]))
        row["ways"] = {each["way"] for each in mine}
        row["sent_on"] = _day(min((each["sent"] for each in mine if each["sent"]), default=None))
        row["recipients"] = sum(each["n"] for each in mine)
        row["received"] = sum(each["received"] for each in mine)
        row["note"] = _note(row, reasons)
    return rows


def _note(row: Row, reasons: dict[int, str]) -> str:
    if row["state"] == State.VOID:
        return f"作废：{reasons.get(row['pk'], '')}"
    return "不予发文" if row["state"] == State.NOT_ISSUED else ""


def filled_seals(rows: list[Row]) -> list[Row]:
    """Add who approved each impression: who signed the document."""
    signed = signed_for({row["dispatch"] for row in rows})
    for row in rows:
        row["approved"] = signed.get(row["dispatch"], "")
        row["note"] = "文件作废" if row["dispatch__state"] == State.VOID else ""
    return rows


def filled_copies(rows: list[Row]) -> list[Row]:
    """Add what stands in the column of notes."""
    for row in rows:
        row["note"] = "文件作废" if row["dispatch__state"] == State.VOID else ""
    return rows


def _day(moment: Any) -> Any:
    return timezone.localtime(moment).date() if moment else ""


def ways_of(row: Row, names: Mapping[str, str] = WAYS) -> str:
    """Return in which ways the copies of a dispatch were sent."""
    return "、".join(name for way, name in names.items() if way in row["ways"])


def receipts_of(row: Row) -> str:
    """Return how many recipients have acknowledged, of how many."""
    return f"{row['received']}/{row['recipients']}" if row["recipients"] else ""


def place_of(row: Row) -> str:
    """Return where a filed dispatch waits to be arranged."""
    if row["filing_year"] is None:
        return ""
    return f"{row['filing_year']}-{row['filing_unit__short_name']}-{row['retention']}"


def _of_dispatch(row: Row) -> str:
    return number_of(row, "dispatch__")


def receiver_of(row: Row) -> str:
    """Return who has received a copy, here or outside."""
    return row["received_by__name"] or row["received_outside_by"] or ""


def role_of(row: Row) -> str:
    """Say whether a recipient is an addressee or gets a copy."""
    return "主送" if row["is_main"] else "抄送"


def way_of(row: Row) -> str:
    """Return how a copy was sent."""
    return WAYS[Copy.Way(row["way"])] if row["way"] else ""


COLUMNS: tuple[Column, ...] = (
    Column(pgettext_lazy("dispatch", "Document number"), number_of, 22),
    Column(_("Date of the document"), lambda row: row["dated_on"] or "", 12),
    Column(_("Title"), "title", 60),
    Column(_("Urgency"), "urgency", 8),
    Column(_("Addressees"), lambda row: "，".join(row["addressees"]), 32),
    Column(_("Copies to"), lambda row: "，".join(row["copy_to"]), 24),
    Column(pgettext_lazy("dispatch", "Copies"), lambda row: row["copies_printed"] or "", 8),
    Column(_("Drafting unit"), "unit__short_name", 14),
    Column(_("Drafter"), "drafter__name", 10),
    Column(pgettext_lazy("dispatch", "Signed by"), "signed", 14),
    Column(pgettext_lazy("dispatch", "Sealed"), "sealed_on", 12),
    Column(pgettext_lazy("dispatch", "Sent"), "sent_on", 12),
    Column(_("Way"), ways_of, 18),
    Column(_("Acknowledged"), receipts_of, 10),
    Column(pgettext_lazy("register", "Filed"), place_of, 20),
    Column(_("Note"), "note", 24),
)
SEAL_COLUMNS: tuple[Column, ...] = (
    Column(_("Sealed at"), "set_at", 16),
    Column(pgettext_lazy("thing", "Seal"), "seal__name", 24),
    Column(pgettext_lazy("dispatch", "Document number"), _of_dispatch, 22),
    Column(_("Title"), "dispatch__title", 60),
    Column(_("Impressions"), "count", 10),
    Column(pgettext_lazy("dispatch", "Copies"), "dispatch__copies_printed", 10),
    Column(_("Asked for by"), "dispatch__unit__short_name", 14),
    Column(_("Drafter"), "dispatch__drafter__name", 10),
    Column(_("Approved by"), "approved", 16),
    Column(_("Set by"), lambda row: acting(row["set_by__name"], row["on_behalf_of__name"]), 16),
    Column(_("Note"), "note", 12),
)
COPY_COLUMNS: tuple[Column, ...] = (
    Column(pgettext_lazy("dispatch", "Document number"), _of_dispatch, 22),
    Column(_("Title"), "dispatch__title", 60),
    Column(_("Recipient"), "recipient", 28),
    Column(_("As"), role_of, 8),
    Column(_("Copies"), "count", 8),
    Column(_("Copy numbers"), numbers_of_copies, 12),
    Column(_("Way"), way_of, 14),
    Column(pgettext_lazy("copy", "Sent"), lambda row: row["sent_at"] or "", 16),
    Column(_("Sent by"), lambda row: row["sent_by__name"] or "", 10),
    Column(pgettext_lazy("copy", "Received"), lambda row: row["received_at"] or "", 16),
    Column(pgettext_lazy("copy", "Received by"), receiver_of, 12),
    Column(_("Note"), "note", 12),
)
