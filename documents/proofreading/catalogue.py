"""All rules, and the one call: proofread(text) -> findings."""

from __future__ import annotations

import datetime as dt
from itertools import chain

from documents.proofreading.elements import annexes, dates, head, number, outline, relations, title
from documents.proofreading.facts import Facts
from documents.proofreading.language import citations, marks, numerals, wording
from documents.proofreading.rule import Finding, Rule
from documents.proofreading.text import ORDER, Text
from office import clock

FAMILIES = (
    number, title, relations, outline, annexes, dates, head, marks, numerals, wording, citations,
)  # fmt: skip
RULES: tuple[Rule, ...] = tuple(chain.from_iterable(family.RULES for family in FAMILIES))
NOBODY = Facts()


def proofread(text: Text, facts: Facts = NOBODY, *, today: dt.date | None = None) -> list[Finding]:
    """Return what can be found wrong, in the order of the paper.

    Judged by the rules of the document's day; a draft without one by those of `today`.
    """
    day = text.day or today or clock.today()
    found = [
        finding for rule in RULES if rule.is_in_force(day) for finding in rule.findings(text, facts)
    ]
    return sorted(found, key=_place)


def _place(finding: Finding) -> tuple[int, list[tuple[int, str]], int, int, str]:
    name, *rest = finding.paragraph.split("/")
    path = [(int(part), "") if part.isdecimal() else (-1, part) for part in rest]
    return ORDER.index(name), path, finding.start, finding.end, finding.rule
