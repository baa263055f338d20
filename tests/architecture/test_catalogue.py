"""The catalogue is whole: every sentence of the source has its Chinese, in the office's words."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "office" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
HOLDS_WORDS = ("office", "documents", "finance", "meetings", "logistics", "oversight", "templates")
LINE = re.compile(r'^(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) (".*")$')
NAMED = re.compile(r"%\((\w+)\)[a-z]")
# Written beside a Chinese character these are Latin signs in a Chinese sentence.
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]")
Key = tuple[str, str]


def entries(file: Path) -> dict[Key, dict[str, str]]:
    """Read a catalogue: (context, msgid) → its strings, and "flags"."""
    found: dict[Key, dict[str, str]] = {}
    for block in re.split(r"\n\s*\n", file.read_text(encoding="utf8")):
        parts: dict[str, str] = {"flags": ""}
        name = ""
        for line in block.splitlines():
            if line.startswith("#,"):
                parts["flags"] += line
            elif match := LINE.match(line):
                name = match[1]
                parts[name] = ast.literal_eval(match[2])
            elif line.startswith('"'):
                parts[name] += ast.literal_eval(line)
        if parts.get("msgid"):
            found[parts.get("msgctxt", ""), parts["msgid"]] = parts
    return found


def chinese(parts: dict[str, str]) -> str:
    return parts.get("msgstr") or parts.get("msgstr[0]", "")


@pytest.fixture(scope="module")
def catalogue() -> dict[Key, dict[str, str]]:
    return entries(CATALOGUE)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> dict[Key, dict[str, str]]:
    """Gather the sentences of a copy of the source, as makemessages does."""
    folder = tmp_path_factory.mktemp("source")
    for name in HOLDS_WORDS:
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("locale", "__pycache__")
        )
    (folder / "locale").mkdir()
    command = [sys.executable, "-m", "django", "makemessages", "-l", "zh_Hans", "--keep-pot"]
    subprocess.run(
        [*command, "--no-location", "-e", "py,html,txt"], cwd=folder, check=True,
        capture_output=True, env={"PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    return entries(folder / "locale" / "django.pot")


def test_every_sentence_of_the_source_has_its_chinese(source, catalogue):
    assert [key for key in source if not chinese(catalogue.get(key, {}))] == []


def test_nothing_stands_in_the_catalogue_that_nobody_says(source, catalogue):
    assert sorted(catalogue.keys() - source.keys()) == []


def test_nothing_is_fuzzy_or_empty(catalogue):
    assert len(catalogue) > 500
    assert [key for key, parts in catalogue.items() if "fuzzy" in parts["flags"]] == []
    assert [key for key, parts in catalogue.items() if not chinese(parts).strip()] == []


def test_both_languages_name_the_same_places(catalogue):
    wrong = []
    for key, parts in catalogue.items():
        wanted = set(NAMED.findall(parts["msgid"]))
        plural = set(NAMED.findall(parts.get("msgid_plural", "")))
        given = set(NAMED.findall(chinese(parts)))
        if given not in (wanted, plural or wanted):
            wrong.append((key, chinese(parts)))
    assert wrong == []


def test_chinese_sentences_have_chinese_signs(catalogue):
    wrong = [chinese(parts) for parts in catalogue.values() if HALF_WIDTH.search(chinese(parts))]
    assert wrong == []


def test_buttons_speak_of_the_office_not_of_software(catalogue):
    assert [
        chinese(p) for p in catalogue.values() if re.search("提交|确定|登陆|帐号", chinese(p))
    ] == []


def test_gettext_has_no_other_name():
    """Only `_` is known to makemessages; what another alias says would never be translated."""
    alias = re.compile(r"\bp?n?gettext(?:_lazy)? as (?!_\b)\w+")
    files = [file for name in HOLDS_WORDS for file in (ROOT / name).rglob("*.py")]
    assert [file for file in files if alias.search(file.read_text(encoding="utf8"))] == []
