"""The registers one box looks through. Later areas add their line here."""

from typing import Any

from django.apps import apps

# "app.Model", the permission that opens the register, and its icon. The model gives
# `search_words()`, `search_day`, `reference`, `get_absolute_url()` and a queryset `visible_to`.
REGISTERS: tuple[tuple[str, str, str], ...] = (
    ("documents.IncomingDocument", "documents.view_incoming", "inbox"),
    ("documents.Dispatch", "documents.view_dispatch", "outbox"),
)


def models_of(user: Any) -> list[Any]:
    """Return the models whose registers a person may open, in the order above."""
    return [
        apps.get_model(name) for name, permission, _icon in REGISTERS if user.has_perm(permission)
    ]


def icon_of(model: Any) -> str:
    """Return the icon of a register."""
    return next((icon for name, _, icon in REGISTERS if name == model._meta.label), "table")
