"""Set a document as GB/T 9704-2012 has it: FILE.json in, PDF/A or a Word file out."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from documents.typesetting import paper, press
from documents.typesetting.layout import lay_out
from documents.typesetting.paper import LARGEST, Paper, Unfit
from documents.typesetting.text.faces import NoGlyph
from documents.word import writing

USAGE = 2
KEYS = """
FILE.json（UTF-8，一个对象；除 institution、title、body 外都可省略，不认识的键会报错）：
  format         general（默认）| letter | order | minutes
  copy_number classification urgency mark number title body note printed_by    文字
  institution    文字，联合行文为列表        signers addressees signature copy_to    列表
  attachments    [{"title", "body"}]          date printed_on  2026-03-05        seal  true | false
body 一行一段；以“一、”“（一）”“1.”“（1）”开头的是标题；以 | 开头的各行是一张表。

退出码：0 已写出；1 文稿有误（说明是哪个键、哪个字）；2 文件读不到、写不了或用法不对。
"""


class Command(BaseCommand):
    """Read the document, set it, write it; nothing else is touched."""

    help = "把 FILE.json 里的公文排成 PDF（PDF/A）或 Word 文件。" + KEYS
    requires_system_checks = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Keep the lines of the help as they are."""
        kwargs["formatter_class"] = RawDescriptionHelpFormatter
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to set and where to write it."""
        parser.add_argument("file", type=Path, metavar="FILE.json")
        parser.add_argument(
            "-o", "--output", type=Path, required=True, metavar="OUT.pdf|OUT.docx", help="写到哪里"
        )

    def handle(self, **options: Any) -> None:
        """Write the file, or say what is wrong with the document."""
        file, output = options["file"], options["output"]
        make = {".pdf": _pdf, ".docx": writing.docx}.get(output.suffix.lower())
        if make is None:
            raise CommandError("输出文件应以 .pdf 或 .docx 结尾", returncode=USAGE)
        try:
            content = make(paper.read(_text(file)))
        except (Unfit, NoGlyph) as error:
            raise CommandError(f"{file.name}：{error}") from None
        try:
            output.write_bytes(content)
        except OSError as error:
            raise CommandError(f"写不了 {output}：{error.strerror}", returncode=USAGE) from None
        self.stdout.write(f"已写出 {output}（{len(content) // 1024 + 1} KB）")


def _pdf(document: Paper) -> bytes:
    return press.pdf(lay_out(document, [settings.INSTITUTION]), title=document.title)


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as error:
        raise CommandError(f"读不到 {file}：{error.strerror}", returncode=USAGE) from None
    if len(content) > LARGEST:
        raise CommandError(f"{file} 超过 {LARGEST // 1_000_000} MB", returncode=USAGE)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CommandError(f"{file} 不是 UTF-8") from None
