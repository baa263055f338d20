"""Seeded faults: the edit of a careless hand in a copy of a document, and the rule to find it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Value = dict[str, Any]
Edit = Callable[[Value], Value]


@dataclass(frozen=True)
class Seed:
    """A rule, the edits that break it, and what the registers know."""

    rule: str
    edits: tuple[Edit, ...]
    facts: Mapping[str, Any]


def put(**elements: Any) -> Edit:
    """Set elements; a function is given what was there."""

    def edit(value: Value) -> Value:
        new = {
            key: given(value.get(key, "")) if callable(given) else given
            for key, given in elements.items()
        }
        return {**value, **new}

    return edit


def sub(key: str, pattern: str, words: str) -> Edit:
    """Change the first place of an element that has this form."""
    return put(**{key: lambda old: re.sub(pattern, words, old, count=1)})


def swap(pattern: str, words: str) -> Edit:
    """Change the first place of this form in the running text of body or attachments."""

    def edit(value: Value) -> Value:
        body = re.sub(pattern, words, value["body"], count=1)
        if body != value["body"]:
            return {**value, "body": body}
        attachments = []
        for each in value.get("attachments", []):
            changed = re.sub(pattern, words, each["body"], count=1)
            attachments.append({**each, "body": changed})
            if changed != each["body"]:
                rest = value["attachments"][len(attachments) :]
                return {**value, "attachments": [*attachments, *rest]}
        return value

    return edit


def add(sentence: str) -> Edit:
    """Add a sentence to the first paragraph of the body that ends with one."""
    return swap(r"(?m)。$", lambda _found: f"。{sentence}")


def end(*lines: str) -> Edit:
    """Add lines at the end of the body."""
    return put(body=lambda old: "\n".join((old, *lines)))


def body(*lines: str) -> Edit:
    return put(body="\n".join(lines))


def kind(name: str, **elements: Any) -> Edit:
    """Turn the document into another kind, addressed to one body."""
    to = {"addressees": ["国务院"], "note": "（联系人：王五，电话：8321000）", "attachments": []}
    title = sub("title", r"(?:的)?(?:若干|指导)?(?:意见|批复|通知|通报)$", f"的{name}")

    def edit(value: Value) -> Value:
        return put(**{**to, **elements})(title(put(signers=["李华"])(value)))

    return edit


def seed(rule: str, *edits: Edit, **facts: Any) -> Seed:
    return Seed(rule, edits, facts)


NUMBER = r"〔(\d{4})〕(\d+)号"
ASK, TELL, WRITE = kind("请示"), kind("报告"), kind("函", signers=[])
ANNEX = {"title": "任务分工表", "body": "略"}
TWO = put(attachments=[ANNEX, {"title": "联系人名单", "body": "略"}])
ONE_BODY = "为做好有关工作，现将有关事项通知如下。"
SIGNED = [{"name": "李华", "on": "2026-03-05", "is_principal": True}]
OTHER = "江川市财政局"

SEEDS = (
    seed("N01", sub("number", NUMBER, r"[\1]\2号")),
    seed("N01", sub("number", NUMBER, r"（\1）\2号")),
    seed("N01", sub("number", NUMBER, r"【\1】\2号")),
    seed("N01", sub("number", NUMBER, r"\1年\2号")),
    seed("N02", sub("number", r"〔20", "〔")),
    seed("N03", sub("number", "〕", "〕第")),
    seed("N04", sub("number", "〕", "〕0")),
    seed("N04", sub("number", "〕", "〕00")),
    seed("N05", sub("number", "号$", "")),
    seed("N06", sub("number", "〔201.", "〔二\u3007一八")),
    seed("N06", sub("number", r"〕\d+", "〕十二")),
    seed("N06", sub("number", r"〕\d+", "〕\uff11\uff12")),
    seed("N07", put(number=lambda old: f"{old} 中办发〔2018〕8号")),
    seed("N08", put(number="国办发〔2019〕4号"), registered=["国办发〔2019〕4号"]),
    seed("N09", signatures=[]),
    seed("N10", kind("令", number="国令〔2018〕3号", signers=[])),
    seed("N11", put(number="国办发〔2019〕40号"), previous_serial=38),
    seed("T01", sub("title", "的[^的]*$", "的工作安排")),
    seed("T01", sub("title", "的[^的]*$", "的若干措施")),
    seed("T02", put(kind="决定")),
    seed("T02", TELL, put(kind="请示")),
    seed("T03", sub("title", "^国务院(?:办公厅)?", "")),
    seed("T03", put(title="放假通知")),
    seed("T04", sub("title", "的[^的]*$", "的请示报告")),
    seed("T04", sub("title", "的[^的]*$", "的通知函")),
    seed("T05", put(title="国务院办公厅值班工作管理办法")),
    seed("T05", put(title="国务院办公厅年度工作要点")),
    seed("T06", sub("title", "$", "。")),
    seed("T06", sub("title", "$", "！")),
    seed("T07", sub("title", "关于", "关于加强领导，")),
    seed("T07", sub("title", "关于", "关于安全：")),
    seed("T08", add("各地要组织《安全生产月》活动。"), add("参加《春雨行动》。")),
    seed("T09", sub("title", "的[^的]*$", "的通知的通知")),
    seed("T10", sub("title", "^", "【特急】")),
    seed("T10", sub("title", "^", "（加急）")),
    seed("T11", sub("title", "的(?=[^的]*$)", "\n的")),
    seed("T12", sub("title", "关于", "关于XXX")),
    seed("T12", add("请于××××前报送。")),
    seed("T12", add("联系人：{{name}}。")),
    seed("T12", sub("title", "关于", "关于【事由】")),
    seed("T13", sub("title", "关于", "关于" + "进一步加强和改进" * 6)),
    seed("T14", sub("title", "^国务院(?:办公厅)?", "江川市农业农村局")),
    seed("R01", ASK, put(addressees=["国务院", "中央军委"])),
    seed("R01", TELL, put(addressees="国务院、中央军委：")),
    seed("R02", ASK, put(copy_to=["所属各单位"])),
    seed("R02", TELL, put(copy_to=["江东站"]), relations={"江东站": "subordinate"}),
    seed("R03", put(addressees=["张局长"])),
    seed("R03", ASK, put(addressees=["李明同志"])),
    seed("R04", ASK, put(title="国务院办公厅关于增加编制和购置车辆的请示")),
    seed("R05", TELL, end("妥否，请批示。")),
    seed("R05", TELL, add("所需经费请予批准。")),
    seed("R05", TELL, end("以上报告，请批复。")),
    seed("R06", ASK, passed_over={"国务院": "国家发展改革委"}),
    seed("R07", ASK, put(signers=[])),
    seed("R07", TELL, put(signers=[])),
    seed("R08", put(signers=["李华"])),
    seed("R09", put(institution=["江川市农业科学研究所人事科"], addressees=[OTHER])),
    seed("R10", ASK, relations={"国务院": "peer"}),
    seed("R11", put(addressees=["江川大学"]), sub("title", "的[^的]*$", "的批复"),
         relations={"江川大学": "other"}),
    seed("R12", WRITE, end("请遵照执行。")),
    seed("R12", WRITE, add("请务必按时反馈。")),
    seed("R13", ASK, add("现就你局来文请示如下。")),
    seed("R13", sub("title", "的[^的]*$", "的批复"), add("贵单位要认真落实。")),
    seed("R14", put(institution=["江川市农业科学研究所"], kind="命令")),
    seed("R14", put(institution=["江川市中心医院"], kind="议案")),
    seed("R15", ASK, body("城东站拟增加编制2名。"), forwarded="城东站拟增加编制2名。"),
    seed("R16", put(institution=["国务院办公厅", "中央军委办公厅"]),
         signatures=[{**SIGNED[0], "institution": "国务院办公厅"}]),
    seed("R17", ASK, signatures=[{"name": "王明", "on": "2019-01-01"}]),
    seed("R18", changed_since=True),
    seed("R19", put(addressees=[OTHER], copy_to=[OTHER])),
    seed("R20", add("所需经费由江川市财政局安排。"), relations={OTHER: "peer"}, consulted=[]),
    seed("R21", approved_by="市政府"),
    seed("R22", put(kind="决议"), body("同意工作报告。")),
    seed("S01", put(attachments=[]),
         body(ONE_BODY, "（一）提高认识。", "（二）加强领导。", "一、总体要求", "要落实责任。",
              "二、主要任务", "要抓好落实。")),
    seed("S02",
         body(ONE_BODY, "一、提高认识", "（1）组织学习。", "（2）抓好落实。", "二、加强领导")),
    seed("S03", swap(r"(?m)^一、", "一.")),
    seed("S03", swap(r"(?m)^二、", "二，")),
    seed("S04", swap(r"(?m)^（一）", "（一）、")),
    seed("S05", swap(r"(?m)^1[.\uff0e]", "1、")),
    seed("S05", swap(r"(?m)^2[.\uff0e]", "2，")),
    seed("S06", swap(r"(?m)^（二）", "(二)")),
    seed("S06", swap(r"(?m)^（一）", "(一）")),
    seed("S07", swap(r"(?m)^三、", "四、")),
    seed("S07", swap(r"(?m)^（二）", "（三）")),
    seed("S07", swap(r"(?m)^二、", "三、")),
    seed("S08", add("第一、要提高认识。")),
    seed("S08", add("首先、要提高认识。")),
    seed("S09", swap(r"(?m)^(一、[^，。；：\n]{2,18})$", r"\1。")),
    seed("S10", end("一、工作要求", "各单位要高度重视。")),
    seed("S11", body(ONE_BODY, "①加强领导。", "②抓好落实。")),
    seed("A01", end("附件:任务分工表")),
    seed("A01", end("附件 任务分工表")),
    seed("A02", put(attachments=[{**ANNEX, "title": "1.任务分工表"}])),
    seed("A02", end("附件：1.任务分工表")),
    seed("A03", end("附件一：任务分工表；附件二：名单")),
    seed("A03", end("附件1：任务分工表", "附件2：名单")),
    seed("A04", end("附件：任务分工表。")),
    seed("A04", end("附件：1.任务分工表；", "2.名单")),
    seed("A05", end("附件：《任务分工表》")),
    seed("A06", TWO, end("附件：1.任务分工表")),
    seed("A06", TWO, end("附件：1.联系人名单", "2.任务分工表")),
    seed("A07", put(attachments=[{**ANNEX, "label": "附件1："}])),
    seed("A08", TWO, add("具体名额见附件3。")),
    seed("A09", put(title="国务院办公厅关于印发《考勤办法》的通知", attachments=[]),
         end("附件：考勤办法")),
    seed("D01", put(date="二\u3007一八年三月五日")),
    seed("D01", put(date="2018年3月")),
    seed("D02", put(date="2018年03月05日")),
    seed("D02", put(date="2018年3月05日")),
    seed("D03", put(date="2018.3.5")),
    seed("D03", put(date="2018/3/5")),
    seed("D04", put(date="2026年3月1日", institution=["国务院办公厅"]), signatures=SIGNED),
    seed("D05", put(date="2026年3月1日", institution=["国务院办公厅", "中央军委办公厅"]),
         signatures=SIGNED),
    seed("D06", put(printed_on="2030年3月06日印发")),
    seed("D06", put(printed_on="2030年3月6日")),
    seed("D07", put(printed_on="2013年3月4日印发")),
    seed("D08", put(date="2018年2月30日")),
    seed("D08", add("会期至2019年4月31日。")),
    seed("D09", add("定于2026年3月5日（星期三）召开会议。")),
    seed("D10", put(date="2018年12月5日"), add("请于2018年11月1日前报送材料。")),
    seed("D10", put(date="2018年12月5日"), add("各地应于11月30日前完成任务。")),
    seed("D11", seal="江川市农业科学研究所"),
    seed("D12", put(signature=["国办"])),
    seed("M01", put(date="2026年3月5日", classification="秘密★5年")),
    seed("M01", put(copy_number="12")),
    seed("M02", put(date="2026年3月5日", classification="机密 5年")),
    seed("M03", put(date="2026年3月5日", classification="秘密★20年")),
    seed("M04", put(classification="机密★5年")),
    seed("M04", swap(r"(?m)^", "秘密★1年\n")),
    seed("M05", put(urgency="急件")),
    seed("M05", put(urgency="平急", number="国办发〔2018〕3号")),
    seed("M06", put(addressees=["各省、自治区、直辖市人民政府:"])),
    seed("M06", put(addressees="各试验站、各科室:")),
    seed("M06", put(addressees=[], body=lambda old: f"江川市财政局\n{old}")),
    seed("M07", put(copy_to="抄送：中央军委办公厅")),
    seed("M07", put(copy_to=["中央军委办公厅；"])),
    seed("M08", put(note="此件公开发布")),
    seed("M08", put(note="(此件公开发布)")),
    seed("M09", ASK, put(signers="签发人 李华")),
    seed("M09", ASK, put(signers="签发人:李华")),
    seed("M10", end("主题词：教育 改革 通知")),
    seed("M11", ASK, put(note="")),
    seed("M12", put(format="letter", printed_by="国务院办公厅秘书局")),
    seed("M13", put(addressees="各试验站，各科室，各基地：")),
    seed("M14", put(kind="纪要"), body("会议议定如下事项。")),
    seed("P01", swap("，", ",")),
    seed("P01", swap("；", ";")),
    seed("P01", swap("：", ":")),
    seed("P02", swap(r"（([^（）]{2,20})）", r"(\1)")),
    seed("P02", add("各地区(含计划单列市)要落实责任。")),
    seed("P03", swap(r"(?m)。$", ".")),
    seed("P04", swap("“([^“”]{2,20})”", r'"\1"')),
    seed("P05", add("按照《档案法》、《保密法》办理。")),
    seed("P06", add("守住“红线”、“底线”。")),
    seed("P07", swap("》", "")),
    seed("P07", swap("“", "")),
    seed("P07", swap("）", "")),
    seed("P08", add("根据《关于执行《办法》的通知》办理。")),
    seed("P09", add("坚持“强调“安全”第一”。")),
    seed("P10", add("按照《考勤办法》（试行）执行。")),
    seed("P11", add("包括经费、人员...")),
    seed("P11", add("包括经费、人员。。。。")),
    seed("P12", add("包括经费、人员……等。")),
    seed("P13", swap("(?<![、》”])等(?=方面|工作|部门|[。，；])", "、等")),
    seed("P14", add("大约需要三、四个月。")),
    seed("P15", add("实施2026-2030年规划。")),
    seed("P15", add("定于3月5日-8日召开会议。")),
    seed("P16", add("每组10-20人。")),
    seed("P17", swap("。", "。。")),
    seed("P17", swap("，", "，，")),
    seed("P17", swap("，", "，。")),
    seed("P19", end("表1 经费预算。")),
    seed("P20",
         body("提出三点要求：", "一、提高认识", "要深入学习。", "二、加强领导", "要落实责任。")),
    seed("P20", add("提出三点要求：一是提高认识；二是加强领导。")),
    seed("U01", add("计划于26年3月完成。")),
    seed("U02", add("增长5\uff5e10%。")),
    seed("U03", add("每户补助3—5万元。")),
    seed("U04", add("同比增长.5%。")),
    seed("U05", add("定于2026年三月5日召开会议。")),
    seed("U05", add("定于二\u3007二六年3月5日召开会议。")),
    seed("U06", swap(r"(?<!\d)1(?!\d)", "\uff11")),
    seed("U07", add("请于3月5号前报送。")),
    seed("U08", add("厚度为3公分。")),
    seed("U08", add("每袋5斤。")),
    seed("U09", add("全所共10人，其中男6人、女3人。")),
    seed("U10", add("约100余人左右参加。")),
    seed("U11", add("事故起数下降2倍。")),
    seed("U12", add("定于03月05日召开会议。")),
    seed("U13", add("近日将召开会议。")),
    seed("U13", add("今年继续推进。")),
    seed("U14", add("购置费12,000元，维修费13000元。")),
    seed("W01", swap("其他", "其它")),
    seed("W02", add("截止3月5日，共收到12件。")),
    seed("W03", swap("作为", "做为")),
    seed("W03", add("经研究，做出以下决定。")),
    seed("W04", add("有关部门已制订并印发办法。")),
    seed("W05", add("保障所必须的经费。")),
    seed("W05", add("各地必需严格执行。")),
    seed("W06", add("及时反应情况。")),
    seed("W06", add("加快建设法制政府。")),
    seed("W07", swap("部署", "布署")),
    seed("W07", swap("部分", "部份")),
    seed("W07", add("要附合规划要求。")),
    seed("W07", swap("覆盖", "复盖")),
    seed("W07", swap("签订", "签定")),
    seed("W07", add("按装设备要验收。")),
    seed("W07", add("请登陆系统办理。")),
    seed("W07", add("这是惟一标准。")),
    seed("X01", add("根据国办发〔2018〕3号《关于做好防火工作的通知》，抓好落实。")),
    seed("X02", add("根据市政府关于做好防火工作的通知要求，抓好落实。")),
    seed("X03", add("依据《国家行政机关公文处理办法》办理。")),
    seed("X03", add("格式执行GB/T 9704-1999。")),
    seed("X04", add("按照《条例》规定办理。")),
    seed("X05", sub("title", "的[^的]*$", "的批复"), swap("^", "来文收悉。\n")),
    seed("X06", add("按照《防火通知》（国办发[2018]3号）办理。")),
    seed("X06", add("按照《防火通知》（国办发〔2018〕第3号）办理。")),
    seed("Z01", put(date="2026年3月5日"), end("各单位要认真落实安全生产责任制。" * 330)),
    seed("Z02", put(date="2026年3月5日", note="（此件公开发布）"), add("联系电话13800000000。")),
    seed("C01", ASK, end("特此报告。")),
    seed("C01", put(title="国务院办公厅关于放假的通知"), end("特此报告。")),
    seed("C02", TELL, end("请遵照执行。")),
    seed("C02", put(title="国务院办公厅关于放假的通知"), end("请批示。")),
)  # fmt: skip
