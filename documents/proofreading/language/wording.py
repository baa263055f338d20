"""W: 字词. Words that are often confused; each form excludes the neighbours that make it right."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from documents.proofreading.language.numerals import body
from documents.proofreading.rule import Basis, Rule, Severity, both, pattern
from documents.proofreading.text import WORDS

# Wrong word -> (what it should be, what may not stand before it, what may not stand after it).
MISSPELT: dict[str, tuple[str, str, str]] = {
    "布署": ("部署", "发公颁宣", "名"),
    "签定": ("签订", "标便", "位点"),
    "既使": ("即使", "", "用得"),
    "部份": ("部分", "", "额量数"),
    "成份": ("成分", "", "额数"),
    "座落": ("坐落", "一两三几每", "差后地"),
    "复盖": ("覆盖", "恢反重答批回修", "章"),
    "附合": ("符合", "", "同资作格约"),
    "幅射": ("辐射", "", ""),
    "帐目": ("账目", "蚊营", ""),
    "帐户": ("账户", "蚊营", ""),
    "记帐": ("记账", "", ""),
    "按装": ("安装", "", "机备配车修载置"),
    "报导": ("报道", "申上填呈预汇", "师致则入出航"),
    "交待": ("交代", "提移上转递呈", "办审查批定处遇"),
    "惟一": ("唯一", "", ""),
    "再接再励": ("再接再厉", "", ""),
    "登陆系统": ("登录系统", "", ""),
    "登陆平台": ("登录平台", "", ""),
    "登陆网站": ("登录网站", "", ""),
    "渡假": ("度假", "", ""),
    "脉博": ("脉搏", "", ""),
    "松驰": ("松弛", "", ""),
    "针贬": ("针砭", "", ""),
    "甘败下风": ("甘拜下风", "", ""),
    "一愁莫展": ("一筹莫展", "", ""),
    "迫不急待": ("迫不及待", "", ""),
    "关健": ("关键", "相", "康身"),
    "即然": ("既然", "", ""),
    "通迅": ("通讯", "流", "速"),
    "按步就班": ("按部就班", "", ""),
    "凑和": ("凑合", "", "谐"),
    "贯砌": ("贯彻", "", ""),
    "慎密": ("缜密", "", ""),
}
DECIDED = (
    "决定|规定|部署|安排|批示|指示|判断|裁决|决议|答复|说明|承诺|反应|响应|评估|处理|结论|评价"
)
DAY = r"\s?(?:\d|[\u3007零一二三四五六七八九十]{1,4}[年月]|目前|当前|今年|去年|本月|上月|年底|月底)"


def _misspelt(wrong: str) -> str:
    _right, before, after = MISSPELT[wrong]
    return (f"(?<![{before}])" if before else "") + wrong + (f"(?![{after}])" if after else "")


def right(found: re.Match[str]) -> str:
    return MISSPELT[found[0]][0]


W, P = Severity.WARNING, Basis.PRACTICE
USUAL = "实务通常"

RULES = (
    Rule("W01", W, P, USUAL, WORDS, _("“其他” is the form used in documents."),
         pattern(r"其它", "其他"), body("办理其它事项。"), body("办理其他事项。")),
    Rule("W02", W, P, USUAL, WORDS,
         _("Before a time stands 截至; 截止 means that something ends."),
         pattern(rf"截止(?:到|至)?(?={DAY})", "截至"), body("截止3月5日，共收到12件。"),
         body("截至3月5日，共收到12件。", "报名截止日期为3月5日。")),
    Rule("W03", W, P, USUAL, WORDS, _("Here 作 is written: 作为, 作出."),
         both(pattern(r"(?<![叫当看称比])(?P<bad>做)为(?!难|人)", "作"),
              pattern(rf"(?P<bad>做)出(?=[\u4e00-\u9fff]{{0,4}}(?:{DECIDED}))", "作")),
         body("经研究，做出决定如下。", "做为牵头单位，要认真负责。"),
         body("经研究，作出决定如下。")),
    Rule("W04", W, P, USUAL, WORDS, _("What is settled is 制定; 制订 is drafting."),
         both(pattern(r"(?:已|已经)(?P<bad>制订)", "制定"),
              pattern(r"(?P<bad>制订)(?=(?:并|和|、)?(?:印发|出台|发布|颁布|公布|施行))", "制定")),
         body("已制订并印发办法。"), body("已制定并印发办法。", "要抓紧制订方案。")),
    Rule("W05", W, P, USUAL, WORDS, _("必需 is what is needed, 必须 is what must be done."),
         both(pattern(r"所(?P<bad>必须)的", "必需"),
              pattern(r"(?P<bad>必须)(?=品|的(?:经费|物资|材料|设备|条件|手续))", "必需"),
              pattern(r"(?P<bad>必需)(?=要|按|在|于|由|经过|严格|坚持|加强|做到|做好)", "必须")),
         body("保障所必须的经费。", "各单位必需严格执行。"),
         body("保障所必需的经费。", "各单位必须严格执行。")),
    Rule("W06", W, P, USUAL, WORDS,
         _("Is “%(found)s” the word that is meant? It is often confused with another."),
         both(pattern(r"反应(?=情况|问题|意见|诉求|困难|群众)|(?<=群众)反应(?=强烈|的问题)"),
              pattern(r"(?<=行使)(?:职|公)?权利(?=，|。|的机关)|(?<=滥用)权利|(?<=公共)权利"),
              pattern(r"(?<=合法)权力|(?<=公民)(?:的)?权力|(?<=享有)(?:的)?权力"),
              pattern(r"法制(?=国家|政府|社会|思维|轨道)"),
              pattern(r"以至(?=造成|导致|发生|出现)"),
              pattern(r"启用(?=干部|人才|年轻)|起用(?=印章|系统|公章|新版)"),
              pattern(r"度过(?=难关|危机|险情)|渡过(?=节日|假期|时光|周末|春节)")),
         body("及时反应情况。", "建设法制政府。", "正式起用印章。"),
         body("及时反映情况。", "建设法治政府。", "正式启用印章。", "反应迅速。")),
    Rule("W07", W, P, USUAL, WORDS, _("“%(found)s” is misspelt."),
         pattern("|".join(_misspelt(wrong) for wrong in MISSPELT), right),
         body(*(f"各单位要注意{wrong}。" for wrong in MISSPELT)),
         body("安排部署工作。", "文件发布署名单位。", "将全部份额转让。", "恢复盖章手续。",
              "申报导师。", "提交待办事项。", "按装机容量计算。", "应附合同复印件。",
              "一座落差较大的水坝。")),
)  # fmt: skip
