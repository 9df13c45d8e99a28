"""Files that an earlier run brought and that the service no longer lists: consent was withdrawn, say."""

from __future__ import annotations

from .ledger import Done, Ledger
from .options import Withdrawn
from .place import QUARANTINE, Place


def withdraw(place: Place, ledger: Ledger, jobs: list[str], min_score: int, what: Withdrawn) -> None:
    """Enter what is in the manifest for these jobs but was not listed, and do with it what was asked.

    Only files of at least `min_score` stars count: others would not have been listed.
    """
    found = ledger.not_listed(jobs, min_score)
    if what == "quarantine":
        place.quarantine([(id, name) for id, name, _ in found])
    for id, name, size in found:
        if what == "keep" and not place.has(name):
            continue
        if what == "delete":
            place.delete(name)
        now = f"{QUARANTINE}/{name}" if what == "quarantine" else name
        ledger.withdraw(Done(id, "withdrawn", size), now, keep=what == "keep")
    # Before the manifest forgets them: none may come back when the power goes.
    place.flush([name for _, name, _ in found])
