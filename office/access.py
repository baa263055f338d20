"""Roles as code: what a role may do. Who holds a role is data (`User.roles`)."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Role:
    """One role: its label, what it may do, and whether the back-office opens for it."""

    label: Any
    permissions: frozenset[str] = frozenset()
    back_office: bool = False


def _documents(verbs: str) -> frozenset[str]:
    return frozenset(f"documents.{verb}_incoming" for verb in verbs.split())


def _dispatches(verbs: str) -> frozenset[str]:
    return frozenset(f"documents.{verb}_dispatch" for verb in verbs.split())


def _reference(*models: str) -> frozenset[str]:
    verbs = ("view", "add", "change", "delete")
    return frozenset(f"documents.{verb}_{model}" for model in models for verb in verbs)


READ_ALL = _documents("view view_all")
DAILY = _documents(
    "view read claim progress transfer ask_extension handle assist answer "
    "urge attach withdraw send_back annotate"
)
WRITES = _dispatches(  # whoever works here drafts, and takes part in what others draft
    "view draft edit answer_finding submit comment resolve attach withdraw send_back annotate "
    "acknowledge urge"
)
ALL_DISPATCHES = frozenset(  # who reads the whole book takes it away, as with receipt
    {"documents.view_all_dispatches", "documents.print_dispatch_forms"}
)
DISPATCH_BOOKS = frozenset({"documents.view_impression", "documents.view_copy"})  # 用印、分发
OVERVIEW = frozenset({"office.view_workitem"})  # who is late, unit by unit
FIGURES = frozenset({"documents.view_figures"})  # of all one may read; for heads, of the unit
BOOKS = _reference("sender", "urgencylimit", "steplimit", "retentionclass", "phrase", "skeleton")
CALENDAR = frozenset(f"office.{v}_exceptionalday" for v in ("view", "add", "change", "delete"))
LADDER = frozenset(f"office.{v}_ladder" for v in ("view", "add", "change"))
PEOPLE = frozenset(
    f"office.{v}_{m}" for m in ("unit", "user", "post") for v in ("view", "add", "change")
)

ROLES: dict[str, Role] = {
    "staff": Role(_("Staff"), DAILY | WRITES),
    "section_head": Role(
        _("Head of unit"),
        DAILY
        | WRITES
        | FIGURES
        | _documents("name_handler circulate")
        | _dispatches("review countersign"),
    ),
    "registry_clerk": Role(
        _("Registry clerk"),
        READ_ALL
        | DAILY
        | BOOKS
        | FIGURES
        | _documents(
            "sign_for register correct reply close file circulate recall_reader void link "
            "import print export"
        )
        | WRITES
        | ALL_DISPATCHES
        | DISPATCH_BOOKS
        | _dispatches("register print seal distribute note_sent note_received close file void"),
        back_office=True,
    ),
    "office_staff": Role(
        _("Office staff"),
        READ_ALL
        | DAILY
        | WRITES
        | ALL_DISPATCHES
        | DISPATCH_BOOKS
        | _documents("screen reject circulate link print export")
        | _dispatches("check refuse recheck revise note_countersign note_signature seal"),
    ),
    "office_director": Role(
        _("Office director"),
        READ_ALL
        | DAILY
        | BOOKS
        | CALENDAR
        | LADDER
        | OVERVIEW
        | FIGURES
        | frozenset({"office.arrange_acting", "documents.settle_figures"})
        | _documents(
            "propose distribute name_handler decide_extension circulate recall_reader "
            "close void link print export screen reject"
        )
        | WRITES
        | ALL_DISPATCHES
        | DISPATCH_BOOKS
        | _reference("organcode", "seal")
        | _dispatches(
            "check refuse review countersign recheck revise note_countersign note_signature void"
        ),
        back_office=True,
    ),
    "leader": Role(
        _("Leader"),
        READ_ALL
        | DAILY
        | OVERVIEW
        | FIGURES
        | _documents("instruct decide_extension circulate print export")
        | WRITES
        | ALL_DISPATCHES
        | _dispatches("sign review"),
    ),
    "confidential_clerk": Role(
        _("Confidential clerk"), DAILY | WRITES | _documents("collect view_sealed")
    ),
    "archivist": Role(
        _("Archivist"), READ_ALL | DAILY | WRITES | ALL_DISPATCHES | _documents("print export")
    ),
    "system_officer": Role(
        _("System officer"),
        PEOPLE
        | CALENDAR
        | LADDER
        | frozenset(
            {
                "office.view_series",
                "office.arrange_acting",
                "office.operate",
                "office.keep_mail",
            }
        ),
        back_office=True,
    ),
    "security_officer": Role(
        _("Security officer"),
        frozenset({"office.view_unit", "office.view_user", "office.grant_roles"}),
        back_office=True,
    ),
    "audit_officer": Role(
        _("Audit officer"), frozenset({"office.view_entry", "office.view_user"}), back_office=True
    ),
}

# 三员: the three officers are three people, and hold no business role beside their own.
OFFICERS = ("system_officer", "security_officer", "audit_officer")


@lru_cache(maxsize=512)
def _union(roles: tuple[str, ...]) -> frozenset[str]:
    return frozenset().union(*(ROLES[role].permissions for role in roles if role in ROLES))


def permissions_of(roles: Iterable[str]) -> frozenset[str]:
    """Return every permission that some roles carry together."""
    return _union(tuple(roles))


def roles_with(permission: str) -> list[str]:
    """Return the roles that carry a permission."""
    return [key for key, role in ROLES.items() if permission in role.permissions]


def conflict(roles: Iterable[str]) -> str:
    """Return why these roles may not be one person's, or an empty string."""
    held = set(roles)
    if len(held & set(OFFICERS)) > 1:
        return str(_("The three officers are three people (三员分离)."))
    if held & set(OFFICERS) and held - set(OFFICERS):
        return str(_("An officer holds no business role."))
    return ""
