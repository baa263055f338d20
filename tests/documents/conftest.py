"""The institution and the quiet calendar that the tests of documents share."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from office.workdays import calendar
from tests.documents.factories import Office, make_office


@pytest.fixture(autouse=True)
def plain_calendar() -> Iterator[None]:
    """Forget holidays another test may have left in the cache."""
    calendar.forget()
    yield
    calendar.forget()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Read refusals as the code writes them, whatever the catalogue says."""
    with translation.override("en"):
        yield


@pytest.fixture
def office(db: None) -> Office:
    return make_office()
