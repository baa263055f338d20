# ruff: noqa: E501 (the table of cases)
"""A24: double clicks and several people at once on a dispatch: one effect, one line in the trail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from documents.drafting.invariants import check_invariants
from documents.drafting.models import Dispatch, OrganCode
from documents.drafting.plan import POINTS
from documents.drafting.services import issuing, reviewing, signing, writing
from documents.drafting.workflow import DISPATCH, State
from office.files.models import Attachment
from office.numbering.models import Series
from office.people.models import User
from tests.documents import dispatching
from tests.documents.dispatching import CALLS, copies, fresh, recipients, trail, walk
from tests.documents.drafts import BODY, drafting_office, words
from tests.documents.factories import Office
from tests.documents.test_receipt_at_once import together

pytestmark = pytest.mark.django_db(transaction=True)
S = State
THREADS = 8
MANY = 50
REPEATABLE = {"resolve", "edit"}  # the same again is the same: nothing is doubled


def _jointly(office: Office) -> Dispatch:
    row = writing.draft(words(office, co_issuers=["江川省药品监督管理局"]), actor=office.staff)
    for step, person in (("submit", "staff"), ("review", "head"), ("check", "director"), ("sign", "principal")):
        CALLS[step](row.pk, getattr(office, person), office)
    return fresh(row.pk)


def _asked_outside(office: Office) -> Dispatch:
    row = walk(S.REVIEWED, office)
    reviewing.check(
        row.pk, actor=office.director, points=POINTS, opinion="请会签。", asked=[dispatching.OUTSIDE]
    )
    return fresh(row.pk)


def _with_remark(office: Office) -> Dispatch:
    return writing.draft(words(office, body=BODY + "\n其它事项。"), actor=office.staff)


def _answer(pk: int, actor: User, _office: Office) -> Any:
    finding = next(iter(fresh(pk).unanswered), None)
    rule, quote = (finding.rule, finding.found) if finding else ("X", "x")
    return writing.answer_finding(pk, actor=actor, rule=rule, quote=quote, reason="引用原文")


def _unsent(office: Office) -> Dispatch:
    row = walk(S.SEALED, office)
    return issuing.distribute(row.pk, actor=office.clerk, ways={})


# step: where it starts, who clicks. Two names: two people at once.
CASES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "submit": (S.DRAFTING, ("staff",)),
    "review": (S.SUBMITTED, ("head",)),
    "check": (S.REVIEWED, ("director",)),
    "refuse": (S.REVIEWED, ("director",)),
    "countersign": (S.CHECKED, ("other_head",)),
    "note_countersign": (_asked_outside, ("screener", "director")),
    "sign": (S.READY, ("principal",)),
    "note_signature": (_jointly, ("screener", "director")),
    "recheck": (S.SIGNED, ("screener",)),
    "revise": (S.SIGNED, ("screener",)),
    "register": (S.RECHECKED, ("clerk", "second_clerk")),
    "print": (S.REGISTERED, ("clerk", "second_clerk")),
    "seal": (S.PRINTED, ("screener",)),
    "distribute": (S.SEALED, ("clerk", "second_clerk")),
    "acknowledge": (S.DISTRIBUTED, ("other_head", "other_staff")),
    "note_sent": (_unsent, ("clerk", "second_clerk")),
    "close": (S.DISTRIBUTED, ("clerk", "second_clerk")),
    "file": (S.CLOSED, ("clerk", "second_clerk")),
    "send_back": (S.SUBMITTED, ("head",)),
    "withdraw": (S.SUBMITTED, ("staff",)),
    "void": (S.SUBMITTED, ("clerk", "second_clerk")),
    "urge": (S.SUBMITTED, ("clerk",)),
    "annotate": (S.SUBMITTED, ("clerk",)),
    "attach": (S.DRAFTING, ("staff",)),
    "comment": (S.SUBMITTED, ("head",)),
    "answer_finding": (_with_remark, ("staff",)),
}  # fmt: skip
SAYS = CALLS | {"answer_finding": _answer}


def test_a24_eight_at_once_on_every_step_have_one_effect() -> None:
    office = drafting_office()
    assert set(CASES) | REPEATABLE == set(DISPATCH.steps)
    for name, (start, people) in CASES.items():
        row = start(office) if callable(start) and not isinstance(start, str) else walk(start, office)
        before = trail(row.pk)
        actors = [User.objects.get(username=people[n % len(people)]) for n in range(THREADS)]
        calls = [lambda pk=row.pk, a=a, call=SAYS[name]: call(pk, a, office) for a in actors]
        ends = together(calls)

        assert ends["done"] == 1, (name, ends)
        assert trail(row.pk) == [*before, name], (name, trail(row.pk))
        check_invariants(row)


def test_a24_the_same_again_is_the_same() -> None:
    office = drafting_office()
    row = walk(S.SUBMITTED, office)
    before = trail(row.pk)
    for name, effects in (("edit", []), ("resolve", ["resolve"])):
        calls = [lambda name=name: CALLS[name](row.pk, office.head, office)] * THREADS
        assert together(calls) == {"done": THREADS}
        assert trail(row.pk) == [*before, *effects], name
    assert fresh(row.pk).edition == 1


def test_a24_eight_signatures_at_once_are_one() -> None:
    office = drafting_office()
    row = walk(S.READY, office)
    calls = [lambda: signing.sign(row.pk, actor=office.principal, opinion="同意。")] * THREADS
    assert together(calls) == {"done": 1, "refused": 7}
    row = fresh(row.pk)
    assert row.signatures.exclude(signed_at=None).count() == 1
    assert row.remarks.filter(step="sign").count() == 1
    assert row.versions.filter(step="sign").count() == 1


def test_a24_fifty_registered_at_once_without_gap_or_twin() -> None:
    """Two organ codes, two clerks: each code counts by itself, 1 to 25."""
    office = drafting_office()
    codes = [OrganCode.objects.create(code=code) for code in ("江质信", "江质信函")]
    made = [copies(walk(S.RECHECKED, office, code=code), MANY // 2) for code in codes]
    rows = [pk for pair in zip(*made, strict=True) for pk in pair]
    clerks = [office.clerk, office.second_clerk]
    ends = together([
        lambda pk=pk, n=n: issuing.register(pk, actor=clerks[n % 2], recipients=recipients(office))
        for n, pk in enumerate(rows)
    ])  # fmt: skip
    assert ends == {"done": MANY}
    for code in codes:
        serials = Dispatch.objects.filter(code=code, pk__in=rows).values_list("serial", flat=True)
        assert sorted(n for n in serials if n) == list(range(1, MANY // 2 + 1))
        assert Series.objects.get(name=code.series).last == MANY // 2


def test_a24_two_saves_of_one_edition_one_is_told() -> None:
    office = drafting_office()
    row = walk(S.SUBMITTED, office)
    texts = [words(office, body=BODY + f"\n补充说明{n}。") for n in range(2)]
    ends = together([
        lambda text=text: writing.save(row.pk, text, actor=office.head, edition=row.edition)
        for text in texts
    ])  # fmt: skip
    assert ends == {"done": 1, "refused": 1}
    row = fresh(row.pk)
    assert row.edition == 1
    assert row.body in [text.body for text in texts]


def test_a24_two_units_countersign_at_once_and_it_moves_on_once() -> None:
    office = drafting_office()
    row = walk(S.REVIEWED, office)
    reviewing.check(row.pk, actor=office.director, points=POINTS, opinion="请会签。",
                    asked=[office.data, office.bureau])  # fmt: skip
    ends = together([
        lambda who=who: reviewing.countersign(row.pk, actor=who, agrees=True, opinion="无意见。")
        for who in (office.other_head, office.director)
    ])  # fmt: skip
    assert ends == {"done": 2}
    row = fresh(row.pk)
    assert row.state == S.READY
    assert [item.step for item in row.open_items] == ["sign"]
    check_invariants(row)


def test_a24_printed_twice_at_once_is_one_paper() -> None:
    office = drafting_office()
    row = walk(S.REGISTERED, office)
    clerks = [office.clerk, office.second_clerk]
    ends = together([lambda who=who: issuing.print_(row.pk, actor=who) for who in clerks])
    assert ends == {"done": 1, "refused": 1}
    row = fresh(row.pk)
    assert row.measurements.count() == 1
    assert Attachment.objects.about(row).filter(step=issuing.ISSUE).count() == 1
    assert issuing.verify(row) == []


def test_a22_a24_an_edit_beside_the_signature_never_signs_other_words() -> None:
    """Whoever comes second is refused: what is signed is what was before the signer."""
    office = drafting_office()
    for _round in range(3):
        row = walk(S.READY, office)
        together(_beside(row.pk, office))
        check_invariants(row)


def _beside(pk: int, office: Office) -> list[Callable[[], Any]]:
    return [
        lambda: signing.sign(pk, actor=office.principal, opinion="同意。"),
        lambda: reviewing.send_back(pk, actor=office.principal, to=S.DRAFTING, reason="改"),
        lambda: reviewing.withdraw(pk, actor=office.director),
        lambda: writing.save(pk, words(office, body=BODY + "\n另。"), actor=office.staff, edition=0),
        lambda: CALLS["attach"](pk, office.principal, office),
        lambda: issuing.void(pk, actor=office.clerk, reason="重复。"),
    ]
