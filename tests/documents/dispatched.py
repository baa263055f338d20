"""Two months of writing in a small office: dispatches of every fate, by hand, day by day."""

from __future__ import annotations

from typing import Any

from documents.drafting.models import Copy, Dispatch, Seal
from documents.drafting.plan import POINTS, Recipient
from documents.drafting.services import issuing, reviewing, signing, writing
from office.errors import Refused
from office.people.models import User
from tests.documents.drafts import BODY, prepare, words
from tests.documents.factories import Office
from tests.documents.lived import at

NOTICE: dict[str, Any] = {
    "kind": "通知", "direction": "down", "addressees": ["各科室"], "note": "",
    "title": "江川省质量技术信息中心关于做好年度工作总结的通知",
    "body": "现将有关事项通知如下：\n一、总体要求\n各科室应当如实总结全年工作。\n"
            "二、时间安排\n请于12月20日前报办公室。",
}  # fmt: skip


class Writer:
    """One dispatch and the days of its steps."""

    def __init__(self, office: Office, drafter: User, head: User, **more: Any) -> None:
        self.office, self.drafter, self.head, self.more = office, drafter, head, more
        self.pk = 0

    def draft(self, day: str, **more: Any) -> Writer:
        with at(day, "09:00"):
            self.pk = writing.draft(words(self.office, **self.more | more), actor=self.drafter).pk
        return self

    def mend(self, day: str, time: str = "10:00", **more: Any) -> Writer:
        with at(day, time):
            edition = Dispatch.objects.get(pk=self.pk).edition
            text = words(self.office, **self.more | more)
            writing.save(self.pk, text, actor=self.drafter, edition=edition)
        return self

    def answer(self, day: str, time: str = "10:30") -> Writer:
        with at(day, time):
            for each in Dispatch.objects.get(pk=self.pk).unanswered:
                writing.answer_finding(
                    self.pk, actor=self.drafter, rule=each.rule, quote=each.found, reason="原文如此"
                )
        return self

    def stopped(self, day: str, time: str = "09:30") -> Writer:
        """Try to submit while the proofreader finds an error."""
        with at(day, time):
            try:
                writing.submit(self.pk, actor=self.drafter)
            except Refused:
                return self
        raise AssertionError("nothing stopped it")

    def submit(self, day: str, time: str = "11:00") -> Writer:
        with at(day, time):
            writing.submit(self.pk, actor=self.drafter)
        return self

    def review(self, day: str, time: str = "14:00") -> Writer:
        with at(day, time):
            reviewing.review(self.pk, actor=self.head, opinion="同意，请办公室核稿。")
        return self

    def check(self, day: str, **more: Any) -> Writer:
        with at(day, "15:00"):
            reviewing.check(
                self.pk, actor=self.office.director, points=POINTS,
                opinion="已核，送签发。", **more,
            )  # fmt: skip
        return self

    def back(self, day: str, by: User, time: str = "15:20") -> Writer:
        with at(day, time):
            reviewing.send_back(self.pk, actor=by, to="drafting", reason="请补充依据。")
        return self

    def sign(self, day: str) -> Writer:
        with at(day, "09:10"):
            signing.sign(self.pk, actor=self.office.principal, opinion="同意。")
        return self

    def number(self, day: str) -> Writer:
        with at(day, "16:00"):
            signing.recheck(self.pk, actor=self.office.screener)
        with at(day, "16:30"):
            to = [
                Recipient("江川省市场监督管理局", count=3),
                Recipient("质量数据科", self.office.data, is_main=False),
            ]
            issuing.register(self.pk, actor=self.office.clerk, recipients=to, spare=1)
        return self

    def seal(self, day: str, by: User | None = None) -> Writer:
        with at(day, "09:20"):
            issuing.print_(self.pk, actor=self.office.clerk)
        with at(day, "10:00"):
            issuing.seal(
                self.pk, actor=by or self.office.screener, seal=Seal.objects.get(), count=5
            )
        return self

    def hand_out(self, day: str) -> Writer:
        with at(day, "11:00"):
            outside = Copy.objects.get(dispatch=self.pk, unit=None)
            ways = {outside.pk: Copy.Way.EXCHANGE}
            issuing.distribute(self.pk, actor=self.office.clerk, ways=ways)
        return self

    def void(self, day: str, reason: str = "事项取消，不再印发。") -> Writer:
        with at(day, "16:50"):
            issuing.void(self.pk, actor=self.office.clerk, reason=reason)
        return self


def write(office: Office) -> dict[str, int]:
    """Let October and November pass; return the keys of the dispatches by their fate."""
    prepare(office)

    def ours(**more: Any) -> Writer:
        return Writer(office, office.staff, office.head, **more)

    def theirs(**more: Any) -> Writer:
        return Writer(office, office.other_staff, office.other_head, **NOTICE, **more)

    whole = ours().draft("10-09", body=BODY + "\n其它事项。XXX").stopped("10-09")
    whole.mend("10-09", body=BODY + "\n其它事项。").answer("10-09").submit("10-09")
    whole.review("10-12").check("10-13").sign("10-14").number("10-15").seal("10-16")
    whole.hand_out("10-16")
    with at("10-19"):
        issuing.acknowledge(whole.pk, actor=office.other_head)
    with at("10-20"):
        issuing.close(whole.pk, actor=office.clerk)

    void = ours().draft("10-12").submit("10-13").back("10-14", office.head)
    void.submit("10-15").review("10-16").check("10-19").sign("11-02").number("11-03")
    void.void("11-04")

    refused = ours().draft("10-20").submit("10-21").review("10-22")
    with at("11-05"):
        reviewing.refuse(refused.pk, actor=office.director, reason="不属于需要行文的事项。")

    waiting = theirs().draft("11-09").submit("11-10")
    dropped = ours().draft("11-12").void("11-13")
    twice = theirs().draft("11-12", body=NOTICE["body"] + "\nXXX").stopped("11-12")
    twice.mend("11-12").submit("11-12").review("11-13").back("11-16", office.director)
    twice.submit("11-17").review("11-18").check("11-18").sign("11-19").number("11-19")
    twice.seal("11-20").hand_out("11-20")
    return {name: each.pk for name, each in locals().items() if isinstance(each, Writer)}
