"""Tell people something, once; a sweep delivers it by mail later."""

from collections.abc import Iterable

from office import clock
from office.notifications.models import Notice
from office.people.models import User


def notify(people: Iterable[User], *, key: str, text: str, url: str = "") -> None:
    """Tell each person once under this key; telling again changes nothing."""
    Notice.objects.bulk_create(
        [Notice(recipient=person, key=key, text=text[:500], url=url) for person in people],
        ignore_conflicts=True,
    )


def mark_read(user: User, pks: Iterable[int] | None = None) -> int:
    """Mark a person's notices as read: some, or all."""
    mine = Notice.objects.filter(recipient=user, read_at=None)
    if pks is not None:
        mine = mine.filter(pk__in=list(pks))
    return mine.update(read_at=clock.now())
