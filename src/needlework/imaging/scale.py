"""The size of a pixel of a photograph, and what told it: somebody, a card, or the irises."""

from collections.abc import Callable
from dataclasses import dataclass

from needlework.imaging import iris
from needlework.imaging.face import Face, Models
from needlework.imaging.photo import Photo
from needlework.records.why import Refusal


@dataclass(frozen=True, slots=True)
class Scale:
    """The size of a pixel of the earlier photograph, and what told it."""

    mm_per_px: float | None = None
    source: str = ""
    """given, card or iris; empty where lengths are relative."""


def of(
    before: Photo,
    *,
    given: float | None,
    card: float | None,
    face: Face | None,
    networks: Callable[[], Models | Refusal],
) -> Scale:
    """As given, else a card's, else that of the irises, which need the face's networks."""
    if given is not None:
        return Scale(given, "given")
    if card:
        return Scale(card, "card")
    models = networks() if face is not None else None
    if face is None or models is None or isinstance(models, Refusal):
        return Scale()
    of_eyes = iris.mm_per_px(before, face, models)
    return Scale(of_eyes, "iris") if of_eyes else Scale()
