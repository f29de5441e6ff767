"""What a pair of photographs gives: the readings, this person's own noise, and the pictures of the page."""

from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone

from needlework.clinic import storage
from needlework.clinic.models.measuring import Measuring
from needlework.clinic.models.people import Patient
from needlework.clinic.models.photographs import Photograph
from needlework.clinic.models.treatment import SessionEntry
from needlework.imaging import overlay, pair, photo
from needlework.imaging.photo import Photo
from needlework.imaging.regions import Region
from needlework.records import WHOLE, Observation, Refusal


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One pair, read and drawn."""

    observation: Observation
    repeats: dict[str, tuple[float, ...]]
    pictures: dict[str, bytes]
    """The files that the page shows, by name."""


def at(asked: Measuring) -> Look:
    """Both photographs on one grid, what each measure reads and counts there, and days since a session."""
    zones = _zones(asked)
    seen = pair.sight(_decoded(asked.before), _decoded(asked.after), regions=zones, mm_per_px=asked.mm_per_px)
    observed = replace(pair.read(seen, regions=zones), days_since=_days_since(asked))
    drawn = (
        {}
        if isinstance(seen, Refusal) or not observed.comparable
        else overlay.overlays(seen, zones or (Region(WHOLE),))
    )
    return Look(observed, {}, drawn)


def last_session(person: Patient, *, on: date) -> date | None:
    """The day of the last needling up to and with a day."""
    needled = SessionEntry.objects.filter(session__plan__patient=person, kind="pass", at__date__lte=on)
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
