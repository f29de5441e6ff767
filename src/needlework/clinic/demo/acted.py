"""The demo acts as the pages do: with keys of its own, and with no refusal."""

from typing import TypeVar
from uuid import UUID

from needlework.records.why import Refusal

KEYS = UUID("5f0a3c5e-6f3d-4a5e-9d10-3c1f9a7b2e44")
"""Namespace of the keys with which the demo sends its forms: the same on each machine."""

T = TypeVar("T")


def done(made: T | Refusal) -> T:
    """What an action gave; a demo that is refused is a broken program."""
    if isinstance(made, Refusal):
        told = "; ".join(f"{reason.key} {reason.problem} {reason.do}" for reason in made.reasons)
        raise RuntimeError(f"The demo clinic could not be made: {told}")
    return made
