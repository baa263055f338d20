"""The sender: woken by each letter that is written, and by the clock."""

from celery import shared_task

from office.mail import delivery, services


@shared_task(name=services.TASK)
def send() -> int:
    """Send what waits in the outbox. It takes no arguments: nobody can name a recipient (A40)."""
    return delivery.deliver()


@shared_task(name="office.mail.forget")
def forget() -> int:
    """Blank what letters said longer ago than it is kept; a second run changes nothing."""
    return services.forget_texts()
