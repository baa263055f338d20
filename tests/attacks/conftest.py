"""The institution that is attacked: the one the tests of documents know."""

from tests.documents.conftest import english, office, plain_calendar

__all__ = ["english", "office", "plain_calendar"]
