"""Keep a photograph; compare two."""

import threading
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from needlework.clinic import current, storage
from needlework.clinic.models.people import Patient, User
from needlework.clinic.models.photographs import Comparison, Photograph
from needlework.clinic.models.planning import Plan
from needlework.clinic.once import used
from needlework.imaging import overlay, pair, photo, quality, regions
from needlework.imaging.pair import Sight
from needlework.imaging.photo import Photo
from needlework.imaging.regions import Region
from needlework.loop import measure
from needlework.records import WHOLE, Observation, Reason, Refusal

PAGE_PX, PAGE_QUALITY = 1600, 88
EARLIEST = date(1990, 1, 1)
"""Before this nobody took a digital photograph of skin: the year is a slip."""

ONE_AT_A_TIME = threading.Lock()
"""A photograph of 88 megapixels takes over a gigabyte to read: a second one waits its turn."""


def keep(
    *, patient: Patient, data: bytes, taken_on: date | None, once: UUID, by: User, at: datetime
) -> Photograph | Refusal:
    """
    Keep a photograph, byte for byte, with a copy for the pages.

    Decoded and judged before anything is kept: what cannot be measured is refused with what to do. The same
    photograph of the same person, sent again, is the one that is there.
    """
    with ONE_AT_A_TIME:
        return _kept(patient=patient, data=data, taken_on=taken_on, once=once, by=by, at=at)


def _kept(
    *, patient: Patient, data: bytes, taken_on: date | None, once: UUID, by: User, at: datetime
) -> Photograph | Refusal:
    decoded = photo.decode(data)
    if isinstance(decoded, Refusal):
        return decoded
    on = timezone.localdate(at)
    day = taken_on or (decoded.taken_at.date() if decoded.taken_at else on)
    if day < EARLIEST:
        return Refusal((Reason("taken_on", f"is {day}, which is too long ago.", "Check the year."),))
    if day > on:
        return Refusal(
            (Reason("taken_on", f"is {day}, which is yet to come.", "Give the day it was taken."),)
        )
    if reasons := quality.check(decoded):
        return Refusal(reasons)
    made = Photograph(
        patient=patient,
        sha256=decoded.sha256,
        format=decoded.format,
        width=decoded.width,
        height=decoded.height,
        taken_on=day,
        camera=decoded.camera,
        once=once,
        created_by=by,
        created_at=at,
    )
    storage.keep(made.original, data)
    storage.keep(made.working, photo.working_copy(decoded, longest_px=PAGE_PX, quality=PAGE_QUALITY))
    return _entered(made)


@transaction.atomic
def _entered(made: Photograph) -> Photograph | Refusal:
    """The row, or the one that is there already for this photograph of this person."""
    there = Photograph.objects.filter(patient=made.patient, sha256=made.sha256).first()
    if there is not None:
        return there
    if Photograph.objects.filter(once=made.once).exists():
        return used()
    made.save()
    return made


def compare(
    *,
    before: Photograph,
    after: Photograph,
    plan: Plan | None,
    zones: str,
    mm_per_px: float | None,
    once: UUID,
    by: User,
    at: datetime,
) -> Comparison | Refusal:
    """
    Compare two photographs of one person, on the whole skin area or on zones drawn on the earlier one.

    The measuring stands outside the transaction: it takes seconds, and a writer must never wait for it.
    """
    if sent := Comparison.objects.filter(once=once).first():
        return sent if sent.patient_id == before.patient_id else used()
    chosen = regions.parse(zones) if zones.strip() else None
    if isinstance(chosen, Refusal):
        return chosen
    if reasons := tuple(_against(before, after)):
        return Refusal(reasons)
    with ONE_AT_A_TIME:
        measured = _measured(before, after, chosen, mm_per_px)
    if isinstance(measured, Refusal):
        return measured
    observed, drawn = measured
    knowledge = current.protocol().measure
    made = Comparison.from_record(
        before,
        after,
        measure.compare(observed, knowledge),
        plan=plan,
        zones=[{"name": one.name, "polygon": one.polygon} for one in chosen] if chosen else None,
        mm_per_px=mm_per_px,
        edition=knowledge.edition,
        id=uuid7(),
        once=once,
        created_by=by,
        created_at=at,
    )
    made.pictures = list(drawn)
    for name, data in drawn.items():
        storage.keep(made.picture(name), data)
    with transaction.atomic():
        if sent := Comparison.objects.filter(once=once).first():
            return sent if sent.patient_id == before.patient_id else used()
        made.save()
    return made


def _against(before: Photograph, after: Photograph) -> list[Reason]:
    if before.patient_id != after.patient_id:
        return [Reason("after", "is a photograph of somebody else.", "Choose two of the same person.")]
    if before.pk == after.pk:
        return [Reason("after", "is the same photograph.", "Choose two different photographs.")]
    if before.taken_on > after.taken_on:
        return [
            Reason("after", "was taken before the other one.", "Choose the earlier photograph as before.")
        ]
    return []


def _measured(
    before: Photograph, after: Photograph, zones: tuple[Region, ...] | None, mm_per_px: float | None
) -> tuple[Observation, dict[str, bytes]] | Refusal:
    """What the pair gives, and the pictures of it."""
    first, second = _decoded(before), _decoded(after)
    if isinstance(first, Refusal):
        return first
    if isinstance(second, Refusal):
        return second
    seen = pair.sight(first, second, regions=zones, mm_per_px=mm_per_px)
    observed = pair.read(seen, regions=zones)
    return observed, _pictures(seen, zones) if observed.comparable else {}


def _decoded(photograph: Photograph) -> Photo | Refusal:
    return photo.decode(storage.read(photograph.original))


def _pictures(seen: Sight | Refusal, zones: tuple[Region, ...] | None) -> dict[str, bytes]:
    """The pictures that the page shows: both photographs on one grid, and what each measure counted."""
    return {} if isinstance(seen, Refusal) else overlay.overlays(seen, zones or (Region(WHOLE),))
