"""The scheduler, which also tells that it lives."""

from typing import Any

from celery.beat import PersistentScheduler

from office.operation.checks import BEAT, beat_of


class Clock(PersistentScheduler):
    """Celery's own, with a sign of life at each look at the schedule."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Start what is due; return after how many seconds to look again."""
        beat_of(BEAT)
        wait: float = super().tick(*args, **kwargs)
        return wait
