"""演示单位的人: units, people and acting arrangements of 江川省质量技术信息中心.

Everything here is invented. Days are workdays relative to ``BASE_DAY``: negative is before it.
"""
# ruff: noqa: E501
# fmt: off

from datetime import date
from typing import NamedTuple

BASE_DAY = date(2026, 11, 23)
INSTITUTION = "江川省质量技术信息中心"


class UnitData(NamedTuple):
    """One unit; ``leader_username`` is the leader in charge (分管领导), not the head of the unit."""

    code: str
    name: str
    short_name: str
    parent_code: str
    order: int
    leader_username: str


class PersonData(NamedTuple):
    """One person; lower ``rank`` stands higher; ``cast`` is the line on the demonstration sign-in."""

    username: str
    name: str
    unit_code: str
    title: str
    duty: str
    rank: int
    clearance: str
    roles: tuple[str, ...]
    phone: str
    cast: str = ""


class ActingData(NamedTuple):
    """One acting arrangement, both days included."""

    absent: str
    deputy: str
    starts: int
    ends: int
    reason: str


UNITS: tuple[UnitData, ...] = (
    UnitData("leaders", "中心领导", "中心领导", "", 10, "chenguoliang"),
    UnitData("office", "办公室", "办公室", "leaders", 20, "chenguoliang"),
    UnitData("party", "党委办公室", "党办", "leaders", 30, "luozhenghua"),
    UnitData("standards", "标准信息科", "标准科", "leaders", 40, "hezhiyuan"),
    UnitData("data", "质量数据科", "数据科", "leaders", 50, "linxiuyun"),
    UnitData("network", "网络运行科", "网络科", "leaders", 60, "hezhiyuan"),
    UnitData("science", "科技管理科", "科技科", "leaders", 70, "linxiuyun"),
    UnitData("outreach", "服务推广科", "推广科", "leaders", 80, "linxiuyun"),
    UnitData("finance", "财务科", "财务科", "leaders", 90, "chenguoliang"),
    UnitData("personnel", "人事科", "人事科", "leaders", 100, "luozhenghua"),
)

PEOPLE: tuple[PersonData, ...] = (
    # 中心领导
    PersonData("chenguoliang", "陈国梁", "leaders", "中心主任、党委书记", "principal", 10, "confidential", ("leader", "staff"), "8001", "中心主任"),
    PersonData("hezhiyuan", "何志远", "leaders", "副主任", "leader", 20, "confidential", ("leader", "staff"), "8002", "副主任，分管标准与网络"),
    PersonData("linxiuyun", "林秀云", "leaders", "副主任", "leader", 21, "confidential", ("leader", "staff"), "8003", "副主任，分管数据、科技与推广"),
    PersonData("luozhenghua", "罗正华", "leaders", "党委副书记、纪委书记", "leader", 22, "confidential", ("leader", "staff"), "8004"),
    # 办公室
    PersonData("zhoumin", "周敏", "office", "主任", "head", 30, "confidential", ("office_director", "section_head", "staff"), "8010", "办公室主任"),
    PersonData("dinghongwei", "丁宏伟", "office", "副主任", "staff", 40, "secret", ("office_staff", "staff"), "8011", "办公室副主任，印章保管人"),
    PersonData("liwenjing", "李文静", "office", "文书", "staff", 50, "", ("registry_clerk", "office_staff", "staff"), "8012", "文书，收发登记"),
    PersonData("sunli", "孙立", "office", "机要员兼档案员", "staff", 51, "confidential", ("confidential_clerk", "archivist", "staff"), "8013", "机要员兼档案员"),
    PersonData("guchen", "顾晨", "office", "秘书", "staff", 52, "secret", ("office_staff", "staff"), "8014"),
    PersonData("tiantian", "田甜", "office", "收发员", "staff", 53, "", ("registry_clerk", "staff"), "8015"),
    PersonData("qianhaiyan", "钱海燕", "office", "行政管理员", "staff", 54, "", ("staff",), "8016"),
    PersonData("liudayong", "刘大勇", "office", "驾驶员", "staff", 60, "", ("staff",), "8017"),
    PersonData("shenyan", "沈岩", "office", "安全保密管理员", "staff", 55, "secret", ("security_officer",), "8018", "安全保密管理员"),
    # 党委办公室
    PersonData("jiangming", "蒋明", "party", "主任", "head", 31, "secret", ("section_head", "staff"), "8030", "党委办公室主任"),
    PersonData("pengjiahui", "彭佳慧", "party", "组织干事", "staff", 50, "", ("staff",), "8031"),
    PersonData("douzhipeng", "窦志鹏", "party", "纪检干事", "staff", 51, "", ("staff",), "8032"),
    PersonData("anran", "安然", "party", "宣传干事兼工会干事", "staff", 52, "", ("staff",), "8033"),
    PersonData("hanxue", "韩雪", "party", "安全审计员", "staff", 53, "secret", ("audit_officer",), "8034", "安全审计员"),
    # 标准信息科
    PersonData("zhaoqiming", "赵启明", "standards", "科长", "head", 32, "secret", ("section_head", "staff"), "8040", "标准信息科科长"),
    PersonData("baiyuting", "白雨婷", "standards", "副科长", "staff", 42, "", ("staff",), "8041"),
    PersonData("songkai", "宋恺", "standards", "标准研究岗", "staff", 50, "", ("staff",), "8042", "标准信息科科员，只办分到手上的件"),
    PersonData("yinlan", "尹岚", "standards", "馆藏管理岗", "staff", 51, "", ("staff",), "8043"),
    PersonData("fanyuchen", "范雨辰", "standards", "文献加工岗", "staff", 52, "", ("staff",), "8044"),
    PersonData("miaoqing", "苗青", "standards", "标准查新岗", "staff", 53, "", ("staff",), "8045"),
    PersonData("kongqinghe", "孔清和", "standards", "地方标准备案岗", "staff", 54, "", ("staff",), "8046"),
    PersonData("leiyiming", "雷一鸣", "standards", "标准翻译岗", "staff", 55, "", ("staff",), "8047"),
    PersonData("xiaxiaohan", "夏晓寒", "standards", "阅览服务岗", "staff", 56, "", ("staff",), "8048"),
    # 质量数据科
    PersonData("wuxiaolan", "吴晓岚", "data", "科长", "head", 33, "secret", ("section_head", "staff"), "8050", "质量数据科科长"),
    PersonData("jiyuan", "纪远", "data", "副科长", "staff", 43, "", ("staff",), "8051"),
    PersonData("shaojie", "邵杰", "data", "数据建模岗", "staff", 50, "", ("staff",), "8052"),
    PersonData("wenruolin", "温若琳", "data", "统计分析岗", "staff", 51, "", ("staff",), "8053"),
    PersonData("panyue", "潘越", "data", "数据治理岗", "staff", 52, "", ("staff",), "8054"),
    PersonData("yuhao", "于皓", "data", "接口管理岗", "staff", 53, "", ("staff",), "8055"),
    PersonData("shizhen", "时珍", "data", "质量分析岗", "staff", 54, "", ("staff",), "8056"),
    PersonData("congwei", "丛薇", "data", "简报编辑岗", "staff", 55, "", ("staff",), "8057"),
    # 网络运行科
    PersonData("gaolei", "高磊", "network", "科长", "head", 34, "secret", ("section_head", "staff"), "8020", "网络运行科，用电与消防"),
    PersonData("caopeng", "曹鹏", "network", "副科长", "staff", 44, "", ("staff",), "8022"),
    PersonData("maxiaodong", "马晓东", "network", "系统管理员", "staff", 50, "", ("system_officer",), "8021", "系统管理员"),
    PersonData("weiguang", "魏光", "network", "网络安全岗", "staff", 51, "", ("staff",), "8023"),
    PersonData("huangbo", "黄博", "network", "机房运维岗", "staff", 52, "", ("staff",), "8024"),
    PersonData("geyu", "葛宇", "network", "平台运维岗", "staff", 53, "", ("staff",), "8025"),
    PersonData("luting", "陆婷", "network", "信息化项目岗", "staff", 54, "", ("staff",), "8026"),
    PersonData("tongqiang", "童强", "network", "水电消防管理岗", "staff", 55, "", ("staff",), "8027"),
    # 科技管理科
    PersonData("fengyi", "冯毅", "science", "科长", "head", 35, "", ("section_head", "staff"), "8060", "科技管理科科长"),
    PersonData("yaomengqi", "姚梦琪", "science", "副科长", "staff", 45, "", ("staff",), "8061"),
    PersonData("duanbin", "段斌", "science", "项目管理岗", "staff", 50, "", ("staff",), "8062"),
    PersonData("ouyangli", "欧阳黎", "science", "成果转化岗", "staff", 51, "", ("staff",), "8063"),
    PersonData("xinran", "辛然", "science", "科技统计岗", "staff", 52, "", ("staff",), "8064"),
    # 服务推广科
    PersonData("tangning", "唐宁", "outreach", "科长", "head", 36, "", ("section_head", "staff"), "8070", "服务推广科科长"),
    PersonData("meijing", "梅静", "outreach", "副科长", "staff", 46, "", ("staff",), "8071"),
    PersonData("shuhang", "舒航", "outreach", "企业服务岗", "staff", 50, "", ("staff",), "8072"),
    PersonData("jiafei", "贾菲", "outreach", "宣传编辑岗", "staff", 51, "", ("staff",), "8073"),
    PersonData("qiuyun", "邱筠", "outreach", "培训组织岗", "staff", 52, "", ("staff",), "8074"),
    PersonData("luosen", "骆森", "outreach", "窗口服务岗", "staff", 53, "", ("staff",), "8075"),
    # 财务科
    PersonData("zhengpeihua", "郑佩华", "finance", "科长、主管会计", "head", 37, "", ("section_head", "staff"), "8080", "财务科会计"),
    PersonData("dengkexin", "邓可心", "finance", "会计", "staff", 50, "", ("staff",), "8081"),
    PersonData("biyuchun", "毕玉春", "finance", "出纳", "staff", 51, "", ("staff",), "8082"),
    PersonData("kangning", "康宁", "finance", "资产管理岗", "staff", 52, "", ("staff",), "8083"),
    PersonData("houxiaoyu", "侯晓宇", "finance", "预算管理岗", "staff", 53, "", ("staff",), "8084"),
    # 人事科
    PersonData("xujing", "许静", "personnel", "科长", "head", 38, "secret", ("section_head", "staff"), "8090", "人事科科长"),
    PersonData("shitao", "石涛", "personnel", "工资福利岗", "staff", 50, "", ("staff",), "8091"),
    PersonData("yanping", "颜萍", "personnel", "职称培训岗", "staff", 51, "", ("staff",), "8092"),
    PersonData("ningzhen", "宁臻", "personnel", "人事档案岗", "staff", 52, "", ("staff",), "8093"),
)

ACTING: tuple[ActingData, ...] = (
    ActingData("hezhiyuan", "linxiuyun", -3, 4, "赴外省参加标准数字化专题培训"),
    ActingData("gaolei", "caopeng", -28, -24, "参加网络安全实战演练"),
    ActingData("tangning", "meijing", 6, 10, "参加江川质量论坛筹备工作专班"),
)
