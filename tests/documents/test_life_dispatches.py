"""What the living office writes: every text sound on paper, all kinds, enough of them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from documents.demo.dispatches import CODES
from documents.demo.letters.shape import Letter
from documents.demo.life.arrivals import Post
from documents.demo.texts import ANSWERS, TEXTS
from documents.demo.texts.shape import Text
from documents.demo.writing import agenda, answering, filling
from documents.demo.writing.course import FATES, FORMS
from documents.drafting.text import proofread_words, value
from documents.measuring.judge import measure
from documents.proofreading.rule import Severity
from documents.typesetting import layout, paper, press
from office import clock
from office.demo.days import OfficeTime
from office.demo.people import INSTITUTION
from office.workdays import calendar
from office.workdays.services import seed

pytestmark = pytest.mark.django_db
HALF_A_YEAR = (dt.date(2026, 5, 24), dt.date(2026, 11, 24))
KINDS = {"通知", "请示", "报告", "函", "批复", "意见", "通报", "纪要", "决定"}
MOST_PAGES = 3


@pytest.fixture(autouse=True)
def holidays() -> Iterator[None]:
    seed(range(2025, 2028))
    yield
    calendar.forget()


def year() -> Iterator[tuple[dt.date, Text]]:
    """Yield each text with one day on which it is written, and a quarter's minutes."""
    for text in TEXTS:
        for day in text.when[-1:]:
            yield dt.date(2026, int(day[:2]), int(day[3:])), text
    for n in range(9):
        day = dt.date(2026, 1, 14) + dt.timedelta(days=42 * n)
        yield day, agenda.minutes(day)


def answered() -> dict[str, tuple[dt.date, Letter]]:
    """Return a letter of half a year for each text that answers some."""
    time = OfficeTime(HALF_A_YEAR[1], past=180)
    post = Post(time, HALF_A_YEAR[0], [], seed=1, scale=1)
    found: dict[str, tuple[dt.date, Letter]] = {}
    for day, bag in post.bags.items():
        for letter in bag:
            if answer := answering.answer_to(letter):
                found.setdefault(answer.body, (day, letter))
    return found


def paper_of(text: Text, **more: Any) -> dict[str, Any]:
    code, form, mark = CODES[FORMS.get(text.kind, 0)]
    words = SimpleNamespace(
        kind=text.kind, direction=text.direction, title=f"{INSTITUTION}{text.title}",
        code=SimpleNamespace(code=code, format=form, mark=mark), body=text.body, co_issuers=[],
        addressees=text.to, copy_to=text.copy_to, urgency=text.urgency, note=text.note,
        signer=SimpleNamespace(name="陈国梁"),
    )  # fmt: skip
    return value(words, text.annexes, **more)


def found_in(text: Text, day: dt.date) -> list[Any]:
    with clock.at(dt.datetime.combine(day, dt.time(9))):
        return proofread_words(paper_of(text) | {"kind": text.kind})


def sound(text: Text, day: dt.date, pieces: Mapping[str, str]) -> dict[str, Any]:
    """Assert that a text passes the proofreader, as it is and as it is mended, and can be set."""
    for more in ("", filling.missed(text.kind, Random(text.title))[1]):  # noqa: S311
        filled = filling.filled(text, day, pieces, more)
        assert "{" not in filled.title + filled.body
        found = found_in(filled, day)
        assert not [f for f in found if f.severity == Severity.ERROR], (text.title, found)
        assert len({f.rule for f in found}) <= bool(text.remark), (text.title, found)
    number = f"{CODES[FORMS.get(text.kind, 0)][0]}〔{day.year}〕112号"
    filled = filling.filled(text, day, pieces)
    given = paper_of(filled, number=number, dated_on=day, printed_on=day)
    pages = layout.lay_out(paper.of(given))  # raises for a character without a font
    assert len(pages) <= MOST_PAGES, text.title
    return given


def measured(given: dict[str, Any]) -> None:
    pages = layout.lay_out(paper.of(given))
    failed = [v for v in measure(press.pdf(pages, title=given["title"])) if not v.passed]
    assert not failed, (given["title"], failed)


def test_every_text_of_the_year_is_sound_and_one_of_each_kind_measures_well() -> None:
    kinds: dict[object, dict[str, Any]] = {}
    for day, text in year():
        given = sound(text, day, {})
        kinds[text.kind, bool(text.annexes)] = given
    for given in kinds.values():
        measured(given)


def test_every_answer_is_sound_and_one_of_each_kind_measures_well() -> None:
    letters = answered()
    assert len(letters) >= len(ANSWERS) - 3
    kinds: dict[str, dict[str, Any]] = {}
    for answer in ANSWERS:
        if answer.body in letters:
            day, letter = letters[answer.body]
            text = answering.text_of(letter, answer)
            kinds[answer.kind] = sound(text, day, answering.pieces(letter, answer))
    for given in kinds.values():
        measured(given)


@pytest.mark.parametrize("kind", sorted(KINDS - {"批复"}))
def test_a_hurried_first_draft_is_stopped(kind: str) -> None:
    """What a careless hand leaves behind is an error that the proofreader holds against it."""
    for text in (each for each in TEXTS if each.kind == kind):
        day = dt.date(2026, int(text.when[0][:2]), int(text.when[0][3:]))
        found = found_in(filling.careless(filling.filled(text, day, {})), day)
        assert [f for f in found if f.severity == Severity.ERROR], text.title


def test_half_a_year_brings_enough_in_every_kind() -> None:
    first, last = HALF_A_YEAR
    time = OfficeTime(last, past=180)
    planned = [plan for each in agenda.plans(time, first, seed=1).values() for plan in each]
    kinds = Counter(plan.text.kind for plan in planned)
    post = Post(time, first, [], seed=1, scale=1)
    letters = [letter for bag in post.bags.values() for letter in bag]
    kinds += Counter(a.kind for a in map(answering.answer_to, letters) if a)
    assert kinds.total() >= 130  # some letters are refused, some answers not to be issued
    assert set(kinds) == KINDS
    assert min(kinds.values()) >= 2
    assert {plan.fate for plan in planned} == {*FATES}
    assert {plan.stops for plan in planned} == {"", *agenda.STOPS}
    titles = Counter(filling.filled(plan.text, plan.day, {}).title for plan in planned)
    assert not [title for title, times in titles.items() if times > 1]
