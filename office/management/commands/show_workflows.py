"""Print every state table as Markdown; the README holds the same text, and a test compares."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand

from office.workflow import Stateful


class Command(BaseCommand):
    help = "Print the state tables as Markdown."

    def handle(self, *_args: Any, **_options: Any) -> None:
        for model in apps.get_models():
            if issubclass(model, Stateful) and not model._meta.abstract:
                self.stdout.write(markdown(model))


def markdown(model: type[Stateful]) -> str:
    """Return the state table of one kind of row: the steps that move it, then those that do not."""
    lines = ["| step | from | to | under |", "| --- | --- | --- | --- |"]
    field: Any = model._meta.get_field("state")  # type: ignore[misc]
    order = [str(state) for state, _label in field.choices]
    for step in model.workflow:
        if step.targets:
            sources, targets = _states(step.sources, order), _states(step.targets, order)
            lines.append(f"| {step.name} | {sources} | {targets} | {step.under} |")
    still = ", ".join(step.name for step in model.workflow if not step.targets)
    return "\n".join([*lines, "", f"Steps that leave it where it is: {still}."])


def _states(states: frozenset[str], order: list[str]) -> str:
    return ", ".join(sorted(map(str, states), key=order.index))
