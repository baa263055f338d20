"""The worker's sign of life."""

from celery import shared_task

from office.operation.checks import WORKER, beat_of


@shared_task(name="office.operation.pulse")
def pulse() -> None:
    """Note that a worker did what the schedule asked."""
    beat_of(WORKER)
