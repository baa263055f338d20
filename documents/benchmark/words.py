"""Titles of the benchmark: fictional bodies, ordinary matters, words of known frequency."""

from collections.abc import Callable, Sequence

SENDERS = [
    (f"江川省{name}", f"江{code}")
    for name, code in (
        pair.split()
        for pair in [
            "人民政府办公厅 政办发",
            "市场监督管理局 市监质",
            "科学技术厅 科发规",
            "财政厅 财采",
            "数据局 数函",
            "人力资源和社会保障厅 人社函",
            "统计局 统字",
            "审计厅 审通",
            "档案局 档发",
            "机关事务管理局 机管",
            "总工会 工发",
            "标准化研究院 标院函",
            "计量科学研究院 计院函",
            "应急管理厅 应急",
            "教育厅 教发",
            "生态环境厅 环函",
            "交通运输厅 交函",
            "农业农村厅 农发",
            "卫生健康委员会 卫函",
            "文化和旅游厅 文旅发",
        ]
    )
]
CODES = [code for _name, code in SENDERS]
VERBS = ["做好", "开展", "加强", "印发", "报送", "组织申报", "征求", "规范", "推进", "落实"]
AREAS = ["全省", "省直机关", "各市县", "直属单位", "重点行业", "中心城区", "开发园区", "边远地区"]
KINDS = ["的通知", "的函", "的意见", "的通报", "工作的通知", "情况的报告", "有关事项的通知"]
# Twenty matters: each is in one title of twenty.
MATTERS = [
    "安全生产检查",
    "预算编制",
    "统计年报",
    "科技计划项目",
    "标准制定修订",
    "计量器具检定",
    "检验机构监管",
    "公共数据登记",
    "政府采购验收",
    "干部考核",
    "档案管理",
    "节能降耗",
    "值班值守",
    "信息宣传",
    "网络运维",
    "固定资产清查",
    "质量月活动",
    "营商环境评价",
    "防汛抗旱",
    "调研座谈",
]
SOME, RARE = "蓝莓", "麋鹿"
SOUGHT = {"5 %": "防汛", "0.3 %": SOME, "rare": RARE, "absent": "貔貅"}


def title(random: Callable[[str, int, int], str]) -> str:
    """Return SQL that writes the title of document n."""
    now_and_then = (
        f"CASE WHEN mod(n, 333) = 1 THEN '{SOME}产业' WHEN mod(n, 20000) = 2 THEN '{RARE}保护' "
        "ELSE '' END"
    )
    parts = [
        pick([name for name, _code in SENDERS], random("n", len(SENDERS), 2)),
        "'关于'",
        pick(VERBS, random("n", len(VERBS), 11)),
        pick(AREAS, random("n", len(AREAS), 12)),
        f"(2020 + {random('n', 8, 13)})::text || '年度'",
        pick(MATTERS, random("n", len(MATTERS), 14)),
        now_and_then,
        f"'（第' || {random('n', 900, 15)} || '批）'",
        pick(KINDS, random("n", len(KINDS), 16)),
    ]
    return " || ".join(parts)


def pick(words: Sequence[str], number: str) -> str:
    """Return SQL that picks one of some words by a number from 0."""
    listed = ", ".join(f"'{word}'" for word in words)
    return f"(ARRAY[{listed}])[1 + {number}]"
