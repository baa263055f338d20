"""Services and databases of a test run; what the tests need besides stands with each area.

Every run takes the lowest free slot and has its own test database and Redis databases, so several
runs can go on at once in one tree. A test database is kept between runs (`--reuse-db`) and made
anew when any migration has changed.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from office import embedded

SLOTS = 8
LONGEST = (  # files that take long, begun first: no worker waits for another at the end
    "test_life", "test_life_again", "test_draft_to_answer", "test_every_page", "test_writing",
    "test_mail_killed", "test_figures_speed", "test_typesetting", "test_measuring",
)  # fmt: skip
REDIS_DATABASES_PER_SLOT = 8
_held: list[IO[str]] = []  # the lock lasts as long as this process


def _take_slot() -> int:
    """Return this run's slot; workers inherit the one of the run that started them."""
    if inherited := os.environ.get("OFFICE_TEST_SLOT"):
        return int(inherited)
    folder = settings.VAR / "slots"
    folder.mkdir(parents=True, exist_ok=True)
    for slot in range(SLOTS):
        file = (folder / f"{slot}.lock").open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            continue
        _held.append(file)
        os.environ["OFFICE_TEST_SLOT"] = str(slot)
        return slot
    pytest.exit(f"{SLOTS} test runs are going on already: wait for one to end.", returncode=3)


embedded.ensure(settings.VAR, durable=False)
settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
SLOT = _take_slot()
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))

if "OFFICE_REDIS_URL" not in os.environ:
    number = SLOT * REDIS_DATABASES_PER_SLOT + WORKER % REDIS_DATABASES_PER_SLOT
    settings.REDIS_URL = embedded.redis_url(settings.VAR, number)
    settings.CACHES["default"]["LOCATION"] = settings.REDIS_URL
    settings.CELERY_BROKER_URL = embedded.broker_url(settings.REDIS_URL)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    order = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.stem, len(LONGEST)))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest) -> None:
    """Name the database after the slot; pytest-django adds the worker."""
    database = settings.DATABASES["default"]
    database.setdefault("TEST", {})["NAME"] = f"test_{database['NAME']}_{SLOT}"
    request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")


@pytest.fixture(scope="session")
def django_db_createdb(request: pytest.FixtureRequest, django_db_modify_db_settings: None) -> bool:
    """Tell whether the kept database no longer fits."""
    asked = request.config.getoption("create_db")
    mark = _schema_mark()
    return asked or not mark.exists() or mark.read_text() != _schema()


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_createdb: bool, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Make the database, then note which migrations it was made from.

    Tests with real transactions empty every table at their end, so here the trail allows it.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE office_entry DISABLE TRIGGER office_entry_no_truncate")
    _schema_mark().write_text(_schema())


def _schema_mark() -> Path:
    name: str = settings.DATABASES["default"]["TEST"]["NAME"]
    return Path(settings.VAR) / "slots" / f"{name}.schema"


def _schema() -> str:
    digest = hashlib.sha256()
    for path in sorted(settings.BASE_DIR.glob("*/migrations/*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


@pytest.fixture(scope="session", autouse=True)
def media(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep uploads of tests out of everybody's way."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield
