"""manage.py typeset and manage.py measure, as a person at a shell uses them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from documents.management.commands import typeset
from tests.documents.samples import UNSEALED, pages_of


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return written(tmp_path, UNSEALED)


def written(folder: Path, sample: Any) -> Path:
    file = folder / "文稿.json"
    file.write_text(json.dumps(sample, ensure_ascii=False), "utf8")
    return file


def refusal(*arguments: str | Path) -> CommandError:
    with pytest.raises(CommandError) as found:
        call_command(*map(str, arguments))
    return found.value


def test_a_file_becomes_paper_that_measures_well(source: Path, capsys) -> None:
    out = source.with_name("文稿.pdf")

    call_command("typeset", str(source), "-o", str(out))
    call_command("measure", str(out))

    told = capsys.readouterr().out
    assert "已写出" in told
    assert "L28  成文日期（不加印章）" in told
    assert told.rstrip().endswith("全部合格")


def test_a_word_file(source: Path) -> None:
    out = source.with_name("文稿.DOCX")
    call_command("typeset", str(source), "-o", str(out))
    assert out.read_bytes()[:2] == b"PK"


def test_a_bad_row_is_told_and_ends_with_one(tmp_path: Path, capsys) -> None:
    from documents.typesetting import press

    pages = pages_of(UNSEALED)
    pages[-1].rules = pages[-1].rules[:-1]
    out = tmp_path / "坏.pdf"
    out.write_bytes(press.pdf(pages, title="样稿"))

    with pytest.raises(SystemExit) as ended:
        call_command("measure", str(out))
    assert ended.value.code == 1
    told = capsys.readouterr().out
    assert "不合格" in told
    assert "应为：3 条；实测：2 条" in told

    with pytest.raises(SystemExit):
        call_command("measure", str(out), "--json")
    rows = json.loads(capsys.readouterr().out)
    bad = [row for row in rows if not row["passed"]]
    assert {row["id"] for row in bad} == {"L33"}
    assert set(rows[0]) == {"id", "element", "clause", "expected", "found", "passed", "page"}


@pytest.mark.parametrize(
    ("sample", "says"),
    [
        (UNSEALED | {"titel": "x"}, "不认识的键：titel"),
        (UNSEALED | {"body": "请转😀"}, "没有字体能印“😀”（U+1F600）"),
        ([1], "最外层应是一个对象"),
    ],
)
def test_a_document_that_cannot_be_set_is_refused_in_words(
    tmp_path: Path, sample: Any, says: str
) -> None:
    out = tmp_path / "x.pdf"
    error = refusal("typeset", written(tmp_path, sample), "-o", out)

    assert says in str(error)
    assert error.returncode == 1
    assert not out.exists()


def test_what_cannot_be_read_or_written(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    none, no_pdf = tmp_path / "没有.json", tmp_path / "no.pdf"
    no_pdf.write_text("好")
    latin = tmp_path / "gbk.json"
    latin.write_bytes("公文".encode("gbk"))

    assert "读不到" in str(refusal("typeset", none, "-o", tmp_path / "x.pdf"))
    assert "不是 UTF-8" in str(refusal("typeset", latin, "-o", tmp_path / "x.pdf"))
    assert "写不了" in str(refusal("typeset", source, "-o", tmp_path / "no" / "x.pdf"))
    assert "应以 .pdf 或 .docx 结尾" in str(refusal("typeset", source, "-o", tmp_path / "x.txt"))
    assert "不是能读的 PDF" in str(refusal("measure", no_pdf))
    assert refusal("measure", none).returncode == 2

    monkeypatch.setattr(typeset, "LARGEST", 10)
    assert "超过" in str(refusal("typeset", source, "-o", tmp_path / "x.pdf"))
