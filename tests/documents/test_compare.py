"""What differs between two versions reads as a person would mark it."""

import time

import pytest

from documents.writing.compare import between, runs


@pytest.mark.parametrize(
    ("before", "after", "marked"),
    [
        ("于3月5日前报送", "于3月15日前报送", "于3月[-5][+15]日前报送"),
        ("各科室应当按期报送", "各科室应当按期报送。", "各科室应当按期报送[+。]"),
        ("请认真落实", "请抓好落实", "请[-认真][+抓好]落实"),
        ("甲的丙", "乙的丁", "[-甲的丙][+乙的丁]"),
        ("一字未改", "一字未改", "一字未改"),
        ("", "新写的一段", "[+新写的一段]"),
        ("共128项GB/T标准", "共130项GB/T标准", "共[-128][+130]项GB/T标准"),
    ],
)
def test_runs(before: str, after: str, marked: str) -> None:
    signs = {"same": "{}", "out": "[-{}]", "in": "[+{}]"}
    assert "".join(signs[kind].format(text) for kind, text in runs(before, after)) == marked


def test_both_texts_can_be_read_back() -> None:
    before, after = "现将有关事项通知如下：\n一、要求", "现就有关工作通知如下：\n一、总体要求"
    found = list(runs(before, after))
    assert "".join(text for kind, text in found if kind != "in") == before
    assert "".join(text for kind, text in found if kind != "out") == after


def test_a_long_text_is_compared_in_a_moment() -> None:
    lines = [f"第{n}项工作由各科室按照职责分工抓好落实，并按期报送。" for n in range(2000)]
    changed = [line.replace("按期", "按时") if n % 3 else line for n, line in enumerate(lines)]
    begun = time.perf_counter()
    found = list(runs("\n".join(lines), "\n".join(changed)))
    assert time.perf_counter() - begun < 2
    assert "".join(text for kind, text in found if kind != "out") == "\n".join(changed)


def test_only_the_parts_that_differ_are_shown() -> None:
    old = {"title": "关于报送材料的通知", "addressees": ["各科室"], "body": "请报送。"}
    new = old | {"addressees": ["各科室", "各分中心"]}
    assert [change.runs for change in between(old, new)] == [
        [("same", "各科室"), ("in", "\n各分中心")]
    ]
