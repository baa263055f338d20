"""The tree of units, read in one query."""

from office.people.models import Unit


def walk() -> list[tuple[int, int]]:
    """Return every unit's key and depth, in the order of the tree (siblings by their order)."""
    children: dict[int | None, list[int]] = {}
    for pk, parent in Unit.objects.order_by("order", "pk").values_list("pk", "parent"):
        children.setdefault(parent, []).append(pk)
    found: list[tuple[int, int]] = []
    waiting = [(pk, 0) for pk in reversed(children.get(None, []))]
    while waiting:
        pk, depth = waiting.pop()
        found.append((pk, depth))
        waiting += [(child, depth + 1) for child in reversed(children.get(pk, []))]
    return found


def below(unit: int) -> set[int]:
    """Return a unit's key and those of every unit below it."""
    found: set[int] = set()
    inside = -1
    for pk, depth in walk():
        if pk == unit:
            inside = depth
        elif depth <= inside:
            inside = -1
        if inside >= 0:
            found.add(pk)
    return found
