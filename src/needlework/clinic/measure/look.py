"""What a pair of photographs gives: the readings, this person's own noise, and the pictures of the page."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from needlework.clinic import storage
from needlework.clinic.measure import faces
from needlework.clinic.models.measuring import Measuring
from needlework.clinic.models.people import Patient
from needlework.clinic.models.photographs import Photograph
from needlework.clinic.models.treatment import SessionEntry
from needlework.imaging import overlay, pair, photo, repeats
from needlework.imaging import scale as scales
from needlework.imaging import zones as face_zones
from needlework.imaging.face import Face
from needlework.imaging.photo import Photo
from needlework.imaging.regions import Region
from needlework.imaging.scale import Scale
from needlework.records.measure import WHOLE, Observation
from needlework.records.why import Refusal


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One pair, read and drawn."""

    observation: Observation
    scale: Scale
    repeats: dict[str, tuple[float, ...]]
    pictures: dict[str, bytes]
    """The files that the page shows, by name."""


def at(asked: Measuring) -> Look:
    """Both photographs on one grid, what each measure reads and counts there, and days since a session."""
    zones = _zones(asked)
    before, after = _decoded(asked.before), _decoded(asked.after)
    face = faces.seen(before)
    bare = _bare(before, face)
    cards = pair.cards(before, after)
    scale = scales.of(
        before, given=asked.mm_per_px, card=cards.mm_per_px, face=face, networks=settings.FACE_MODELS
    )
    seen = pair.sight(
        before,
        after,
        regions=zones,
        mm_per_px=scale.mm_per_px,
        found=cards,
        faces=(face, faces.seen(after)),
        **bare,
    )
    observed = pair.read(seen, regions=zones, days_since=_days_since(asked))
    drawn = (
        {}
        if isinstance(seen, Refusal) or not observed.comparable
        else overlay.overlays(seen, zones or (Region(WHOLE),))
    )
    noise = _noise(asked, observed, zones, face=face, mm_per_px=scale.mm_per_px, **bare)
    told = replace(observed, reasons=(*observed.reasons, *noise.unused))
    return Look(told, scale, dict(noise.readings), drawn)


def _noise(
    asked: Measuring, observed: Observation, zones: tuple[Region, ...] | None, **seen: Any
) -> repeats.Noise:
    """
    This person's own, from the repeat photographs.

    All are read beside the earlier photograph, where the zones were drawn, and each speaks for its own day.
    """
    before = _decoded(asked.before)
    return repeats.noise(
        observed,
        (
            repeats.Again(
                f"of {one.taken_on}",
                _again(before, _decoded(one), regions=zones, **seen),
                later=one.taken_on != asked.before.taken_on,
            )
            for one in Photograph.objects.filter(pk__in=asked.repeats)
        ),
    )


def _again(before: Photo, repeat: Photo, **seen: Any) -> Observation:
    face = seen.pop("face")
    return pair.observe(before, repeat, faces=(face, faces.seen(repeat)), **seen)


def _bare(before: Photo, face: Face | None) -> dict[str, Any]:
    """What is no bare skin on the earlier photograph, as `pair` takes it; nothing where no face was found."""
    found = face_zones.of(before, face) if face else None
    if found is None or isinstance(found, Refusal):
        return {}
    return {"leave_out": found.leave_out, "cover": found.cover}


def last_session(person: Patient, *, on: date) -> date | None:
    """The day of the last needling up to and with a day."""
    theirs = SessionEntry.objects.filter(session__plan__patient=person, at__date__lte=on)
    needled = theirs.filter(Q(kind="pass") | Q(late__kind="pass"))
    last = needled.order_by("-at").first()
    return timezone.localdate(last.at) if last else None


def _zones(asked: Measuring) -> tuple[Region, ...] | None:
    if not asked.zones:
        return None
    return tuple(
        Region(zone["name"], tuple((float(x), float(y)) for x, y in zone["polygon"])) for zone in asked.zones
    )


def _days_since(asked: Measuring) -> tuple[int | None, int | None]:
    """None on the day of a session itself, too: nobody knows which came first."""

    def days(photograph: Photograph) -> int | None:
        last = last_session(asked.patient, on=photograph.taken_on)
        return (photograph.taken_on - last).days or None if last else None

    return days(asked.before), days(asked.after)


def _decoded(photograph: Photograph) -> Photo:
    decoded = photo.decode(storage.read(photograph.original))
    if isinstance(decoded, Refusal):  # it was read when it was kept
        raise TypeError(f"{photograph.pk} can no longer be read: {decoded.reasons[0].problem}")
    return decoded
