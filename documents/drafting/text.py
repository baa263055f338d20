"""The text of a dispatch as one value: what is proofread, typeset, signed and compared."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone

from documents.proofreading.catalogue import proofread as found_in
from documents.proofreading.facts import Facts, Signature
from documents.proofreading.reading import files
from documents.proofreading.rule import Finding

__all__ = [
    "Finding", "digest", "digest_of", "lasting", "paper_of", "proofread", "proofread_words",
    "record_of", "value",
]  # fmt: skip
# What is signed is all a reader reads, but not what later steps add to it, nor how the
# institution's own head looks.
ADDED_LATER = ("signers", "number", "date", "printed_by", "printed_on", "mark", "format")


def value(
    words: Any,
    annexes: Sequence[tuple[str, str]],
    *,
    outside: Sequence[str] = (),
    number: str = "",
    dated_on: dt.date | None = None,
    printed_on: dt.date | None = None,
) -> dict[str, Any]:
    """Return the value of a FILE.json of a row, or of what is typed; empty keys are left out."""
    issuers = [settings.INSTITUTION, *words.co_issuers]
    signers = [*([words.signer.name] if words.signer else []), *outside]
    found = {
        "format": "minutes" if words.kind == "纪要" else str(words.code.format),
        "institution": issuers if len(issuers) > 1 else settings.INSTITUTION,
        "mark": words.code.mark,
        "urgency": words.urgency,
        "number": number,
        "signers": signers if words.direction == "up" else [],
        "title": words.title,
        "addressees": list(words.addressees),
        "body": words.body,
        "attachments": [{"title": title, "body": body} for title, body in annexes],
        "date": dated_on.isoformat() if dated_on else "",
        "seal": words.kind != "纪要",
        "note": words.note and f"（{words.note.strip('（）')}）",
        "copy_to": list(words.copy_to),
        "printed_by": f"{settings.INSTITUTION}办公室" if printed_on else "",
        "printed_on": printed_on.isoformat() if printed_on else "",
    }
    return {name: each for name, each in found.items() if each or name in ("title", "body")}


def paper_of(row: Any) -> dict[str, Any]:
    """Return the value of a dispatch as it stands."""
    return value(
        row,
        [(annex.title, annex.body) for annex in row.annex_list],
        outside=[each.outside for each in row.signature_list if each.outside],
        number=row.number,
        dated_on=row.dated_on,
        printed_on=timezone.localtime(row.registered_at).date() if row.registered_at else None,
    )


def record_of(row: Any) -> dict[str, Any]:
    """Return what a version keeps: the value, its kind, and what files go with it by their hash."""
    files = [{"name": file.name, "sha256": file.sha256} for file in row.bound_files]
    return paper_of(row) | {"kind": row.kind} | ({"files": files} if files else {})


def lasting(record: dict[str, Any]) -> dict[str, Any]:
    """Return what of a version is signed: later steps add the rest.

    Our own name is a setting, not the text's; of a joint document the others' names are signed.
    """
    found = {name: each for name, each in record.items() if name not in ADDED_LATER}
    issuers = found.pop("institution", "")
    return found | ({"institution": issuers[1:]} if isinstance(issuers, list) else {})


def digest_of(row: Any) -> str:
    """Return the SHA-256 of the words and files that are signed, in canonical spelling."""
    return digest(lasting(record_of(row)))


def digest(paper: dict[str, Any]) -> str:
    """Return the SHA-256 of a FILE.json value in canonical spelling."""
    plain = json.dumps(paper, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def proofread(row: Any) -> list[Finding]:
    """Return what the proofreader finds in a dispatch as it stands, with what its folder knows."""
    signed = tuple(
        Signature(
            name=each.person.name if each.person else each.outside,
            on=timezone.localtime(each.signed_at).date(),
            institution=each.body,
            is_principal=row.needs_principal and each.order == 0,
            is_authorised=each.is_by_proxy,
        )
        for each in row.signature_list
        if each.signed_at
    )
    consulted = frozenset(str(part.body or part.unit) for part in row.countersign_list)
    return proofread_words(
        paper_of(row) | {"kind": row.kind}, Facts(signatures=signed, consulted=consulted)
    )


UNSIGNED = Facts(signatures=())


def proofread_words(paper: dict[str, Any], facts: Facts = UNSIGNED) -> list[Finding]:
    """Return what the proofreader finds in a text that is being typed, signed by nobody yet."""
    return found_in(files.composed(paper), facts)
