"""Titles in lines as official papers set them: no word parted (GB/T 9704 7.3.1).

On forms the lines are even; under a red head they form a trapezium or a diamond (`shaped`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import ceil

WIDE = "\u2010"  # from here on a sign is as wide as a character; before it, half as wide
NO_START = "的了等之》〉）〕】”’、，。；：！？·"
NO_END = "《〈（〔【“‘"
# What titles and names of bodies are made of: a line ends between these, not in them.
WORDS = """
    关于 通知 通报 通告 公告 意见 报告 请示 批复 决定 议案 公报 纪要 征求 印发 转发 批转 补充
    协助 商请 恳请 申请 报送 上报 编报 填报 申报 推荐 选派 组织 参加 参会 召开 举办 开展 做好
    加强 加快 推进 进一步 认真 切实 全面 规范 落实 贯彻 实施 执行 部署 布置 安排 调整 修订 征集
    核实 核对 核验 确认 同意 提供 反馈 答复 处置 报废 固定资产 国有资产 清查 盘点 使用 情况
    有关 事项 问题 工作 活动 总结 计划 方案 规划 办法 细则 规定 条例 规则 指南 标准 制度 机制
    要求 要点 清单 目录 名单 材料 解读 说明 建议 调研 调查 统计 年报 报表 数据 信息 信息化 网络
    安全 网络安全 保密 档案 考核 考评 评估 评价 评议 检查 自查 督查 验收 审计 预算 决算 经费
    财务 财政 收支 采购 招标 合同 招聘 人员 岗位 职称 培训 培训班 学习 教育 党建 党组织 基层
    书记 述职 机构 编制 改革 发展 服务 成效 质量 基础设施 监督 管理 市场 计量 检验 检测 认证
    认可 产品 行业 企业 技术 科技 科学 研究 项目 平台 系统 建设 运行 设备 设施 机房 电梯 消防
    火灾 防控 防范 应对 应急 值班 假期 节假日 春节 元旦 国庆 寒潮 大风 天气 降温 防汛 抗旱 公共
    机关 事业单位 直属 单位 部门 领导 小组 联合 地方 国家 全省 全市 省级 市级 年度 季度 上半年
    下半年 第一 专项 行动 三年 试点 示范 应用 智能 制造 数字化 数字 资源 登记 备案 许可 审批
    政务 政府 人民政府 办公厅 办公室 委员会 管理局 监督局 总队 支队 中心 分中心 研究院 学院
    大学 学校 医院 公司 有限公司 股份 协会 学会 银行 公安局 财政厅 统计局 数据局 档案局 审计厅
    教育厅 科学技术厅 信息化厅 社会保障厅 保障局 工业 发展和改革 人力资源 社会保障 机构编制
    纪律检查 监察 组织部 宣传部 中共 省委 市委 县委 工委 直机关 交通 管制 论坛 期间 临时 用房
    办公用房 公务 车辆 用车 接待 会议 会务 节能 降耗 冬季 夏季 冬春 春季 秋季 安全生产 防护
    关键 程序 征求意见稿 征求意见 意见稿 试行 修正 草案 专用章 印章 刻制 公章 维修 改造 配电
    供电 电力 采暖 物业 图书 图书馆 质量月 宣传 创建 模范 文明
    国务院 复函 体系 促进 生产 职业 事业 文化 体育 经济 社会 保障 资产 预案 总体 全国 联席会议 若干
    指导 典型 经验 做法 表扬 部分 名义 申办 世界 大学生 运动会 综合 绩效 三级 公立 药品 集中 融资
    担保 基金 支持 小微 发挥 作用 有效 附加 扣除 暂行 个人所得税 地质 灾害 险情 地震 重点 监视
    防御区 防震 减灾 确定 经营性 转制 网站 集约化 协调 机场 首都 国际 奥运会 高水平 高质量 开放
    综合保税区 竞赛 表演 产业 粮食 发现 侵华 日军 政府性 职业教育 绩效考核 新区 雄安 双随机 一公开
"""
KNOWN = frozenset(WORDS.split())
FIGURE = re.compile(r"[0-9A-Za-z.%—-]+[年月日号期届次类个项家份周天级]?")
INSIDE, BESIDE = 6.0, 2.0  # what it costs to part two signs of no known word, or one from a word
ABOUT, QUOTE = -6.0, -2.0  # what it saves to go on with 关于, or with a title in its marks
SHORT, SHORT_COST = 3, 40.0  # a last line of fewer characters stands alone
LINKS = "和与及暨"  # a line rather begins with them
FLAT, WAIST = 5.0, 1000.0  # two lines of one length; a line shorter than both its neighbours


@lru_cache(maxsize=2048)
def title_lines(
    text: str, most: int, names: tuple[str, ...] = (), *, shaped: bool = False
) -> tuple[str, ...]:
    """Return a title in as few lines of at most `most` characters as it takes.

    `names` (of bodies, say) are kept whole as far as they fit a line. A title broken by hand
    stays as it is.
    """
    if "\n" in text.strip():
        return tuple(line.strip() for line in text.splitlines() if line.strip())
    words = KNOWN | {name for name in names if 1 < len(name) <= most}
    pieces = _pieces(text.strip(), words)
    widths = [_width(piece) for piece in pieces]
    total = sum(widths)
    if total <= most:
        return (text.strip(),) if pieces else ()
    fewest = ceil(total / most)
    found: list[tuple[float, list[int]]] = []
    for count in range(fewest, fewest + 3):
        cost, ends = _best(pieces, widths, most, count, shaped=shaped)
        if ends:
            found.append((cost, ends))
        if ends and cost < SHORT_COST:  # as good as it gets: one line more seldom pays
            break
    if not found:  # a piece longer than a line
        return _hewn(text.strip(), most) if shaped else (text.strip(),)
    return tuple("".join(pieces[a:b]).strip() for a, b in pairwise([0, *min(found)[1]]))


def _hewn(text: str, most: int) -> tuple[str, ...]:
    """Cut a text that has no joints where the lines are full."""
    return tuple(text[at : at + most] for at in range(0, len(text), most))


def _width(piece: str) -> float:
    return sum(1.0 if sign >= WIDE else 0.5 for sign in piece)


def _pieces(text: str, words: frozenset[str]) -> list[str]:
    """Cut a title where a line may end: words and figures stay whole, marks at what they mark."""
    found: list[str] = []
    for piece in _words(text, words):
        if found and (piece[0] in NO_START or found[-1][-1] in NO_END):
            found[-1] += piece
        else:
            found.append(piece)
    return found


def _words(text: str, words: frozenset[str]) -> Iterator[str]:
    longest, at = max(map(len, words)), 0
    while at < len(text):
        figure = FIGURE.match(text, at)
        piece = figure[0] if figure else _word(text, at, words, longest)
        yield piece
        at += len(piece)


def _word(text: str, at: int, words: frozenset[str], longest: int) -> str:
    sizes = range(min(longest, len(text) - at), 1, -1)
    return next((word for n in sizes if (word := text[at : at + n]) in words), text[at])


@dataclass(frozen=True)
class _Way:
    """A way to set the title as far as the piece `ends[-1]`, and what it costs."""

    cost: float
    ends: tuple[int, ...]
    last: float = 0.0  # the width of its last line
    falling: bool = False  # a line of it is shorter than the one before


def _best(
    pieces: Sequence[str], widths: list[float], most: int, count: int, *, shaped: bool
) -> tuple[float, list[int]]:
    """Return where `count` lines end to be even and part no word, and at what cost; or nothing."""
    even = sum(widths) / count
    ways = [_Way(0.0, (0,))]
    for line in range(1, count + 1):
        best: dict[tuple[int, float, bool], _Way] = {}
        for way in ways:
            for end, width in _ends(way, widths, most):
                cost = way.cost + (width - even) ** 2 / 4 + _cost(pieces, end, width)
                cost += width * line / 50  # between two ways the upper lines are the longer ones
                falling = way.falling or width < way.last
                key = (end, width, falling) if shaped else (end, 0.0, False)
                if shaped:
                    cost += _shape(way, width) + _link(pieces, end)
                if key not in best or cost < best[key].cost:
                    best[key] = _Way(cost, (*way.ends, end), width, falling)
        ways = list(best.values())
    whole = [way for way in ways if way.ends[-1] == len(pieces)]
    if not whole:
        return 0.0, []
    way = min(whole, key=lambda way: way.cost)
    return way.cost, list(way.ends[1:])


def _ends(way: _Way, widths: list[float], most: int) -> Iterator[tuple[int, float]]:
    """Yield where the next line may end, and how wide it is then."""
    width = 0.0
    for end in range(way.ends[-1], len(widths)):
        width += widths[end]
        if width > most:
            return
        yield end + 1, width


def _shape(way: _Way, width: float) -> float:
    """Return what a line costs under those above it: no rectangle, and above all no hourglass."""
    if way.last and width == way.last:
        return FLAT
    return WAIST if way.falling and width > way.last else 0.0


def _link(pieces: Sequence[str], end: int) -> float:
    """Return what a line costs that ends with 和, or saves when the next one begins with it."""
    if end == len(pieces):
        return 0.0
    if pieces[end] in LINKS:
        return -BESIDE
    return INSIDE if pieces[end - 1] in LINKS else 0.0


def _cost(pieces: Sequence[str], end: int, width: float) -> float:
    """Return what it costs to end a line here, however full it is."""
    if end == len(pieces):
        return SHORT_COST if width < SHORT else 0.0
    before, after = pieces[end - 1], pieces[end]
    if before == "关于":
        return INSIDE
    if after.startswith("关于"):
        return ABOUT
    if after[0] in NO_END:
        return QUOTE
    lonely = sum(len(piece) == 1 for piece in (before, after))
    return (0.0, BESIDE, INSIDE)[lonely]
