"""What a new installation starts with."""

from documents.reference.defaults import STEP_LIMITS
from documents.reference.models import Phrase, RetentionClass, StepLimit
from documents.reference.phrases import PHRASES
from documents.reference.seed import load


def test_defaults_are_loaded_once_and_kept_as_edited(db: None) -> None:
    assert all(load().values())
    StepLimit.objects.filter(step="screen").update(hours=99)
    Phrase.objects.filter(step="read").first().delete()  # type: ignore[union-attr]
    RetentionClass.objects.first().delete()  # type: ignore[union-attr]
    assert not any(load().values())
    assert StepLimit.objects.get(step="screen").hours == 99
    assert StepLimit.objects.count() == len(STEP_LIMITS)


def test_phrases_fit_their_column() -> None:
    longest = Phrase._meta.get_field("text").max_length or 0
    assert all(len(text) <= longest for texts in PHRASES.values() for text in texts)
