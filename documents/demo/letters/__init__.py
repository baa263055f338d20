"""演示收文: every letter of the demonstration, oldest first, and the classified envelopes."""

from documents.demo.letters.envelopes import ENVELOPES
from documents.demo.letters.late_november import LATE_NOVEMBER
from documents.demo.letters.mid_november import MID_NOVEMBER
from documents.demo.letters.november import NOVEMBER
from documents.demo.letters.october import OCTOBER
from documents.demo.letters.september import SEPTEMBER
from documents.demo.letters.shape import EnvelopeData, Letter

LETTERS: tuple[Letter, ...] = (*SEPTEMBER, *OCTOBER, *NOVEMBER, *MID_NOVEMBER, *LATE_NOVEMBER)

__all__ = ["ENVELOPES", "LETTERS", "EnvelopeData", "Letter"]
