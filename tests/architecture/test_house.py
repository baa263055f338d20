"""The rules of the house that no linter knows, read from source and models."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.management import call_command
from django.db import models

from documents.drafting import workflow as drafting
from documents.drafting.workflow import DISPATCH
from documents.receipt.workflow import INCOMING, OPEN, SIDE_LANES, STAGES, State
from documents.reference.defaults import STEP_LIMITS
from office.access import OFFICERS, ROLES
from office.workflow import Stateful
from tests.documents.test_receipt_at_once import CASES

ROOT = Path(settings.BASE_DIR)
APPS = ("office", "documents", "finance", "meetings", "logistics", "oversight")
SOURCES = sorted(
    path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts
)
OURS = [model for app in APPS for model in apps.get_app_config(app).get_models()]
# Where a row ends, and where it is open.
ENDS = {
    "incoming": ({"collected", "rejected", "void", "filed"}, OPEN),
    "dispatch": ({"not_issued", "void", "filed"}, drafting.OPEN),
}
STATEFUL = [model for model in OURS if issubclass(model, Stateful)]
# Colleagues and units are chosen by everybody; what is guarded are the rows of business.
GUARDED = {m.__name__ for m in OURS if hasattr(m._default_manager, "visible_to")} - {"User", "Unit"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def parts(pattern: str) -> list[Path]:
    """Return the source files that play one part: views.py, or any file of a views/ folder."""
    found = re.compile(rf"(^|/){pattern}(\.py|/[^/]+\.py)$")
    return [path for path in SOURCES if found.search(name_of(path))]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf8"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def calls_on_objects(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (model, method) for every X.objects.method in a file."""
    for node in ast.walk(tree(path)):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Attribute)
            and node.value.attr == "objects"
            and isinstance(node.value.value, ast.Name)
        ):
            yield node.value.value.id, node.attr


# Source


@pytest.mark.parametrize("path", [*parts("views"), *parts("forms")], ids=name_of)
def test_views_start_from_what_the_reader_may_see(path: Path) -> None:
    found = {method for model, method in calls_on_objects(path) if model in GUARDED}
    assert found <= {"visible_to"}


@pytest.mark.parametrize(
    "path", [p for part in ("models", "services", "workflow") for p in parts(part)], ids=name_of
)
def test_models_services_and_workflows_know_no_request(path: Path) -> None:
    assert not [name for name in imports(path) if name.startswith("django.http")]


def test_there_are_no_signals() -> None:
    banned = ("django.dispatch", "django.db.models.signals", "django.core.signals",
              "django.contrib.auth.signals")  # fmt: skip
    found = {
        name_of(path): name for path in SOURCES for name in imports(path) if name.startswith(banned)
    }
    assert found == {}


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    long = {
        name_of(p): n
        for p in SOURCES
        if (n := len(p.read_text(encoding="utf8").splitlines())) > 400
    }
    assert long == {}


def test_only_the_engine_and_its_services_write_a_state() -> None:
    """Nobody assigns `.state` beside `office.workflow.move`."""
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in SOURCES
        if name_of(path) != "office/workflow.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute) and target.attr == "state" and "demo" not in path.parts
    ]
    assert found == []


# Names of tables and databases, quoted, where no value can stand; and columns compiled by Django.
QUOTED = (
    "office/embedded.py",
    "office/listing.py",
    "documents/demo/build.py",
    "documents/benchmark",
    "documents/management/commands/bench.py",
)


def test_nobody_builds_sql_out_of_words() -> None:
    """A13: no raw(), no extra(), and no statement made by formatting."""
    found = []
    for path in SOURCES:
        for node in ast.walk(tree(path)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr in {"raw", "extra"} and isinstance(
                node.func.value, ast.Attribute | ast.Call
            ):
                found.append(f"{name_of(path)}:{node.lineno}")
            made = isinstance(node.args[0], ast.JoinedStr | ast.BinOp) if node.args else False
            if node.func.attr == "execute" and made:
                found.append(f"{name_of(path)}:{node.lineno}")
    assert [place for place in found if not place.startswith(QUOTED)] == []


# Tables


def test_indexes_list_every_table() -> None:
    """`<app>/models.py` names every model of the app, and nothing else."""
    for app in APPS:
        listed = {name.rsplit(".", 1)[1] for name in imports(ROOT / app / "models.py")}
        assert listed == {model.__name__ for model in apps.get_app_config(app).get_models()}, app


@pytest.mark.django_db
def test_migrations_match_the_models() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_ordering_is_total(model: type[models.Model]) -> None:
    """The last key is unique: two rows never change places between two pages."""
    grants = ("documents.IncomingGrant", "documents.DispatchGrant")
    if model._meta.label in (*grants, "office.SearchEntry"):
        pytest.skip("guardian's own tables; a copy for searching, unique by kind and row")
    ordering = model._meta.ordering
    assert ordering, f"{model._meta.label} has no ordering"
    last = str(ordering[-1]).lstrip("-")
    unique = last in ("pk", "id") or model._meta.get_field(last).unique  # type: ignore[union-attr]
    assert unique, f"{model._meta.label} is ordered by {ordering}"


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_nothing_is_deleted_along_with_something_else(model: type[models.Model]) -> None:
    """Facts are protected: only a person's own phrases and a row's grants go with it."""
    cascades = {
        f"{model._meta.label}.{field.name}"
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.OneToOneField)
        and field.remote_field.on_delete is models.CASCADE
    }
    allowed = {"documents.Phrase.owner", "office.SearchEntry.content_type"} | {
        f"documents.{grant}.{field}"
        for grant in ("IncomingGrant", "DispatchGrant")
        for field in ("content_object", "user", "permission")
    }
    assert cascades <= allowed


def test_a_stateful_table_is_not_edited_in_the_back_office() -> None:
    for model in STATEFUL:
        page = admin.site._registry.get(model)
        if page is None:
            continue
        request: Any = None
        assert not page.has_add_permission(request)
        assert not page.has_change_permission(request)
        assert not page.has_delete_permission(request)


# State tables


@pytest.mark.parametrize("model", STATEFUL, ids=lambda m: m._meta.label)
def test_every_state_can_be_reached_and_every_step_cites_its_rule(model: Any) -> None:
    field = model._meta.get_field("state")
    reached = {str(field.default)} | {str(to) for step in model.workflow for to in step.targets}
    # the other state in which a piece comes in
    doors = {str(State.SEALED)} if model.workflow is INCOMING else set()
    assert reached | doors == set(dict(field.choices))
    for step in model.workflow:
        assert step.under, step.name
        assert step.label, step.name
        assert step.sources <= set(dict(field.choices)), step.name


@pytest.mark.parametrize("model", STATEFUL, ids=lambda m: m._meta.label)
def test_every_state_leads_somewhere_or_is_an_end(model: Any) -> None:
    ends, is_open = ENDS[model.workflow.kind]
    left = {
        str(source)
        for step in model.workflow
        for source in step.sources
        if step.targets - {source}
    }  # fmt: skip
    assert set(dict(model._meta.get_field("state").choices)) - left == ends
    assert ends.isdisjoint(is_open)


@pytest.mark.parametrize("model", STATEFUL, ids=lambda m: m._meta.label)
def test_every_step_has_a_permission_that_somebody_holds(model: Any) -> None:
    declared = {codename for codename, _name in model._meta.permissions}
    assert {codename for codename, _name in model.workflow.permissions} <= declared
    held = frozenset().union(*(role.permissions for role in ROLES.values()))
    unheld = {code for code in declared if f"{model._meta.app_label}.{code}" not in held}
    assert unheld == set()


def test_every_permission_of_a_role_is_declared() -> None:
    declared = {
        f"{model._meta.app_label}.{code}"
        for model in OURS
        for code in [
            *(f"{verb}_{model._meta.model_name}" for verb in model._meta.default_permissions),
            *(code for code, _name in model._meta.permissions),
        ]
    }
    for key, role in ROLES.items():
        assert role.permissions <= declared, key


def test_what_is_stepped_and_timed_is_a_step() -> None:
    known = {*INCOMING.steps, "sign_for"}
    assert {row.step for row in STEP_LIMITS} <= known | set(DISPATCH.steps)
    assert set(SIDE_LANES) <= known
    assert {key for key, _label, _clause in STAGES} <= known | {"answer", "file"}
    assert set(CASES) | {"link"} == set(INCOMING.steps)
    assert set(drafting.SIDE_LANES) <= set(DISPATCH.steps)
    assert {key for key, *_rest in drafting.STAGES} <= {"draft", *DISPATCH.steps}


# Separation of duties


def steps_of(role: str, suffix: str = "_incoming") -> set[str]:
    prefix = "documents."
    return {
        p.removeprefix(prefix).removesuffix(suffix)
        for p in ROLES[role].permissions
        if p.endswith(suffix)
    }


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("register", "screen", "who registers does not examine his own registration"),
        ("propose", "instruct", "who proposes does not instruct"),
        ("collect", "register", "classified carriers and the open register lie in two hands"),
        ("register", "instruct", "the registry does not assign"),
        ("screen", "instruct", "who examines does not assign"),
    ],
)
def test_no_role_holds_both_halves_of_a_duty(one: str, other: str, why: str) -> None:
    assert [role for role in ROLES if {one, other} <= steps_of(role)] == [], why


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("check", "sign", "who checks does not sign"),
        ("register", "sign", "who gives the number does not sign"),
        ("register", "check", "who gives the number does not check the text"),
        ("register", "recheck", "who gives the number does not recheck the text"),
        ("sign", "seal", "who signs does not set the seal"),
    ],
)
def test_no_role_holds_both_halves_of_a_dispatch(one: str, other: str, why: str) -> None:
    both = [role for role in ROLES if {one, other} <= steps_of(role, "_dispatch")]
    assert both == [], why


def test_the_roles_that_grant_time_cannot_grant_their_own() -> None:
    """Everybody may handle, so nobody's role forbids asking: the state table does (A23)."""
    step = INCOMING.steps["decide_extension"]
    assert "no_extension" in {obstacle.__name__ for obstacle in step.unless}


@pytest.mark.parametrize("officer", OFFICERS)
def test_an_officer_has_no_part_in_any_document(officer: str) -> None:
    assert steps_of(officer) == set()
    assert not [p for p in ROLES[officer].permissions if p.startswith("documents.")]


def test_the_three_officers_share_no_power_but_looking() -> None:
    for one in OFFICERS:
        for other in OFFICERS:
            if one < other:
                shared = ROLES[one].permissions & ROLES[other].permissions
                assert all(".view_" in permission for permission in shared), (one, other)


def test_accounts_roles_and_trail_lie_in_three_hands() -> None:
    holders = {
        permission: {key for key, role in ROLES.items() if permission in role.permissions}
        for permission in ("office.add_user", "office.grant_roles", "office.view_entry")
    }
    assert holders == {
        "office.add_user": {"system_officer"},
        "office.grant_roles": {"security_officer"},
        "office.view_entry": {"audit_officer"},
    }


# Words


def test_no_sentence_for_people_is_formatted_before_it_is_translated() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"_", "gettext", "gettext_lazy", "_t", "pgettext", "ngettext"}
        and any(isinstance(arg, ast.JoinedStr) for arg in node.args)
    ]
    assert found == []


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_every_module_says_what_it_is(path: Path) -> None:
    body = tree(path).body
    if body:
        assert ast.get_docstring(tree(path)), name_of(path)
