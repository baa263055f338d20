"""Many documents taken in at once: an old register, a list (条例 §24(1), (2))."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from documents.receipt.models import IncomingDocument
from documents.receipt.services.desk import pass_on_all
from documents.receipt.services.intake import (
    Envelope,
    demand_signing,
    demand_unsealed,
    described,
    piece_of,
)
from documents.receipt.workflow import State
from office import clock
from office.audit.services import record_all
from office.numbering.services import next_serials
from office.people.models import User
from office.search.services import index_all
from office.workflow import move_all

Laid = tuple[IncomingDocument, dict[str, Any]]  # a signed-for row and what the trail says of it


@transaction.atomic
def take_in(
    pieces: Sequence[tuple[Envelope, dict[str, Any]]], *, actor: User, delivery_list: str = ""
) -> list[IncomingDocument]:
    """Sign for and register many documents, each an envelope and its facts; all or none.

    The rows, items and entries are those of `sign_for` and `register`, in a few statements for any
    number. Who has very many lays them in first, and numbers them last. Raises as they do.
    """
    laid = lay_in(pieces, actor=actor, delivery_list=delivery_list)
    number_all(laid)
    return register_all(laid, actor=actor)


@transaction.atomic
def lay_in(
    pieces: Sequence[tuple[Envelope, dict[str, Any]]], *, actor: User, delivery_list: str = ""
) -> list[Laid]:
    """Sign for many documents with the facts of each; what they lack is the number."""
    demand_signing([envelope for envelope, _facts in pieces], actor)
    laid: list[Laid] = []
    for envelope, given in pieces:
        row = piece_of(envelope, actor, delivery_list)
        demand_unsealed(row)
        facts = described(row, {"title": "", **given}) | {"receipt_class": row.sender.relation}
        for name, value in facts.items():
            setattr(row, name, value)
        del facts["title_key"]
        laid.append((row, facts))
    rows = [row for row, _facts in laid]
    IncomingDocument.objects.bulk_create(rows)
    closed = [piece_of(envelope, actor, delivery_list) for envelope, _given in pieces]
    for bare, row in zip(closed, rows, strict=True):
        bare.pk = row.pk  # until they are registered, only the envelopes are known
    record_all(closed, "sign_for", actor=actor, after=State.SIGNED_FOR)
    pass_on_all(closed, by=actor)
    return laid


def number_all(laid: Sequence[Laid]) -> None:
    """Give each row the next number of its class, in their order; classes are locked in theirs.

    From here on nobody else registers until the caller's transaction ends: all else comes before.
    """
    year = clock.today().year
    counts = Counter(row.receipt_class for row, _facts in laid)
    serials = {
        relation: iter(next_serials(f"incoming-{relation}", year, count))
        for relation, count in sorted(counts.items())
    }
    for row, facts in laid:
        row.year, row.serial = year, next(serials[row.receipt_class])
        facts |= {"year": year, "serial": row.serial}
    with connection.cursor() as cursor:  # bulk_update takes ten times as long
        cursor.execute(
            "UPDATE documents_incomingdocument AS doc SET year = %s, serial = given.serial"
            " FROM unnest(%s::bigint[], %s::int[]) AS given (id, serial) WHERE doc.id = given.id",
            [year, [row.pk for row, _facts in laid], [row.serial for row, _facts in laid]],
        )


@transaction.atomic
def register_all(laid: Sequence[Laid], *, actor: User) -> list[IncomingDocument]:
    """Register rows that were laid in and numbered."""
    moved = move_all(
        IncomingDocument.objects.visible_to(actor).select_related("sender"),
        "register",
        actor=actor,
        shown={row.pk: facts for row, facts in laid},
        registered_at=clock.now(),
        registered_by=actor,
    )
    pass_on_all(moved, by=actor)
    index_all(moved, lambda row: row.own_words)
    return moved
