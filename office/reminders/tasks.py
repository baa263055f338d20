"""The clock of reminding: urgent things every minute, everything every ten, safe to repeat."""

from celery import shared_task
from django.db import OperationalError

from office.reminders import letters
from office.reminders.models import SINGLY


@shared_task(
    name="office.reminders.urgent",
    time_limit=300,
    autoretry_for=(OperationalError,),
    retry_backoff=2,
)
def urgent() -> int:
    """Tell what is most urgent, on any day and at any hour."""
    return letters.remind(least=SINGLY)


@shared_task(
    name="office.reminders.remind",
    time_limit=1800,
    autoretry_for=(OperationalError,),
    retry_backoff=2,
)
def remind() -> int:
    """Climb every ladder, then write the digests whose hour has come."""
    return letters.remind()
