"""Every rule is tested by its own examples: what fails it is found, what passes is left alone."""

import datetime as dt
import re

import pytest

from documents.proofreading.catalogue import RULES, proofread
from documents.proofreading.facts import Facts
from documents.proofreading.rule import Basis, Severity
from documents.proofreading.text import ORDER
from tests.documents.soundness import case, sound

FAILS = [
    pytest.param(rule, each, id=f"{rule.id}-{n}")
    for rule in RULES
    for n, each in enumerate(rule.fails)
]
PASSES = [
    pytest.param(rule, each, id=f"{rule.id}-{n}")
    for rule in RULES
    for n, each in enumerate(rule.passes)
]
TODAY = dt.date(2026, 3, 5)


def ids(findings):
    return [finding.rule for finding in findings]


@pytest.mark.parametrize(("rule", "example"), FAILS)
def test_a_fault_is_found(rule, example):
    text, facts = case(rule, example)
    found = [each for each in proofread(text, facts, today=TODAY) if each.rule == rule.id]
    assert found
    for finding in found:
        assert finding.message and "%(" not in finding.message
        assert text.at(finding.paragraph)[finding.start : finding.end] == finding.found


@pytest.mark.parametrize(("rule", "example"), PASSES)
def test_what_is_right_is_left_alone(rule, example):
    text, facts = case(rule, example)
    assert [each for each in proofread(text, facts, today=TODAY) if each.rule == rule.id] == []


@pytest.mark.parametrize(("rule", "example"), FAILS)
def test_a_fix_mends_what_was_found(rule, example):
    text, facts = case(rule, example)
    mine = [each for each in proofread(text, facts, today=TODAY) if each.rule == rule.id]
    for finding in reversed([each for each in mine if each.suggestion is not None]):
        text = text.mended(finding.paragraph, finding.start, finding.end, finding.suggestion)
    left = ids(proofread(text, facts, today=TODAY)).count(rule.id)
    assert left <= sum(each.suggestion is None for each in mine)


def test_every_rule_is_whole():
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert re.fullmatch(r"[NTRSADMPUWXZC]\d\d", rule.id)
        assert rule.fails and rule.passes, rule.id
        assert rule.clause and rule.message and set(rule.looks_at) <= set(ORDER), rule.id
        assert rule.severity in Severity and rule.basis in Basis
        assert set(rule.asks) <= set(Facts.__dataclass_fields__), rule.id


def test_practice_is_never_called_a_clause():
    for rule in RULES:
        assert rule.clause.startswith("实务通常") == (rule.basis is Basis.PRACTICE), rule.id


def test_a_sound_document_has_no_findings():
    assert proofread(sound()) == []


def test_facts_that_nobody_knows_raise_no_finding():
    for rule in RULES:
        if all(not isinstance(each, str) and "facts" in each for each in rule.fails):
            for example in rule.fails:
                text, _facts = case(rule, example)
                assert rule.id not in ids(proofread(text)), rule.id
