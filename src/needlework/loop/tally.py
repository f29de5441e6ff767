"""What each zone has had over several sessions."""

from collections.abc import Iterable

from needlework.records.dose import ZoneDose
from needlework.records.learn import Given, ZoneHad


def by_zone(given: Iterable[Given]) -> dict[str, ZoneHad]:
    """
    Each zone that was needled: in how many sessions, when last, how deep, and how many punctures.

    The punctures of several sessions add up to what the zone has had, not to one dose: between them it
    healed. Where those of one session are not known, nobody knows the sum, and none is told.
    """
    found: dict[str, list[tuple[Given, ZoneDose]]] = {}
    for one in sorted(given, key=lambda one: one.on):
        for dose in one.doses:
            found.setdefault(dose.zone, []).append((one, dose))
    return {zone: _had(zone, doses) for zone, doses in found.items()}


def _had(zone: str, doses: list[tuple[Given, ZoneDose]]) -> ZoneHad:
    known = [dose.per_cm2 for _given, dose in doses if dose.per_cm2 is not None]
    last_given, last = doses[-1]
    return ZoneHad(
        zone=zone,
        sessions=len(doses),
        first_on=doses[0][0].on,
        last_on=last_given.on,
        deepest_mm=max(dose.deepest_mm for _given, dose in doses),
        last_deepest_mm=last.deepest_mm,
        last_per_cm2=last.per_cm2,
        sum_per_cm2=sum(known) if len(known) == len(doses) else None,
        last_target_per_cm2=last.target_per_cm2,
        late=sum(dose.late for _given, dose in doses),
        last_late=last.late,
    )
