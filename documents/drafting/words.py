"""What the writing screen holds, as it goes from the form to the services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from documents.drafting.models import OrganCode
from documents.drafting.text import value
from office.files.names import refuse_classified
from office.people.models import User


@dataclass(frozen=True)
class Words:
    """Everything the writing screen holds."""

    kind: str
    direction: str
    code: OrganCode
    title: str
    body: str
    addressees: Sequence[str] = ()
    copy_to: Sequence[str] = ()
    co_issuers: Sequence[str] = ()
    urgency: str = ""
    note: str = ""
    is_important: bool = False
    signer: User | None = None
    due_on: dt.date | None = None
    annexes: Sequence[tuple[str, str]] = field(default=())

    @property
    def facts(self) -> dict[str, Any]:
        """The columns of the row."""
        names = ("kind", "direction", "code", "title", "body", "urgency", "note",
                 "is_important", "signer", "due_on")  # fmt: skip
        lists = ("addressees", "copy_to", "co_issuers")
        return {name: getattr(self, name) for name in names} | {
            name: list(getattr(self, name)) for name in lists
        }

    @property
    def paper(self) -> dict[str, Any]:
        """The value of its FILE.json."""
        return value(self, list(self.annexes))

    def refuse_classified(self) -> None:
        """No state secret is written here (保密法 §31). Raises ValidationError."""
        for words in (self.title, self.note, *(w for pair in self.annexes for w in pair)):
            refuse_classified(words)
        refuse_classified(self.body[:200])
