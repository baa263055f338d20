"""演示发文: every text the living office writes, and its answers to what comes in."""

from documents.demo.texts.circulars import CIRCULARS
from documents.demo.texts.notices import NOTICES
from documents.demo.texts.outward import OUTWARD
from documents.demo.texts.replies import ANSWERS, WORK
from documents.demo.texts.season import SEASON
from documents.demo.texts.shape import Answer, Text

TEXTS: tuple[Text, ...] = (*NOTICES, *SEASON, *CIRCULARS, *OUTWARD)

__all__ = ["ANSWERS", "TEXTS", "WORK", "Answer", "Text"]
