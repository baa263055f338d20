"""The weekly rehearsal."""

from celery import shared_task

from office.backup import services


@shared_task(name="office.backup.rehearse")
def rehearse() -> bool:
    """Ask for a rehearsal of the newest backup; a second beat asks for no second one."""
    return services.ask_for_rehearsal() is not None
