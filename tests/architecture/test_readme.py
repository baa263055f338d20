"""The README tells the truth about the commands it names."""

from pathlib import Path

import pytest

from documents.drafting.models import Dispatch
from documents.receipt.models import IncomingDocument
from office.management.commands.show_workflows import markdown
from office.workflow import Stateful

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf8")


@pytest.mark.parametrize("model", [IncomingDocument, Dispatch])
def test_the_state_tables_are_those_of_the_code(model: type[Stateful]):
    tables = (ROOT / "docs" / "states.md").read_text(encoding="utf8")
    told = tables.split(f"<!-- {model.workflow.kind} -->")[1].split("<!-- end -->")[0]
    assert told.strip() == markdown(model)


@pytest.mark.parametrize("name", ["demo", "test", "setup", "server", "bench"])
def test_every_script_the_readme_names_is_there(name):
    assert f"script/{name}" in README
    assert (ROOT / "script" / name).is_file()


def test_every_picture_the_readme_shows_is_there():
    shown = [part.split(")")[0] for part in README.split("](")[1:] if part.startswith("docs/")]
    assert shown
    assert [path for path in shown if not (ROOT / path).is_file()] == []
