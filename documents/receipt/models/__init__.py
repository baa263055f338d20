"""The tables of receipt."""

from documents.receipt.models.document import IncomingDocument
from documents.receipt.models.papers import Assist, Extension, Instruction, Link, Opinion, Reader
from documents.receipt.models.querysets import IncomingGrant

__all__ = [
    "Assist", "Extension", "IncomingDocument", "IncomingGrant", "Instruction", "Link", "Opinion",
    "Reader",
]  # fmt: skip
