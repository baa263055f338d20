"""The weekly word to the heads of units, and their list by mail."""

from celery import shared_task

from office import clock
from office.overdue import letters, services


@shared_task(time_limit=600)
def tell_heads() -> int:
    """Tell heads what their units are late with; runs every morning, tells once a week."""
    return services.tell_heads(clock.today())


@shared_task(time_limit=600)
def mail_lists() -> int:
    """Mail each his list; runs all day, writes one letter a person and week."""
    return letters.write_lists()
