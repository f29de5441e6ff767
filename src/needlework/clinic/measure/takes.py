"""The photographs of one visit: which views, which are there, and what each is held against."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.utils.translation import gettext_lazy as _

from needlework.clinic import current, storage
from needlework.clinic.models.people import Patient
from needlework.clinic.models.photographs import Photograph
from needlework.imaging import photo, regions
from needlework.imaging.align import reduced
from needlework.records.why import Refusal

FACE = {
    "front": _("Front"),
    "left oblique": _("Left oblique"),
    "right oblique": _("Right oblique"),
}
"""Left and right are the person's own: the left oblique shows the left cheek."""
FRAME_PX = 420


@dataclass(frozen=True, slots=True)
class Take:
    """One view of this visit."""

    view: str
    name: str
    done: bool


def name(view: str) -> str:
    """How a view is called; empty where none was said."""
    return str(FACE.get(view) or zones().get(view, view))


def known(view: str) -> bool:
    return view in FACE or view in zones()


def of(person: Patient, *, on: date) -> list[Take]:
    """The views to take today: the face from three sides, and planned zones that the face does not show."""
    there = set(Photograph.open_of(person).filter(taken_on=on).values_list("view", flat=True))
    return [Take(view, name(view), view in there) for view in (*FACE, *_elsewhere(person))]


def ghost(person: Patient, view: str, *, on: date) -> Photograph | None:
    """
    The photograph that a new one is held against: the first of this view, taken on an earlier day.

    A photograph whose view was never said is taken for one from the front, where there is no other.
    """
    earlier = Photograph.open_of(person).filter(taken_on__lt=on).order_by("taken_on", "created_at")
    unsaid = earlier.filter(view="").first() if view == "front" else None
    return earlier.filter(view=view).first() or unsaid


def frame(held: Photograph) -> tuple[float, float, float, float] | None:
    """
    Where the skin lies in a photograph: left, top, width, height as shares of the picture.

    Who fills it again stands as far away as then. None where no skin is found.
    """
    seen = photo.decode(storage.read(held.working))
    if isinstance(seen, Refusal):
        return None
    skin = regions.skin(reduced(seen, longest_px=FRAME_PX)[0])
    rows, columns = np.nonzero(skin.any(axis=1))[0], np.nonzero(skin.any(axis=0))[0]
    if not len(rows):
        return None
    high, wide = skin.shape
    left, top = columns[0] / wide, rows[0] / high
    return left, top, (columns[-1] + 1) / wide - left, (rows[-1] + 1) / high - top


def _elsewhere(person: Patient) -> Iterator[str]:
    plan = person.plans.filter(replaced_by=None).first()
    parts = {zone.id: zone.where for zone in current.protocol().zones.zone}
    for zone in plan.as_record().zones if plan else ():
        if parts.get(zone.zone, "") != "face":
            yield zone.zone


def zones() -> dict[str, str]:
    return {zone.id: zone.name for zone in current.protocol().zones.zone}
