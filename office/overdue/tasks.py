"""The weekly word to the heads of units."""

from celery import shared_task

from office import clock
from office.overdue import services


@shared_task(time_limit=600)
def tell_heads() -> int:
    """Tell heads what their units are late with; runs every morning, tells once a week."""
    return services.tell_heads(clock.today())
