"""The figures of docs/proofreading.md: no false E in published documents, no fault overlooked."""

from pathlib import Path

import pytest
from django.utils import translation

from documents.proofreading.catalogue import RULES, proofread
from documents.proofreading.reading import files
from tests.documents.planting import figures, grounds, listing, planted
from tests.documents.published import converted, published
from tests.documents.seeds import SEEDS
from tests.documents.sentences import FAULTY, SOUND
from tests.documents.soundness import sound

PAGE = Path(__file__).resolve().parents[2] / "docs" / "proofreading.md"
absent = pytest.mark.skipif(
    not published(), reason="the published documents (shared/data) are not here"
)


@absent
def test_published_documents_have_no_error():
    """Done-when 2 of issue 4; and before July 2012 they are judged by the rules of their day."""
    documents = published()
    assert len(documents) == 24 and len(grounds()) == 14
    blocked = {
        (each["doc_no"], finding.rule)
        for each in documents
        for finding in proofread(files.of(converted(each)))
        if finding.severity != "W"
    }
    assert blocked == set()


@absent
def test_every_seeded_fault_is_found_by_the_right_rule():
    """Done-when 2 of issue 4: one fault in each copy of a document."""
    seeds = list(planted())
    assert len(seeds) >= 150
    assert [(each.seed.rule, each.name) for each in seeds if not each.is_found] == []


@pytest.mark.parametrize(("rule", "sentence"), FAULTY)
def test_a_fault_in_a_sentence_is_found(rule, sentence):
    assert rule in [each.rule for each in proofread(sound(body=sentence))]


@pytest.mark.parametrize("sentence", SOUND)
def test_a_sound_sentence_is_left_alone(sentence):
    assert proofread(sound(body=sentence)) == []


def test_no_rule_is_without_a_seed():
    assert {each.rule for each in SEEDS} == {rule.id for rule in RULES}


@absent
def test_the_page_quotes_the_figures():
    assert figures() in PAGE.read_text(encoding="utf8")


def test_the_page_lists_every_rule():
    with translation.override("en"):
        assert listing() in PAGE.read_text(encoding="utf8")
