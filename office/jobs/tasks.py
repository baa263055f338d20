"""The worker's end of long work."""

from celery import shared_task

from office.jobs import services


@shared_task(name=services.TASK, time_limit=3600)
def run(pk: int) -> bool:
    """Do one job by its key; a second run of a job that was taken does nothing."""
    return services.run(int(pk))


@shared_task(name="office.jobs.recover")
def recover() -> int:
    """End the jobs whose worker was killed, so that nobody waits for them."""
    return services.recover()


@shared_task(name="office.jobs.sweep")
def sweep() -> int:
    """Delete the files that are kept no longer."""
    return services.sweep()
