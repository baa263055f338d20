"""A letter without a scan, set as paper."""

import pytest

from documents.receipt.typeset import letter
from tests.documents.factories import Office, SenderFactory, signed_for

TEXT = """江川省财政厅关于报送调整说明的通知
江财预〔2026〕112号
省直有关部门：
一、报送范围
根据安排，请作出调整说明。
（一）支出
一、项目支出较上年增长，请说明原因。

江川省财政厅
2026年11月13日
"""


@pytest.fixture
def row(office: Office):
    row = signed_for(office, sender=SenderFactory(name="江川省财政厅"))
    row.title = "江川省财政厅关于报送调整说明的通知"
    row.title_key, row.doc_number, row.kind = row.title, "江财预〔2026〕112号", "通知"
    return row


def test_head_body_and_signature(row) -> None:
    found = letter(row, TEXT)

    assert (found.issuer, found.issuer_class) == ("江川省财政厅文件", "")
    assert found.paragraphs == [
        ("to", "省直有关部门："),
        ("l1", "一、报送范围"),
        ("", "根据安排，请作出调整说明。"),
        ("l2", "（一）支出"),
        ("", "一、项目支出较上年增长，请说明原因。"),
        ("sign", "江川省财政厅\n2026年11月13日"),
    ]


@pytest.mark.parametrize("text", ["", "\n\n", "只有一行。", "请按期报送。\n2026年11月13日"])
def test_nothing_is_taken_for_a_signature(row, text: str) -> None:
    assert all(level != "sign" for level, _words in letter(row, text).paragraphs)


def test_a_long_red_head_is_set_smaller(row) -> None:
    row.sender.name = "中共江川省委省直机关工作委员会"
    assert letter(row, "").issuer_class == "longer"
