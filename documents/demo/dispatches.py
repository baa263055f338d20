"""发文 of the demonstration: written by us, each as far as its story goes, through the services."""
# ruff: noqa: E501 (texts)

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from documents.demo.cast import Cast
from documents.demo.story import Event
from documents.drafting.models import Dispatch, OrganCode, Seal
from documents.drafting.plan import POINTS, Recipient, Words
from documents.drafting.services import issuing, reviewing, signing, writing
from office.demo.days import OfficeTime
from office.demo.people import INSTITUTION
from office.people.models import User

CODES = (
    ("江质信", "general", ""),
    ("江质信函", "letter", ""),
    ("江质信纪", "minutes", "主任办公会议纪要"),
)
KEEPER = "dinghongwei"
STEPS = ("draft", "submit", "review", "check", "countersign", "sign", "recheck", "register", "print",
         "seal", "distribute", "acknowledge", "close", "file")  # fmt: skip
PRINCIPAL, DIRECTOR, CLERK, CHECKER = "chenguoliang", "zhoumin", "liwenjing", "guchen"


class Text(NamedTuple):
    """One dispatch: who drafts it, how many workdays ago it was begun, how far it has come."""

    drafter: str
    days: int
    until: str
    kind: str
    direction: str
    code: int
    title: str
    addressees: tuple[str, ...]
    body: str
    signer: str = PRINCIPAL
    copy_to: tuple[str, ...] = ()
    urgency: str = ""
    note: str = ""
    units: tuple[str, ...] = ()
    annexes: tuple[tuple[str, str], ...] = ()


TEXTS: tuple[Text, ...] = (
    Text("houxiaoyu", 38, "file", "通知", "down", 0, "关于做好2027年度部门预算编制工作的通知", ("各科室",),
"""根据省财政厅关于编制2027年省级部门预算的要求，为做好中心2027年度部门预算编制工作，现将有关事项通知如下：
一、总体要求
坚持过紧日子，从严从紧编制预算，优化支出结构，提高资金使用效益。各科室应当对照年度工作任务逐项测算，做到依据充分、数据准确。
二、编报内容
（一）严格控制一般性支出。“三公”经费只减不增，会议费、培训费按不低于5%的比例压减。
（二）做实项目支出。项目须有立项依据、实施方案和绩效目标，未纳入项目库的不得申报。
三、时间安排
请各科室于2026年10月20日前将预算草案报财务科。财务科汇总后提交主任办公会议审议。"""),
    Text("guchen", 26, "close", "纪要", "down", 2, "研究2027年度部门预算编制工作", ("各科室",),
"""2026年10月15日，陈国梁主任主持召开主任办公会议，研究2027年度部门预算编制工作。现纪要如下：
一、会议听取了财务科关于预算草案编制情况的汇报，原则同意预算草案。
二、会议要求，各科室对“三公”经费和会议费、培训费再作压减，10月20日前完成修改。
三、会议明确，信息化项目统一由网络运行科归口审核，避免重复建设。
出席：陈国梁、何志远、林秀云、罗正华
列席：周敏、郑佩华、高磊"""),
    Text("luting", 19, "distribute", "批复", "down", 0, "关于同意云溪分中心更换服务器存储设备的批复", ("云溪分中心",),
"""你分中心《关于更换服务器存储设备的请示》（江质信云〔2026〕6号）收悉。经研究，批复如下：
一、同意更换服务器存储设备1台，所需经费在你分中心年度设备购置费中列支。
二、请按照政府采购有关规定组织采购，设备到货后及时办理固定资产登记。
三、更换前做好数据备份和迁移测试，确保业务不中断。
此复。""", signer="hezhiyuan", copy_to=("财务科", "网络运行科")),
    Text("xinran", 12, "seal", "报告", "up", 0, "关于2026年度科技项目实施情况的报告", ("江川省市场监督管理局",),
"""按照省局关于报送年度科技项目实施情况的要求，现将有关情况报告如下：
一、基本情况
2026年中心承担省级科技项目4项，到位经费86万元，按计划执行68万元。其中，通过验收1项，在研3项。
二、主要做法
（一）健全制度。修订科技项目管理办法，明确负责人、经费和进度责任。
（二）加强调度。每月汇总进展，对进度滞后的项目逐项分析原因。
三、下一步打算
12月底前完成2个在研项目的中期检查，抓好成果登记和转化。
特此报告。"""),
    Text("anran", 7, "sign", "通报", "down", 0, "关于2026年第三季度督办事项办理情况的通报", ("各科室",),
"""2026年第三季度，中心列入督办台账的事项共32项，其中办结28项，按期办结25项。现将有关情况通报如下：
一、办理情况
标准信息科、质量数据科承办的事项全部按期办结；网络运行科1项、财务科2项超过时限后办结。
二、存在问题
少数事项中间环节耗时偏长，个别科室反馈进展不及时。
三、工作要求
请有关科室对未办结的4项逐项明确责任人和完成时间，11月30日前报办公室。""", units=("network", "finance")),
    Text("wenruolin", 5, "check", "函", "across", 1, "关于商请共享计量检定数据的函", ("江川省计量科学研究院",),
"""为做好全省质量统计分析，现就共享计量检定数据有关事项函商如下：
一、数据范围为2026年度强制检定计量器具的检定结果，不含个人信息。
二、请于2026年12月15日前以电子表格形式提供，联系人由双方各指定1名。
三、数据仅用于本项统计分析，我中心按照数据安全有关规定妥善保管。
请予支持为盼。""", signer="linxiuyun", units=("standards",)),
    Text("weiguang", 2, "submit", "请示", "up", 0, "关于购置数据库审计设备的请示", ("江川省市场监督管理局",),
"""为落实网络安全等级保护要求，防范数据泄露风险，我中心拟购置数据库审计设备1套。现将有关事项请示如下：
一、必要性
中心业务数据库承载全省质量技术数据，现有设备不具备操作审计功能，不能满足等级保护三级测评要求。
二、经费预算
经市场询价，设备及三年维保共需18万元，拟在2026年信息化运维经费结余中列支。
妥否，请批示。""", note="联系人：魏光，电话：0571-88008023", urgency="加急",
annexes=(("设备购置预算表", "| 名称 | 数量 | 单价（元） | 金额（元） |\n|---|---|---|---|\n| 数据库审计系统 | 1 | 150000 | 150000 |\n| 三年维保 | 1 | 30000 | 30000 |"),)),
    Text("gaolei", 1, "draft", "通知", "down", 0, "关于开展冬季用电安全检查的通知", ("各科室", "各分中心"),
"""入冬以来，用电负荷持续上升。为防范电气火灾，根据《江川省消防救援总队关于加强冬春火灾防控工作的通知》（江消〔2026〕118号）要求，中心决定开展冬季用电安全检查。现将有关事项通知如下：
一、检查范围
办公楼、数据机房、标准馆藏库房及各分中心办公场所。重点检查配电箱、不间断电源、电采暖设备和电动自行车停放充电区域。
二、检查安排
(一)自查阶段（11月25日至12月2日）。各科室对照检查表逐项自查，12月03日前报送自查情况。
（二）抽查阶段（12月3日至12月9日）。由办公室会同网络运行科组成检查组，对配电房、机房等重点部位进行抽查。
三、工作要求
1、落实责任。各科室负责人是本科室用电安全第一责任人，对查出的问题逐条销号。。
2、立查立改。能够当场整改的当场整改；不能当场整改的，明确责任人和完成时限。""",
copy_to=("江川省市场监督管理局办公室",)),
)  # fmt: skip


def tables(cast: Cast) -> None:
    """Enter organ codes and the seal, as a back-office would."""
    for order, (code, form, mark) in enumerate(CODES):
        OrganCode.objects.get_or_create(
            code=code, defaults={"format": form, "mark": mark, "order": order}
        )
    Seal.objects.get_or_create(
        name=INSTITUTION,
        defaults={"keeper": cast.users[KEEPER], "in_use_since": dt.date(2020, 1, 6)},
    )


@dataclass
class Course:
    """What happens to one dispatch, step by step."""

    text: Text
    cast: Cast
    time: OfficeTime
    number: int
    pk: int = 0

    def events(self) -> Iterator[Event]:
        """Yield the steps as far as the story goes, some hours apart."""
        last = STEPS.index(self.text.until)
        at = self.time.at(-self.text.days, "09:20")
        for place, step in enumerate(STEPS[: last + 1]):
            if step == "countersign" and not self.text.units:
                continue
            act = getattr(self, step)
            yield Event(at, 30, 900_000 + self.number * 100 + place, act, step)
            at += 95 + 40 * (place % 3)

    def _as(self, username: str) -> User:
        return self.cast.users[username]

    @property
    def row(self) -> Dispatch:
        return Dispatch.objects.get(pk=self.pk)

    def draft(self) -> None:
        text = self.text
        code = OrganCode.objects.get(code=CODES[text.code][0])
        title = text.title if text.kind == "纪要" else f"{INSTITUTION}{text.title}"
        words = Words(
            kind=text.kind, direction=text.direction, code=code, title=title, body=text.body,
            addressees=text.addressees, copy_to=text.copy_to, urgency=text.urgency,
            note=text.note, signer=self._as(text.signer), annexes=text.annexes,
        )  # fmt: skip
        self.pk = writing.draft(words, actor=self._as(text.drafter)).pk

    def submit(self) -> None:
        actor = self._as(self.text.drafter)
        for finding in self.row.unanswered:
            writing.answer_finding(
                self.pk, actor=actor, rule=finding.rule, quote=finding.found,
                reason="已与有关材料核对，表述无误。",
            )  # fmt: skip
        writing.submit(self.pk, actor=actor)

    def _owner(self, step: str) -> User:
        item = next(each for each in self.row.open_items if each.step == step)
        assert item.assignee is not None  # noqa: S101  such a step is owed by somebody by name
        return item.assignee

    def review(self) -> None:
        reviewing.review(self.pk, actor=self._owner("review"), opinion="同意，请办公室核稿。")

    def check(self) -> None:
        units = [self.cast.unit_rows[code] for code in self.text.units]
        reviewing.check(
            self.pk, actor=self._as(DIRECTOR), points=POINTS, asked=units,
            opinion="已核，文种、格式规范，呈请签发。",
        )  # fmt: skip

    def countersign(self) -> None:
        for code in self.text.units:
            head = self._as(self.cast.heads[code])
            reviewing.countersign(self.pk, actor=head, agrees=True, opinion="无不同意见。")

    def sign(self) -> None:
        signing.sign(self.pk, actor=self._owner("sign"), opinion="同意印发。")

    def recheck(self) -> None:
        signing.recheck(self.pk, actor=self._as(CHECKER), opinion="复核无误。")

    def register(self) -> None:
        units = {unit.name: unit for unit in self.cast.unit_rows.values()}
        inside = [unit for code, unit in self.cast.unit_rows.items() if code != "leaders"]
        to: list[Recipient] = []
        for name in (*self.text.addressees, *self.text.copy_to):
            if name == "各科室":
                to += [Recipient(unit.name, unit) for unit in inside]
            else:
                to.append(Recipient(name, units.get(name), 2, name in self.text.addressees))
        issuing.register(self.pk, actor=self._as(CLERK), recipients=to, spare=2)

    def print(self) -> None:
        issuing.print_(self.pk, actor=self._as(CLERK))

    def seal(self) -> None:
        row = self.row
        issuing.seal(
            self.pk, actor=self._as(KEEPER), seal=Seal.objects.get(name=INSTITUTION),
            count=row.copies_printed or 1,
        )  # fmt: skip

    def distribute(self) -> None:
        outside = self.row.copies.filter(unit=None).values_list("pk", flat=True)
        issuing.distribute(self.pk, actor=self._as(CLERK), ways=dict.fromkeys(outside, "exchange"))

    def acknowledge(self) -> None:
        for copy in self.row.copies.exclude(unit=None).select_related("unit"):
            assert copy.unit is not None  # noqa: S101  not excluded
            issuing.acknowledge(self.pk, actor=self._as(self.cast.heads[copy.unit.code]))

    def close(self) -> None:
        issuing.close(self.pk, actor=self._as(CLERK))

    def file(self) -> None:
        row = self.row
        issuing.file(self.pk, actor=self._as(CLERK), year=2026, unit=row.unit, retention="30年")


def stories(time: OfficeTime, cast: Cast) -> list[Event]:
    """Return everything that happens to the dispatches of the demonstration."""
    courses = (Course(text, cast, time, n) for n, text in enumerate(TEXTS, 1))
    return [event for course in courses for event in course.events()]
