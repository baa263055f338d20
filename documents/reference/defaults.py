"""默认参数: retention classes and time limits a new installation starts with; every one is editable.

The retention table is a draft until the archive authority has approved it (8号令 第十二条).
"""
# ruff: noqa: E501
# fmt: off

from typing import NamedTuple


class RetentionData(NamedTuple):
    """One retention class; ``mark`` is the source, or 待核 where no text was at hand.

    ``for_relation`` makes it the one proposed for documents from that side.
    """

    material: str
    term: str
    mark: str
    for_relation: str = ""


class StepLimitData(NamedTuple):
    """Working hours one step may take, by urgency."""

    step: str
    plain: int
    urgent: int
    most_urgent: int


_RULE = "8号令"
_PRACTICE = "单位实务"
_CHECK = "待核"

RETENTION: tuple[RetentionData, ...] = (
    RetentionData("本机关制定的规章制度、政策性文件和中长期规划", "永久", _RULE),
    RetentionData("党委会、办公会纪要和会议记录", "永久", _RULE),
    RetentionData("本机关召开的工作会议、专题会议主要文件", "永久", _RULE),
    RetentionData("本机关召开会议的典型材料、交流发言和简报", "30年", _RULE),
    RetentionData("会议讨论未通过的文件材料", "10年", _RULE),
    RetentionData("与其他机关联合行文或合办会议，本机关协办，重要的", "30年", _CHECK),
    RetentionData("与其他机关联合行文或合办会议，本机关协办，一般的", "10年", _CHECK),
    RetentionData("上级领导机关检查、视察工作的重要文件材料", "永久", _RULE),
    RetentionData("上级领导机关检查、视察工作的一般文件材料和汇报", "30年", _RULE),
    RetentionData("请示与批复，重要业务问题", "永久", _RULE),
    RetentionData("请示与批复，一般业务问题", "30年", _RULE, "subordinate"),
    RetentionData("来函、来文请示与本机关复函、批复，重要的", "永久", _RULE),
    RetentionData("来函、来文请示与本机关复函、批复，一般的", "30年", _CHECK, "peer"),
    RetentionData("年度和年度以上计划、总结、综合性统计", "永久", _RULE),
    RetentionData("年度以下计划、总结、统计", "10年", _PRACTICE),
    RetentionData("机构设置、撤并、更名、编制和印信启用、作废", "永久", _RULE),
    RetentionData("人事任免文件", "永久", _RULE),
    RetentionData("一般人事工作文件材料", "30年", _CHECK),
    RetentionData("表彰、惩处，较高级别或较重的", "永久", _CHECK),
    RetentionData("表彰、惩处，一般的", "30年", _CHECK),
    RetentionData("房产、重要合同协议和资产登记", "永久", _RULE),
    RetentionData("一般合同协议", "10年", _RULE),
    RetentionData("财务预算及类似文件材料", "30年", _RULE),
    RetentionData("上级机关针对本机关主管业务的重要文件", "永久", _RULE),
    RetentionData("上级机关针对本机关主管业务的一般文件", "30年", _CHECK, "superior"),
    RetentionData("上级和同级机关非本机关主管业务但须贯彻执行的文件", "10年", _CHECK, "other"),
    RetentionData("下级机关关于重大问题的专题报告", "30年", _RULE),
    RetentionData("下级机关的年度计划、总结", "10年", _RULE),
    RetentionData("大事记、组织沿革", "永久", _RULE),
    RetentionData("简报、工作信息", "10年", _CHECK),
    RetentionData("信访，有领导批示和处理结果的", "永久", _CHECK),
    RetentionData("信访，有处理结果的", "30年", _CHECK),
    RetentionData("信访，没有处理结果的", "10年", _CHECK),
    RetentionData("发文登记簿、档案移交清册", "永久", _PRACTICE),
)

# Workdays from receipt to the end of handling, by urgency mark. 条例 gives no figures: the institution sets its own.
TIME_LIMITS: dict[str, int] = {"特急": 1, "加急": 3, "": 10}
# Telegrams carry two more marks (条例 第九条).
TELEGRAM_TIME_LIMITS: dict[str, int] = {"特提": 1, "特急": 1, "加急": 3, "平急": 5}

# Office hours per step; seven make a workday (office.workdays.calendar).
STEP_LIMITS: tuple[StepLimitData, ...] = (
    StepLimitData("register", 7, 4, 1),
    StepLimitData("collect", 7, 4, 1),
    StepLimitData("screen", 7, 4, 1),
    StepLimitData("propose", 7, 4, 2),
    StepLimitData("instruct", 7, 7, 4),
    StepLimitData("name_handler", 7, 4, 1),
    StepLimitData("claim", 7, 4, 1),
    StepLimitData("handle", 56, 14, 7),
    StepLimitData("assist", 35, 14, 4),
    StepLimitData("decide_extension", 7, 4, 2),
    StepLimitData("read", 35, 21, 7),
    StepLimitData("answer", 14, 7, 4),
    StepLimitData("close", 14, 7, 7),
    StepLimitData("file", 210, 210, 210),
    StepLimitData("review", 14, 7, 2),
    StepLimitData("check", 14, 7, 2),
    StepLimitData("countersign", 21, 7, 4),
    StepLimitData("note_countersign", 35, 14, 7),
    StepLimitData("sign", 14, 7, 4),
    StepLimitData("note_signature", 35, 14, 7),
    StepLimitData("recheck", 7, 4, 1),
    StepLimitData("print", 7, 4, 1),
    StepLimitData("seal", 7, 4, 1),
    StepLimitData("distribute", 7, 4, 1),
    StepLimitData("acknowledge", 14, 7, 4),
)
