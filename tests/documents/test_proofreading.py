"""核稿: what is read, where findings stand, what the gate lets through, the command."""

import datetime as dt
import io
import json
import time
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from documents.proofreading.catalogue import RULES, proofread
from documents.proofreading.gate import judge, key
from documents.proofreading.places import place
from documents.proofreading.reading import files
from documents.proofreading.text import Text
from tests.documents.soundness import SOUND, WE, sound

PLAIN = f"""江农研〔2026〕12号
{WE}
关于做好春季防火工作的通知

各试验站、各科室：
为做好春季防火工作，现将有关事项通知如下。
一、落实责任
各单位要明确专人负责。
二、加强检查
于2026年3月20日前报送检查情况。
附件：1.检查表
2.联系人名单
{WE}
2026年3月5日
（联系人：王五，电话：8321000）
附件1
检查表
由各单位填写。
附件2
联系人名单
由办公室汇总。
抄送：江川市农业农村局。
{WE}办公室　2026年3月6日印发
"""


def rules(text, **more):
    return [finding.rule for finding in proofread(text, **more)]


# What is read


def test_a_text_file_is_taken_apart():
    text = files.of_plain(PLAIN.encode())

    assert text.number == "江农研〔2026〕12号"
    assert text.title == f"{WE}关于做好春季防火工作的通知"
    assert text.addressees == ("各试验站", "各科室")
    assert text.body.startswith("为做好") and text.body.endswith("2.联系人名单")
    assert [line.text for line in text.listed] == ["附件：1.检查表", "2.联系人名单"]
    assert (text.institution, text.signature) == ((WE,), (WE,))
    assert (text.date, text.day) == ("2026年3月5日", dt.date(2026, 3, 5))
    assert text.note == "（联系人：王五，电话：8321000）"
    assert [(each.label, each.title) for each in text.attachments] == [
        ("附件1", "检查表"),
        ("附件2", "联系人名单"),
    ]
    assert text.copy_to == ("江川市农业农村局",)
    assert (text.printed_by, text.printed_on) == (f"{WE}办公室", "2026年3月6日印发")
    assert proofread(text) == []


def test_a_chinese_text_file_may_be_in_the_older_coding():
    assert files.of_plain(PLAIN.encode("gb18030")) == files.of_plain(PLAIN.encode())


@pytest.mark.parametrize(
    ("wrong", "right", "rule"),
    [
        ("各试验站、各科室：", "各试验站、各科室:", "M06"),
        ("江川市农业农村局。", "江川市农业农村局", "M07"),
        ("2026年3月5日\n", "二〇二六年三月五日\n", "D01"),
        ("2026年3月5日\n", "2026.3.5\n", "D03"),
        ("附件1\n", "附件1：\n", "A07"),
        ("附件：1", "附件:1", "A01"),
        ("2.联系人名单\n江", "2.联系名单\n江", "A06"),
        ("（联系人：王五，电话：8321000）", "(联系人：王五，电话：8321000)", "M08"),
        ("2026年3月6日印发", "2026年3月06日印发", "D06"),
        ("江农研〔2026〕12号", "江农研[2026]12号", "N01"),
        (f"{WE}\n关于做好春季防火工作的通知", f"{WE}关于做好春季防火工作\n的通知", "T11"),
    ],
)
def test_marks_of_a_line_are_judged_as_they_were_typed(wrong, right, rule):
    assert wrong in PLAIN
    assert rules(files.of_plain(PLAIN.replace(wrong, right).encode())) == [rule]


def test_the_head_of_an_upward_document_is_read():
    number = "江农研〔2026〕3号　　签发人 李华"
    lines = f"特急\n{WE}文件\n{number}\n{WE}关于增加编制的请示\n江川市农业农村局："
    text = files.of_plain(f"{lines}\n拟增加编制2名。\n妥否，请批示。\n{WE}\n2026年3月5日".encode())

    assert (text.urgency, text.mark, text.institution) == ("特急", f"{WE}文件", (WE,))
    assert (text.genre, text.signers) == ("请示", ("李华",))
    assert rules(text) == ["M09", "M11"]


def test_brackets_in_an_addressee_are_no_document_number():
    text = files.of_plain(PLAIN.replace("各试验站、各科室：", "省直各单位党组（党委）：").encode())
    assert (text.addressees, text.number) == (("省直各单位党组（党委）",), "江农研〔2026〕12号")


def test_json_takes_the_keys_of_the_typesetter_and_names_what_it_does_not_know():
    given = {**SOUND, "kind": "通知", "format": "general", "seal": True, "printed_on": "2026-03-06"}
    text = files.of_json(json.dumps({**given, "date": "2026-03-05"}).encode())

    assert (text.date, text.printed_on) == ("2026年3月5日", "2026年3月6日印发")
    with pytest.raises(files.Unfit, match="colour"):
        files.of({**given, "colour": "red"})
    with pytest.raises(files.Unfit, match="body"):
        files.of({**given, "body": ""})
    with pytest.raises(files.Unfit, match="format"):
        files.of({**given, "format": "poem"})
    with pytest.raises(files.Unfit, match="attachments"):
        files.of({**given, "attachments": ["名单"]})
    with pytest.raises(files.Unfit, match="title"):
        files.of({**given, "title": 7})


def test_a_day_that_does_not_exist_is_a_finding_not_a_refusal():
    assert rules(files.of({**SOUND, "date": "2026-02-30"}), today=dt.date(2026, 3, 5)) == ["D08"]


def docx(*blocks: str, declaration: str = "") -> bytes:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    xml = f"{declaration}<w:document {space}><w:body>{''.join(blocks)}</w:body></w:document>"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", xml)
    return file.getvalue()


def paragraph(words: str, extra: str = "") -> str:
    half = len(words) // 2
    runs = "".join(f"<w:r><w:t>{part}</w:t></w:r>" for part in (words[:half], words[half:]))
    return f"<w:p>{runs}{extra}</w:p>"


def test_a_docx_is_read_by_its_paragraphs_without_what_was_deleted():
    deleted = "<w:del><w:r><w:delText>旧</w:delText><w:t>旧</w:t></w:r></w:del>"
    lines = PLAIN.split("\n")
    data = docx(*(paragraph(line, deleted if "明确专人" in line else "") for line in lines))

    assert files.of_docx(data) == files.of_plain(PLAIN.encode())


def test_a_table_of_a_docx_becomes_rows():
    cells = "".join(f"<w:tc>{paragraph(words)}</w:tc>" for words in ("单位名称", "检查人数"))
    table = f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
    text = files.of_docx(docx(paragraph(f"{WE}关于防火的通知"), paragraph("请按下表填写。"), table))

    assert text.body == "请按下表填写。\n| 单位名称 | 检查人数 |"


# Places and fixes


def test_findings_come_in_the_order_of_the_paper_with_their_place():
    text = sound(
        title=f"{WE}关于防火的通知。",
        body="请注意防火.\n请按时报送,逾期不候。",
        note="此件公开发布",
    )
    found = proofread(text)

    assert [each.rule for each in found] == ["T06", "P03", "P01", "M08"]
    assert [each.paragraph for each in found] == ["title", "body/0", "body/1", "note"]
    assert (found[2].start, found[2].end, found[2].found, found[2].suggestion) == (5, 6, ",", "，")
    assert set(found[0].as_json()) == {
        "rule", "severity", "paragraph", "start", "end", "clause", "basis", "message", "suggestion",
    }  # fmt: skip
    assert place(found[2]) == "Body, line 2, characters 6 to 6"
    with translation.override("zh-hans"):
        assert place(found[2]) == "正文第2段，第6至6字"


def test_every_message_is_said_in_chinese():
    with translation.override("zh-hans"):
        said = [str(rule.message) for rule in RULES]
    assert [
        words for words in said if not any("\u4e00" <= sign <= "\u9fff" for sign in words)
    ] == []
    with translation.override("en"):
        assert not set(said) & {str(rule.message) for rule in RULES}


@pytest.mark.parametrize(
    "quoted",
    [
        "按照《关于其它事项的通知,布署》办理。",
        "会议提出“做好布署,截止3月5日”的要求。",
        "登录https://example.org/a,b?c:办事邮箱office@example.org。",
    ],
)
def test_what_others_wrote_is_not_corrected(quoted):
    assert rules(sound(body=quoted)) == []


def test_the_number_of_another_document_gets_no_fix():
    (finding,) = proofread(sound(body="根据《防火通知》（江政发[2026]3号）办理。"))
    assert (finding.rule, finding.suggestion) == ("X06", None)


def test_a_document_is_judged_by_the_rules_of_its_day():
    old = sound(date="二〇一一年三月五日", number="江农研[2011]12号", body="主题词：防火")
    assert rules(old) == []
    assert rules(sound(date="2012年6月30日", number="江农研[2012]12号")) == []
    assert rules(sound(date="2012年7月1日", number="江农研[2012]12号")) == ["N01"]


# The gate


def test_an_error_blocks_and_a_doubt_is_answered_once():
    text = sound(number="江农研[2026]12号", body="请按时报送,逾期不候。\n请办理其它事项。")
    error, comma, other = proofread(text)

    first = judge([error, comma, other])
    assert (first.blocking, first.unanswered) == ((error,), (comma, other))
    assert not first.may_submit

    answers = {key(error), key(comma), key(other)}
    again = judge([error, comma, other], answers)
    assert (again.blocking, again.unanswered, again.answered) == ((error,), (), (comma, other))
    assert not again.may_submit

    moved = sound(body=f"为做好防火工作，通知如下。\n{text.body}")
    assert judge(proofread(moved), answers).may_submit


# The command


def run(path, *options):
    out = io.StringIO()
    try:
        call_command("proofread", str(path), *options, stdout=out)
    except SystemExit as stop:
        return stop.code, out.getvalue()
    return 0, out.getvalue()


def test_the_command_prints_findings_and_exits_one_when_something_blocks(tmp_path):
    file = tmp_path / "file.json"
    file.write_text(json.dumps({**SOUND, "number": "江农研[2026]12号"}), encoding="utf8")

    with translation.override("zh-hans"):
        code, said = run(file)

    assert code == 1
    assert "E  N01  发文字号" in said and "GB/T 9704 7.2.5" in said and "〔2026〕" in said
    code, said = run(file, "--json")
    assert code == 1
    assert [each["rule"] for each in json.loads(said)] == ["N01"]


def test_the_command_is_content_with_advice_and_with_nothing(tmp_path):
    file = tmp_path / "draft.txt"
    file.write_text(PLAIN.replace("负责。", "负责,不得推诿。"), encoding="utf8")
    code, said = run(file, "--json")
    assert (code, [each["rule"] for each in json.loads(said)]) == (0, ["P01"])

    file.write_text(PLAIN, encoding="utf8")
    assert run(file, "--json") == (0, "[]\n")


def test_the_command_refuses_what_it_cannot_read(tmp_path):
    for name, data in (("a.pdf", b"%PDF-"), ("a.json", b"{"), ("a.docx", b"PK\x03\x04")):
        file = tmp_path / name
        file.write_bytes(data)
        with pytest.raises(CommandError) as refusal:
            run(file)
        assert refusal.value.returncode == 2
    with pytest.raises(CommandError):
        run(tmp_path / "absent.txt")


# Attacks


ENTITIES = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def test_a9_a_docx_with_entities_is_refused():
    with pytest.raises(files.Unfit):
        files.of_docx(docx(paragraph("&b;"), declaration=ENTITIES))


def test_a20_deep_json_and_endless_text_are_refused():
    with pytest.raises(files.Unfit):
        files.of_json(b"[" * 100_000)
    with pytest.raises(files.Unfit):
        files.of({**SOUND, "body": "防火" * 200_000})


HOSTILE = {
    "digits": "1" * 50_000,
    "commas": "1,111" * 10_000,
    "openers": "《" * 25_000 + "》" * 25_000,
    "quotes": "“”" * 25_000,
    "mixed": "（“《" * 15_000,
    "brackets": "((" * 25_000,
    "letters": "a" * 50_000,
    "stops": "。，" * 25_000,
    "han": "关于" * 25_000,
    "ordinals": "一、" * 25_000,
    "dates": "2026年3月5" * 8_000,
    "ranges": "10-20-" * 10_000,
    "spaces": " \u3000" * 25_000 + "附",
    "numbers": "江〔2026〕第0" * 6_000,
    "straight": '"防' * 25_000,
    "citation": "根据关于" * 12_000,
    "parts": "共10人其中男1" * 7_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a20_no_text_makes_a_rule_run_away(name):
    """Fifty thousand characters of any shape stay within a linear budget."""
    words = HOSTILE[name]
    texts = [
        sound(body=words), sound(body="\n".join(words[n : n + 5] for n in range(0, 25_000, 5))),
        sound(title=words), sound(number=words), sound(note=words), sound(addressees=words),
        sound(date=words), sound(attachments=[{"title": words, "body": words, "label": words}]),
    ]  # fmt: skip
    begun = time.process_time()
    for text in texts:
        proofread(text, today=dt.date(2026, 3, 5))
    files.of_plain(words.encode())
    assert time.process_time() - begun < 10


def test_a_long_document_is_read_in_the_blink_of_an_eye():
    sentence = "各单位要认真落实“三级”防火责任，按照《防火办法》和有关规定，于3月20日前报送情况。"
    body = "\n".join(["一、总体要求", *[sentence * 4] * 15, "二、任务", *[sentence * 4] * 15])
    assert 5_000 <= len(body) <= 6_000
    proofread(sound(body=body))
    spent = []
    for _round in range(5):
        text: Text = sound(body=body)
        begun = time.process_time()
        proofread(text)
        spent.append(time.process_time() - begun)
    assert min(spent) < 0.05
