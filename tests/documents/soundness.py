"""A sound document, and what differs from it: how the examples of a rule become texts."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from documents.proofreading.facts import Facts, Signature
from documents.proofreading.reading import files
from documents.proofreading.rule import Example, Rule
from documents.proofreading.text import Text

WE = "江川市农业科学研究所"
SOUND: dict[str, Any] = {
    "institution": [WE],
    "title": f"{WE}关于做好春季防火工作的通知",
    "number": "江农研〔2026〕12号",
    "addressees": ["各试验站", "各科室"],
    "body": "请各单位认真落实防火责任，于2026年3月20日前报送情况。",
    "signature": [WE],
    "date": "2026年3月5日",
    "note": "（联系人：王五，电话：8321000）",
}
LISTS = frozenset({"institution", "addressees", "signature", "copy_to", "signers"})


def sound(**differs: Any) -> Text:
    """Return the sound document with some elements changed."""
    return files.composed({**SOUND, **differs})


def facts(given: Mapping[str, Any]) -> Facts:
    """Return facts from plain values."""
    values = dict(given)
    if "signatures" in values:
        values["signatures"] = tuple(
            Signature(**{**each, "on": dt.date.fromisoformat(each["on"])})
            for each in values["signatures"]
        )
    for name in ("registered", "voided", "consulted"):
        if name in values:
            values[name] = frozenset(values[name])
    for name in ("adopted_on", "numbered_on"):
        if name in values:
            values[name] = dt.date.fromisoformat(values[name])
    return Facts(**values)


def case(rule: Rule, example: Example) -> tuple[Text, Facts]:
    """Return the text and the facts an example of a rule stands for."""
    if isinstance(example, str):
        element = rule.looks_at[0]
        example = {element: [example] if element in LISTS else example}
    differs = dict(example)
    known = facts(differs.pop("facts", {}))
    return sound(**differs), known
