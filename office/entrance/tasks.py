"""The nightly sweep of sessions and sign-ins."""

from celery import shared_task

from office.entrance import services


@shared_task(time_limit=600)
def sweep_sign_ins() -> int:
    """Forget sessions that have run out and sign-ins of long ago; safe to repeat."""
    return services.sweep()
