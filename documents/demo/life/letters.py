"""Write a letter of the living office: who writes, about what, and how it is dealt with."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterable
from random import Random

from documents.demo.letters.shape import Letter
from documents.demo.life import phrasing, subjects
from documents.demo.life.phrasing import Form
from documents.demo.senders import SENDERS, SenderData
from office.demo.people import PEOPLE, UNITS
from office.workdays import calendar

NAMES = {unit.code: unit.name for unit in UNITS}
BOSS = {unit.code: unit.leader_username for unit in UNITS}
HEADS = {person.unit_code: person.username for person in PEOPLE if person.duty == "head"}
LEADERS = tuple(person.username for person in PEOPLE if person.duty in ("principal", "leader"))
CALLED = {
    "chenguoliang": "国梁主任", "hezhiyuan": "志远副主任",
    "linxiuyun": "秀云副主任", "luozhenghua": "正华副书记",
}  # fmt: skip
HELPERS = ("office", "data", "network", "finance", "personnel", "standards")
RELATIONS, SHARES = ("superior", "peer", "subordinate", "other"), (55, 21, 18, 6)
CHANNELS = {
    "superior": ("e_exchange", "e_exchange", "e_exchange", "exchange"),
    "peer": ("e_exchange", "post", "post", "email"),
    "subordinate": ("e_exchange", "e_exchange", "email", "fax"),
    "other": ("post", "email", "courier"),
}
CHECKED = ("检查", "自评", "核查", "申报", "征集", "清理", "备案", "调查", "评审", "公开")
HELPED = ("查询", "核", "提供")  # what one is helped with, after 协助
ARRANGED = ("开展", "联合", "派", "更新", "举办", "参加")  # what can be arranged by a mere word
SLOW = 0.05  # numbers a day under a code that has no room between the hand-written ones
WEEKDAYS = "一二三四五六日"
FEWEST, MORE = 24, 150  # letters a year under a code that nobody has written by hand


class Author:
    """Draws letters; `written` are those of the hand-written demonstration, whose numbers stay."""

    def __init__(self, written: Iterable[tuple[Letter, dt.date]]) -> None:
        self.titles: set[str] = set()
        self.taken: set[tuple[str, int]] = set()
        self.pace: dict[str, float] = {}
        self.last: dict[tuple[str, int], int] = {}
        for letter, day in written:
            self.titles.add(letter.title)
            self.taken.add((letter.organ_code, letter.serial))
            self.pace.setdefault(letter.organ_code, letter.serial / day.timetuple().tm_yday)
        self.senders = {
            relation: [sender for sender in SENDERS if sender.relation == relation]
            for relation in RELATIONS
        }

    def letter(self, chance: Random, day: dt.date, back: int, at: str) -> Letter:
        """Write a letter that arrives on a day, `back` workdays before the base day."""
        for _try in range(12):  # a matter that was written about already is put aside
            relation = chance.choices(RELATIONS, SHARES)[0]
            sender = chance.choice(self.senders[relation])
            form, pieces = getattr(self, f"_{relation}")(chance, sender, day)
            title = phrasing.fill(form.title, **pieces)
            if title not in self.titles:
                break
        self.titles.add(title)
        return self._whole(chance, sender, form, pieces, title, day, back, at)

    def flash(self, chance: Random, day: dt.date, back: int, at: str) -> Letter:
        """Write a telegram marked 特急, as it comes at any hour."""
        name, code, title = chance.choice(phrasing.FLASH)
        title = title.format(x=phrasing.WEATHER[day.month])
        lead = chance.choice(("network", "office"))
        due = calendar.after(day, 1)
        return Letter(
            sender=name, organ_code=code, year=day.year, serial=self._serial(code, day),
            title=title, kind="通知", urgency="特急", written=back, received=back, at=at,
            channel="fax", pages=2, fate="filed", days=1,
            paragraphs=(
                "各单位：",
                f"据气象部门预报，近期将出现{phrasing.WEATHER[day.month]}，请立即部署防范应对工作。",
                "一、严格落实24小时值班和领导带班制度，保持通信畅通。",
                f"二、排查风险隐患，{due.month}月{due.day}日12时前报告部署落实情况。",
                name, _day(day),
            ),
            proposal=f"拟请{NAMES[lead]}立即部署落实，及时报告。请国梁主任即阅示。",
            lead=lead, leaders=("chenguoliang",),
            instructions=("立即部署，落实到岗到人，有情况随时报告。",),
            progress=("已通知各科室落实防范措施，值班人员在岗。",),
            result="防范措施逐项落实，未发生险情，情况已报告。",
            answer=("telephone", f"{name}值班室", "电话报告部署落实情况。"),
        )  # fmt: skip

    # who writes about what

    def _superior(
        self, chance: Random, sender: SenderData, day: dt.date
    ) -> tuple[Form, dict[str, str]]:
        found = subjects.SUPERIOR[sender.name]
        forms = phrasing.SUPERIOR_FORMS if chance.random() < 0.75 else phrasing.READING_FORMS
        forms = tuple(form for form in forms if getattr(found, form.about))
        form = chance.choices(forms, [form.weight for form in forms])[0]
        word, _slash, lead = chance.choice(getattr(found, form.about)).partition("/")
        is_class = word.endswith("班")
        if (word.endswith(CHECKED) and "自查" in form.title) or (is_class and "纪要" in form.title):
            form = forms[0]
            word = getattr(found, form.about)[0].partition("/")[0]
        pieces = {"s": sender.name, "lead": lead or found.lead, "p": _period(chance, day),
                  "call": "举办" if is_class else "召开"}  # fmt: skip
        return form, pieces | dict.fromkeys(("w", "d", "m"), word)

    def _peer(
        self, chance: Random, sender: SenderData, day: dt.date
    ) -> tuple[Form, dict[str, str]]:
        lead, asked = chance.choice(subjects.PEER[sender.name])
        plain, helping = phrasing.PEER_FORMS
        form = helping if asked.startswith(HELPED) and chance.random() < 0.4 else plain
        if asked.startswith(ARRANGED) and chance.random() < 0.35:
            form = phrasing.PEER_READING
        return form, {"s": sender.name, "lead": lead, "t": asked, "w": asked}

    def _subordinate(
        self, chance: Random, sender: SenderData, day: dt.date
    ) -> tuple[Form, dict[str, str]]:
        is_request = chance.random() < 0.5
        lead, thing = chance.choice(subjects.REQUESTS if is_request else subjects.REPORTS)
        forms = phrasing.REQUEST_FORMS if is_request else phrasing.REPORT_FORMS
        body = sender.name.removeprefix("江川省质量技术信息中心")
        period = _period(chance, day) or f"{day.year}年"
        return forms[0], {"b": body, "s": sender.name, "lead": lead, "t": thing, "w": thing,
                          "p": period}  # fmt: skip

    def _other(
        self, chance: Random, sender: SenderData, day: dt.date
    ) -> tuple[Form, dict[str, str]]:
        lead, asked = chance.choice(subjects.OTHER[sender.name])
        return phrasing.OTHER_FORMS[0], {"s": sender.name, "lead": lead, "t": asked, "w": asked}

    # the whole letter

    def _whole(
        self, chance: Random, sender: SenderData, form: Form, pieces: dict[str, str],
        title: str, day: dt.date, back: int, at: str,
    ) -> Letter:  # fmt: skip
        lead = pieces["lead"]
        reading = not form.results
        urgency = chance.choices(("", "加急"), (86, 14))[0] if not reading else ""
        days = chance.randint(2, 4) if urgency else chance.randint(*form.days)
        due, written = calendar.after(day, days), chance.randint(0 if urgency else 1, 4)
        leaders = _leaders(chance, lead, urgency)
        assist = _assist(chance, lead)
        pieces = pieces | _words(chance, lead, assist, leaders, due)
        code = self._code(chance, sender, form.kind)
        opening = phrasing.ADDRESSEES.get(sender.relation, "江川省质量技术信息中心：")
        body = tuple(phrasing.fill(line, **pieces) for line in form.asks)
        which = chance.randrange(len(form.results)) if form.results else 0
        letter = Letter(
            sender=sender.name, organ_code=code, year=day.year,
            serial=self._serial(code, day) if code else 0,
            title=title, kind=form.kind, urgency=urgency, written=back + written, received=back,
            at=at, channel=chance.choice(CHANNELS[sender.relation]), pages=chance.randint(1, 9),
            fate="filed",
            paragraphs=(opening, *body, sender.name, _day(calendar_day(day, written))),
            nature="reading" if reading else "handling", days=0 if reading else days,
            proposal=phrasing.fill(chance.choice(form.proposals), **pieces),
            lead="" if reading else lead, assist=() if reading else assist,
            leaders=() if reading else leaders,
            instructions=() if reading else tuple(
                phrasing.fill(chance.choice(phrasing.INSTRUCTIONS), **pieces) for _l in leaders
            ),
            readers=_readers(chance, lead, leaders, reading),
            progress=tuple(
                phrasing.fill(words, **pieces)
                for words in chance.sample(phrasing.PROGRESS, chance.choice((0, 0, 1, 1, 2)))
            ),
            inputs=() if reading else tuple(
                (unit, phrasing.fill(chance.choice(phrasing.INPUTS), **pieces)) for unit in assist
            ),
            result="" if reading else phrasing.fill(form.results[which], **pieces),
        )  # fmt: skip
        if not form.answers:
            return letter
        method, words = form.answers[which % len(form.answers)]
        to = "" if method == "none" else sender.name
        said = phrasing.fill(words, **pieces)
        return letter._replace(answer=(method, to, said), envelope=_envelope(chance, letter, day))

    def _code(self, chance: Random, sender: SenderData, kind: str) -> str:
        plain = [code for code in sender.code if not code.endswith("电")]
        plain = [code for code in plain if self.pace.get(code, 1) > SLOW] or plain
        letters = [code for code in plain if code.endswith("函")]
        heads = [code for code in plain if not code.endswith(("函", "公告", "纪"))]
        fit = (letters if kind == "函" else heads) or plain
        return chance.choice(fit) if fit else ""

    def _serial(self, code: str, day: dt.date) -> int:
        """Return the next number under a code: about as many a year as it has always been."""
        usual = FEWEST + zlib.crc32(code.encode()) % MORE
        pace = self.pace.get(code, usual / 365)
        number = max(
            self.last.get((code, day.year), 0) + 1, round(pace * day.timetuple().tm_yday * 0.97)
        )
        while (code, number) in self.taken:
            number += 1
        self.last[code, day.year] = number
        return number


def _period(chance: Random, day: dt.date) -> str:
    year = f"{day.year}年"
    by_month = {
        1: (f"{day.year - 1}年度", year), 2: (f"{day.year - 1}年度", year),
        3: (year, f"{day.year - 1}年度"), 4: (year, "一季度"), 5: (year,),
        6: (year, f"{year}上半年"), 7: (f"{year}上半年", "二季度"), 8: (f"{year}上半年", year),
        9: (year, f"{year}下半年"), 10: ("三季度", f"{year}前三季度"), 11: (year, f"{year}度"),
        12: (f"{year}度", year, f"{day.year + 1}年"),
    }  # fmt: skip
    return chance.choice(("", *by_month[day.month]))


def _leaders(chance: Random, lead: str, urgency: str) -> tuple[str, ...]:
    boss = BOSS[lead]
    if not urgency and chance.random() < 0.12:
        return ()
    if boss != "chenguoliang" and chance.random() < 0.2:
        return ("chenguoliang", boss)
    return (boss,)


def _assist(chance: Random, lead: str) -> tuple[str, ...]:
    count = chance.choices((0, 1, 2), (58, 30, 12))[0]
    return tuple(chance.sample([unit for unit in HELPERS if unit != lead], count))


def _readers(chance: Random, lead: str, leaders: tuple[str, ...], reading: bool) -> tuple[str, ...]:
    others = [name for name in LEADERS if name not in leaders]
    heads = [head for unit, head in HEADS.items() if unit != lead]
    if reading:
        chosen = chance.sample(others, min(len(others), chance.randint(1, 2)))
        return (*chosen, HEADS[lead], *chance.sample(heads, chance.randint(0, 3)))
    if chance.random() < 0.65:
        return ()
    return tuple(
        chance.sample(others, min(len(others), chance.randint(0, 2)))
        + chance.sample(heads, chance.randint(0, 2))
    )


def _words(
    chance: Random, lead: str, assist: tuple[str, ...], leaders: tuple[str, ...],
    due: dt.date,
) -> dict[str, str]:  # fmt: skip
    """Return what the braces of proposals, opinions and results are filled with."""
    meeting = calendar.after(due, 2)
    helpers = "、".join(NAMES[unit] for unit in assist)
    return {
        "lead": NAMES[lead],
        "help": f"，{helpers}协办" if helpers else "",
        "boss": "、".join(CALLED[name] for name in leaders) or "分管领导",
        "due": f"{due.month}月{due.day}日",
        "day": f"{meeting.month}月{meeting.day}日（星期{WEEKDAYS[meeting.weekday()]}）上午9:00",
        "n": str(chance.randint(5, 12)), "k": str(chance.randint(2, 4)),
        "rate": f"{chance.randint(820, 985) / 10}",
    }  # fmt: skip


def _envelope(chance: Random, letter: Letter, day: dt.date) -> str:
    number = chance.randint(1001, 9899)
    return {
        "exchange": f"省机交〔{day.year}〕{day.month:02}-{number % 1900:04}",
        "post": f"邮政挂号 JC{day:%y%m}-{number}",
        "courier": f"直送 {day:%m%d}-{number % 90 + 10}",
    }.get(letter.channel, "")


def calendar_day(day: dt.date, workdays: int) -> dt.date:
    """Return the day so many workdays before."""
    days = calendar.exceptions()
    while workdays:
        day -= calendar.ONE_DAY
        workdays -= calendar.is_workday(day, days)
    return day


def _day(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
