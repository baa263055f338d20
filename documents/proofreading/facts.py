"""Facts: what no program can read in the text. None is unknown: its rules are silent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Signature:
    """签发: who signed, when, for which body, and by what right."""

    name: str
    on: dt.date
    institution: str = ""
    is_principal: bool = False
    is_authorised: bool = False  # “代”: on behalf of the principal, with a record


@dataclass(frozen=True)
class Facts:
    """What the registers know of a document."""

    # Bodies by name: superior, peer, subordinate or other, as in documents.reference.Relation.
    relations: Mapping[str, str] | None = None
    passed_over: Mapping[str, str] | None = None  # addressee -> the body between it and us
    short_names: Mapping[str, tuple[str, ...]] | None = None  # full name -> registered short ones
    signatures: tuple[Signature, ...] | None = None  # () is “not signed yet”
    adopted_on: dt.date | None = None  # the meeting that adopted it
    changed_since: bool | None = None  # a substantive change after the last signature
    consulted: frozenset[str] | None = None  # bodies whose consent is on record
    seal: str | None = None
    registered: frozenset[str] | None = None  # numbers the register holds already
    previous_serial: int | None = None  # the last serial of this code and year
    voided: frozenset[int] = frozenset()  # serials given up with a reason
    numbered_on: dt.date | None = None
    forwarded: str | None = None  # the lower body's text that is passed up
    approved_by: str | None = None  # the government that approved the matter
    is_public: bool | None = None
    is_special: bool | None = None  # a special task, not a general deployment
    is_accredited: bool = False  # a classified network; this system is none
    title_limit: int = 50

    def relation(self, name: str) -> str:
        """How a body stands to us; “” when nobody knows."""
        return (self.relations or {}).get(name, "")
