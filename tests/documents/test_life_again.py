"""The same seed makes the same rows: in another process, in whatever order its sets are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LIVED = """
import datetime as dt
import django
django.setup()
from django.db import transaction
from documents.demo import build, daily
with transaction.atomic():
    build.empty()
    sunday = dt.date(2026, 8, 2)
    life = build.everything(
        lambda _words: None, told=False, weeks=1, until=sunday, seed=7, scale=0.5
    )
    assert life.time.base == dt.date(2026, 7, 31)
    print(daily.digest())
    transaction.set_rollback(True)
"""


def lived(hash_seed: int, var: Path) -> str:
    database = settings.DATABASES["default"]
    home = f"{database['USER']}@:{database['PORT']}/{database['NAME']}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "office.settings",
        "PYTHONHASHSEED": str(hash_seed),
        "OFFICE_VAR": str(var),
        "OFFICE_SECRET_KEY": "only for this test",
        "OFFICE_DATABASE_URL": f"postgres://{home}?host={quote(database['HOST'])}",
        "OFFICE_REDIS_URL": settings.REDIS_URL,
    }
    done = subprocess.run(
        [sys.executable, "-c", LIVED], env=environment, cwd=settings.BASE_DIR,
        check=True, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    return done.stdout.strip()


def test_the_same_seed_makes_the_same_rows_in_two_processes(tmp_path: Path) -> None:
    first, second = (lived(hash_seed, tmp_path) for hash_seed in (1, 2))
    assert len(first) == 64
    assert first == second
