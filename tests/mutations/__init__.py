"""Mutations of a contract, and what a report on each must say.

`kind.py` has the words, `judge.py` the verdict, `regenerated.py` the slow half.
"""

from __future__ import annotations

from . import (  # noqa: F401 (each adds its kinds)
    answers,
    events,
    everywhere,
    fields,
    limits,
    operations,
    parameters,
    sames,
    service,
    unions,
    values,
)
from .contract import Contract
from .kind import KINDS, Kind, Mutant

__all__ = ["KINDS", "Contract", "Kind", "Mutant"]
