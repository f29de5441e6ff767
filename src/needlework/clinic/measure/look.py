"""What a pair of photographs gives: the readings, this person's own noise, and the pictures of the page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import fmean, stdev
from typing import Any

from django.utils import timezone

from needlework.clinic import storage
from needlework.clinic.measure import faces
from needlework.clinic.models.measuring import Measuring
from needlework.clinic.models.people import Patient
from needlework.clinic.models.photographs import Photograph
from needlework.clinic.models.treatment import SessionEntry
from needlework.imaging import overlay, pair, photo
from needlework.imaging import zones as face_zones
from needlework.imaging.face import Face
from needlework.imaging.photo import Photo
from needlework.imaging.regions import Region
from needlework.records import WHOLE, Observation, Reason, Refusal


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
    before, after = _decoded(asked.before), _decoded(asked.after)
    face = faces.seen(before)
    bare = _bare(before, face)
    seen = pair.sight(
        before, after, regions=zones, mm_per_px=asked.mm_per_px, faces=(face, faces.seen(after)), **bare
    )
    observed = pair.read(seen, regions=zones, days_since=_days_since(asked))
    drawn = (
        {}
        if isinstance(seen, Refusal) or not observed.comparable
        else overlay.overlays(seen, zones or (Region(WHOLE),))
    )
    noise, unused = _noise(asked, observed, zones)
    return Look(replace(observed, reasons=(*observed.reasons, *unused)), noise, drawn)


def _noise(
    asked: Measuring, observed: Observation, zones: tuple[Region, ...] | None
) -> tuple[dict[str, tuple[float, ...]], tuple[Reason, ...]]:
    """
    Readings of unchanged skin by measure, from the repeat photographs; and a reason for each that gave none.

    Repeats of the earlier day are read beside the earlier photograph, those of the later day beside the later
    one, all where the zones were drawn. The zone that scatters most speaks for its measure, so that the noise
    is never told smaller than it was seen.
    """
    series: dict[tuple[str, str, date], list[float]] = {}
    for reading in observed.readings:
        series[reading.measure, reading.zone, asked.before.taken_on] = [reading.before]
        series[reading.measure, reading.zone, asked.after.taken_on] = [reading.after]
    unused = []
    for repeat in Photograph.objects.filter(pk__in=asked.repeats):
        again = pair.observe(
            _decoded(asked.before), _decoded(repeat), regions=zones, mm_per_px=asked.mm_per_px
        )
        if not again.comparable:
            problem = (
                f"A repeat photograph of {repeat.taken_on} could not be used: {again.reasons[0].problem}"
            )
            unused.append(Reason("repeats", problem, again.reasons[0].do))
        for reading in again.readings:
            known = series.get((reading.measure, reading.zone, repeat.taken_on))
            if known:
                known.append(reading.after)
    noise: dict[str, tuple[float, ...]] = {}
    for (measure, _zone, _day), values in series.items():
        if len(values) > 1 and _scatter(values) > _scatter(noise.get(measure, ())):
            noise[measure] = tuple(values)
    return noise, tuple(unused)


def _scatter(values: Sequence[float]) -> float:
    """How far readings of one zone lie apart, in shares of their mean: zones differ in level."""
    return stdev(values) / (abs(fmean(values)) or 1.0) if len(values) > 1 else -1.0


def _bare(before: Photo, face: Face | None) -> dict[str, Any]:
    """What is no bare skin on the earlier photograph, as `pair` takes it; nothing where no face was found."""
    found = face_zones.of(before, face) if face else None
    if found is None or isinstance(found, Refusal):
        return {}
    return {"leave_out": found.leave_out, "cover": found.cover}


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
