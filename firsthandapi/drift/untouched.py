"""What is the same in two documents, with all that it leads to: it need not be compared.

A component is *untouched* if both documents say the same of it, and of every component that it refers to, and so on.
"""

from __future__ import annotations

from typing import Any

from .references import Document, Located, escaped, mapping, references, sequence


class Untouched:
    """Tells what two documents have in common. What it does not know may be the same still."""

    def __init__(self, old: Document, new: Document) -> None:
        before, now = (document.at("components") for document in (old, new))
        leads = {
            f"#/components/{section}/{escaped(name)}": references(node.value)
            for section, holder in before.children()
            for name, node in holder.children()
            if name in mapping(now.child(section).value) and _equal(node.value, now.child(section).get(name))
        }
        # A reference into the middle of a component, or to somewhere else, is in no component's name: it counts as
        # touched, and so does whatever has it.
        while True:
            touched = [name for name, led_to in leads.items() if not led_to <= leads.keys()]
            if not touched:
                break
            for name in touched:
                del leads[name]
        self._components = leads.keys()

    def has(self, old: Located, new: Located) -> bool:
        """Whether two values stand at one place, and mean the same for sure."""
        return old.pointer == new.pointer and _equal(old.value, new.value) and references(old.value) <= self._components


def _equal(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON; to `==`, 1 is the same as true."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        said, others = mapping(one), mapping(other)
        return said.keys() == others.keys() and all(_equal(child, others[key]) for key, child in said.items())
    if isinstance(one, list):
        return len(sequence(one)) == len(other) and all(map(_equal, sequence(one), sequence(other)))
    return bool(one == other)
