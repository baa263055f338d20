"""What lies under the pages: parsers, queue, log, packages (A19, A34, A37)."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from office.embedded import REDIS_CONF
from tests.architecture.test_house import SOURCES, imports

ROOT = Path(settings.BASE_DIR)
EXECUTES = ("pickle", "marshal", "shelve", "yaml", "xml", "lxml")


def test_a19_nothing_of_ours_unpickles_or_reads_yaml() -> None:
    found = {
        str(path): name
        for path in SOURCES
        for name in imports(path)
        if name.startswith(EXECUTES) and not name.endswith("ParseError")
    }
    assert found == {}


def test_a19_the_queue_takes_json_and_the_private_redis_a_socket() -> None:
    assert settings.CELERY_ACCEPT_CONTENT == ["json"]
    assert settings.CELERY_TASK_SERIALIZER == "json"
    assert re.search(r"^port 0$", REDIS_CONF, re.MULTILINE)
    assert re.search(r"^unixsocketperm 7[0-7]0$", REDIS_CONF, re.MULTILINE)
    assert settings.SESSION_SERIALIZER.endswith("JSONSerializer")


@pytest.mark.django_db
def test_a34_nobody_writes_lines_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """Neither a name that is typed nor an address begins a line; nor is a name kept there."""
    forged = "zhao\n2026-11-25 09:00:00 CRITICAL root everything is lost"
    with caplog.at_level(logging.INFO):
        for n in range(6):
            given = {"username": forged, "password": f"Secret-word-{n}"}
            Client(headers={"user-agent": "x"}).post("/sign-in/", given)
        Client().get("/nowhere/%0A2026-11-25 CRITICAL root lost/")
        Client().post("/language/", {"language": "en"}, headers={"host": "evil.example"})
    lines: list[Any] = [record.getMessage() for record in caplog.records]
    assert lines
    assert [line for line in lines if "\n" in line or "Secret-word" in line or "zhao" in line] == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a37_every_package_is_pinned_with_its_hashes(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf8")
    packages = re.findall(r"^[a-z0-9][^\n]*(?:\n[ ]+[^\n]*)*", text, re.MULTILINE)
    assert len(packages) > 50
    for package in packages:
        assert re.match(r"[\w.\-\[\],]+==\S+", package), package[:60]
        assert "--hash=sha256:" in package, package[:60]
    assert not re.search(r"https?://", re.sub(r"#.*", "", text))
