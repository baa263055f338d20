"""The nightly sweep of drafts and of files that no form came for."""

from celery import shared_task

from office.drafts import services


@shared_task(time_limit=600)
def sweep_drafts() -> int:
    """Forget what was begun a week ago and left; a second run changes nothing."""
    return services.sweep()
