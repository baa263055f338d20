"""Made-up papers of every format, and how they are set and measured in tests."""

from __future__ import annotations

from typing import Any

from documents.measuring.bench import Verdict
from documents.measuring.judge import measure
from documents.typesetting import paper, press
from documents.typesetting.layout import lay_out
from documents.typesetting.pages import Page

BODY = """根据《江川省省级部门预算管理办法》有关规定，为做好2027年度部门预算编制工作，\
现将有关事项通知如下：
一、总体要求
坚持过紧日子，从严从紧编制预算，优化支出结构，提高资金使用效益。各科室要对照年度工作任务，逐项测算，做到依据充分、数据准确。
（一）严格控制一般性支出。“三公”经费只减不增，会议费、培训费按不低于5%的比例压减。
1.公务接待费按上年执行数编列。
（1）国内公务接待执行有函接待制度。
二、时间安排
请各科室于2026年12月10日前将预算草案报财务科。
| 序号 | 项目 | 2026年预算（万元） | 2027年建议数（万元） | 说明 |
|---|---|---|---|---|
| 1 | 公务接待费 | 12.00 | 11.40 | 压减5% |
| 2 | 公务用车运行维护费 | 36.50 | 34.00 | 减少1辆，按实际里程核定燃油、维修和保险费用 |
三、工作要求
各科室主要负责人对预算数据的真实性、完整性负责。"""
CENTRE = "江川省质量技术信息中心"
LONG = "坚持系统观念统筹发展和安全把质量工作融入业务全过程不断提高服务水平" * 3 + "。"

UPWARD: dict[str, Any] = {
    "copy_number": "000012", "urgency": "特急", "institution": CENTRE,
    "number": "江质信〔2026〕12号", "signers": ["陈国梁", "周敏", "赵立新"],
    "title": f"{CENTRE}关于购置数据库审计设备的请示", "addressees": ["江川省市场监督管理局"],
    "body": f"{BODY}\n妥否，请批示。",
    "attachments": [
        {"title": "设备购置预算表",
         "body": "一、设备清单\n"
                 "| 名称 | 数量 | 单价（元） |\n|---|---|---|\n| 审计系统 | 1 | 180000 |"},
        {"title": "数据库审计设备采购需求及技术参数论证意见以及有关问题的补充说明",
         "body": "经论证，方案可行。"},
    ],
    "date": "2026-11-24", "seal": True, "note": "联系人：刘志远，电话：0571-88001234",
    "copy_to": ["江川省财政厅", "江川省数据局"], "printed_by": f"{CENTRE}办公室",
    "printed_on": "2026-11-25",
}  # fmt: skip
JOINT: dict[str, Any] = {
    "copy_number": "000012", "classification": "机密★5年", "urgency": "特急",
    "institution": ["江川省市场监督管理局", "江川省财政厅", "江川省数据局"],
    "number": "江市监发〔2026〕12号",
    "title": "江川省市场监督管理局、江川省财政厅、江川省数据局关于开展公共数据质量提升行动的通知",
    "addressees": ["各市、县市场监督管理局、财政局、数据局", "省直各有关单位"], "body": BODY,
    "date": "2026-11-24", "seal": True,
    "copy_to": ["省委办公厅，省人大常委会办公厅，省政府办公厅，省政协办公厅，"
                "省纪委监委机关，省法院，省检察院"],
    "printed_by": "江川省市场监督管理局办公室", "printed_on": "2026-11-25",
}  # fmt: skip
LETTER: dict[str, Any] = {
    "format": "letter", "institution": CENTRE, "number": "江质信函〔2026〕8号",
    "title": f"{CENTRE}关于商请共享检定数据的函", "addressees": ["江川省计量科学研究院"],
    "body": "为做好全省质量统计分析，现商请贵院共享2026年度计量器具检定数据。\n请予支持为盼。",
    "date": "2026-11-24", "seal": True, "copy_to": ["江川省市场监督管理局"],
}  # fmt: skip
ORDER: dict[str, Any] = {
    "format": "order", "institution": "江川省人民政府", "number": "第128号",
    "title": "江川省人民政府令",
    "body": "《江川省公共数据管理办法》已经2026年11月20日省人民政府第30次常务会议通过，现予公布，"
            "自2027年1月1日起施行。",
    "signature": ["省长 王海平"], "date": "2026-11-24",
}  # fmt: skip
MINUTES: dict[str, Any] = {
    "format": "minutes", "institution": CENTRE, "mark": "主任办公会会议纪要", "number": "第15期",
    "title": "研究2027年度部门预算编制工作",
    "body": "2026年11月23日，陈国梁主任主持召开主任办公会。现纪要如下：\n"
            "一、会议听取了财务科的汇报，原则同意预算草案。\n"
            "出席：陈国梁、周敏、赵立新、孙海燕、吴建国、郑晓东、冯志强、蒋丽华、沈国平、韩雪梅\n"
            "列席：李文静、王敏",
    "copy_to": ["中心领导，各科室"], "printed_by": "办公室", "printed_on": "2026-11-25",
}  # fmt: skip
UNSEALED: dict[str, Any] = {
    "institution": [CENTRE, "江川省标准化研究院"], "number": "江质信〔2026〕13号",
    "title": "关于联合举办标准化培训班的通知", "addressees": ["各有关单位"],
    "body": "现就有关事项通知如下。", "date": "2026-11-24", "note": "此件公开发布",
    "copy_to": ["省市场监管局"], "printed_by": "办公室", "printed_on": "2026-11-24",
}  # fmt: skip
PAGES: dict[str, Any] = {
    "institution": CENTRE, "number": "江质信〔2026〕14号", "title": "关于印发质量工作要点的通知",
    "body": "\n".join([LONG] * 18), "date": "2026-11-24", "seal": True,
}  # fmt: skip
ALL = {
    "upward": UPWARD, "joint": JOINT, "letter": LETTER, "order": ORDER, "minutes": MINUTES,
    "unsealed": UNSEALED, "pages": PAGES,
}  # fmt: skip


def pages_of(sample: dict[str, Any], **other: Any) -> list[Page]:
    """Lay a sample out, some keys given anew."""
    return lay_out(paper.of(sample | other))


def printed(sample: dict[str, Any], **other: Any) -> bytes:
    """Return a sample as PDF."""
    return press.pdf(pages_of(sample, **other), title=str((sample | other)["title"]))


def judged(pages: list[Page]) -> list[Verdict]:
    """Print pages and measure them."""
    return measure(press.pdf(pages, title="样稿"))


def failed(verdicts: list[Verdict]) -> set[str]:
    """Return the rows that fail."""
    return {verdict.id for verdict in verdicts if not verdict.passed}
