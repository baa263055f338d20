"""演示来文单位: the bodies that write to the demonstration office. All are invented."""
# ruff: noqa: E501
# fmt: off

from typing import NamedTuple


class SenderData(NamedTuple):
    """One sender; ``code`` holds every organ code (机关代字) it is known to use."""

    name: str
    short_name: str
    code: tuple[str, ...]
    relation: str


SENDERS: tuple[SenderData, ...] = (
    # 上级
    SenderData("江川省人民政府办公厅", "省政府办公厅", ("江政办发", "江政办函", "江政办发明电"), "superior"),
    SenderData("中共江川省委省直机关工作委员会", "省直机关工委", ("江直工发", "江直工函"), "superior"),
    SenderData("中共江川省委网络安全和信息化委员会办公室", "省网信办", ("江网信办", "江网信办函"), "superior"),
    SenderData("中共江川省委机构编制委员会办公室", "省委编办", ("江编办", "江编办函"), "superior"),
    SenderData("中共江川省委保密委员会办公室", "省委保密办", ("江保办",), "superior"),
    SenderData("江川省市场监督管理局", "省局", ("江市监发", "江市监质", "江市监标", "江市监人", "江市监财", "江市监计", "江市监公告", "江市监专纪", "江市监函"), "superior"),
    SenderData("江川省市场监督管理局办公室", "省局办公室", ("江市监办", "江市监办函", "江市监办明电"), "superior"),
    SenderData("江川省发展和改革委员会", "省发展改革委", ("江发改社会", "江发改函"), "superior"),
    SenderData("江川省科学技术厅", "省科技厅", ("江科发规", "江科发资", "江科函"), "superior"),
    SenderData("江川省工业和信息化厅", "省工信厅", ("江工信科", "江工信函"), "superior"),
    SenderData("江川省财政厅", "省财政厅", ("江财预", "江财采", "江财资", "江财会", "江财绩"), "superior"),
    SenderData("江川省人力资源和社会保障厅", "省人社厅", ("江人社发", "江人社函"), "superior"),
    SenderData("江川省审计厅", "省审计厅", ("江审通", "江审函"), "superior"),
    SenderData("江川省统计局", "省统计局", ("江统字", "江统函"), "superior"),
    SenderData("江川省数据局", "省数据局", ("江数发", "江数函"), "superior"),
    SenderData("江川省机关事务管理局", "省机关事务局", ("江机管", "江机管函"), "superior"),
    SenderData("江川省档案局", "省档案局", ("江档发", "江档函"), "superior"),
    SenderData("江川省消防救援总队", "省消防救援总队", ("江消",), "superior"),
    SenderData("江川省总工会", "省总工会", ("江工发", "江工函"), "superior"),
    SenderData("江川省应急管理厅", "省应急厅", ("江应急", "江应急函", "江应急明电"), "superior"),
    SenderData("江川省教育厅", "省教育厅", ("江教发", "江教函"), "superior"),
    SenderData("江川省农业农村厅", "省农业农村厅", ("江农发", "江农函"), "superior"),
    SenderData("江川省卫生健康委员会", "省卫健委", ("江卫发", "江卫函"), "superior"),
    SenderData("江川省生态环境厅", "省生态环境厅", ("江环发", "江环函"), "superior"),
    SenderData("江川省商务厅", "省商务厅", ("江商发", "江商函"), "superior"),
    SenderData("江川省知识产权局", "省知识产权局", ("江知发", "江知函"), "superior"),
    SenderData("江川省信访局", "省信访局", ("江信发", "江信函"), "superior"),
    SenderData("江川省司法厅", "省司法厅", ("江司发", "江司函"), "superior"),
    # 平级和不相隶属
    SenderData("全国标准馆藏共享联盟秘书处", "馆藏联盟秘书处", ("标藏秘函",), "peer"),
    SenderData("江川省标准化研究院", "省标准院", ("江标院函",), "peer"),
    SenderData("江川省计量科学研究院", "省计量院", ("江计院函",), "peer"),
    SenderData("江川省产品质量检验研究院", "省质检院", ("江质检院函",), "peer"),
    SenderData("江川省大数据中心", "省大数据中心", ("江数中函",), "peer"),
    SenderData("江川大学", "江川大学", ("江大函",), "peer"),
    SenderData("江川理工大学", "江川理工", ("江理工函",), "peer"),
    SenderData("江川省图书馆", "省图书馆", ("江图函",), "peer"),
    SenderData("云溪市市场监督管理局", "云溪市局", ("云市监函", "云市监"), "peer"),
    SenderData("澜州市市场监督管理局", "澜州市局", ("澜市监函",), "peer"),
    SenderData("东岭市市场监督管理局", "东岭市局", ("东市监函",), "peer"),
    SenderData("平川县人民政府办公室", "平川县政府办", ("平政办函",), "peer"),
    SenderData("玉泽县市场监督管理局", "玉泽县局", ("玉市监",), "peer"),
    SenderData("安平市市场监督管理局", "安平市局", ("安市监函",), "peer"),
    SenderData("临江市市场监督管理局", "临江市局", ("临市监函",), "peer"),
    SenderData("怀水市市场监督管理局", "怀水市局", ("怀市监函",), "peer"),
    SenderData("江川省药品检验研究院", "省药检院", ("江药检函",), "peer"),
    SenderData("江川省特种设备检验研究院", "省特检院", ("江特检函",), "peer"),
    # 下级
    SenderData("江川省质量技术信息中心云溪分中心", "云溪分中心", ("江质信云", "江质信云办"), "subordinate"),
    SenderData("江川省质量技术信息中心澜州分中心", "澜州分中心", ("江质信澜", "江质信澜办"), "subordinate"),
    SenderData("江川省质量技术信息中心东岭分中心", "东岭分中心", ("江质信东", "江质信东办"), "subordinate"),
    SenderData("江川省质量技术信息中心玉泽标准信息服务站", "玉泽服务站", ("江质信玉", "江质信玉办"), "subordinate"),
    # 其他
    SenderData("江川省质量协会", "省质协", ("江质协",), "other"),
    SenderData("江川省保密教育实训平台", "省保密实训平台", ("江保训",), "other"),
    SenderData("江川电力有限公司云溪供电分公司", "云溪供电", ("云供电函",), "other"),
    SenderData("江川远航装备制造有限公司", "远航装备", (), "other"),
    SenderData("云溪市玉带河食品有限公司", "玉带河食品", (), "other"),
    SenderData("云溪市公安局河东分局", "河东公安分局", ("云公河",), "other"),
    SenderData("江川中衡会计师事务所", "中衡会计师事务所", (), "other"),
    SenderData("江川云桥软件有限公司", "云桥软件", (), "other"),
    SenderData("江川春和物业服务有限公司", "春和物业", (), "other"),
    SenderData("江川省标准化协会", "省标协", ("江标协",), "other"),
    SenderData("云溪市河东区红叶街道办事处", "红叶街道办", ("红街函",), "other"),
)
