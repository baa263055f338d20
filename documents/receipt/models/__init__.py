"""The tables of receipt."""

from documents.receipt.models.document import IncomingDocument, IncomingGrant
from documents.receipt.models.papers import Assist, Extension, Instruction, Link, Opinion, Reader

__all__ = [
    "Assist", "Extension", "IncomingDocument", "IncomingGrant", "Instruction", "Link", "Opinion",
    "Reader",
]  # fmt: skip
