"""What each zone of one person has had, and what was measured in it: the map and the table of their page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import ngettext

from needlework.clinic import current, measured
from needlework.clinic.models.people import Patient
from needlework.clinic.models.photographs import Comparison
from needlework.clinic.models.rights import Decision
from needlework.clinic.models.treatment import Session, SessionEntry
from needlework.loop import tally, treat
from needlework.records.learn import Given, ZoneHad
from needlework.records.measure import Change, Trend
from needlework.records.plan import Plan
from needlework.records.treat import EventKind

NEEDLED = (EventKind.PASS, EventKind.STRUCK)
LOOKED_AT = 12
"""How many of the newest comparisons are read. A zone that was measured in none of them says so."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The newest comparison in which a zone was measured."""

    comparison: Comparison
    changes: tuple[Change, ...]

    @property
    def on(self) -> date:
        return self.comparison.after.taken_on

    @property
    def words(self) -> list[tuple[str, list[str]]]:
        return measured.by_verdict(self.changes)

    @property
    def worst(self) -> str:
        there = {one.verdict for one in self.changes}
        return next(str(trend) for trend in measured.WORDS if trend in there)


@dataclass(frozen=True, slots=True)
class Row:
    """One zone: what it has had, and what was measured in it; one of them at least."""

    id: str
    name: str
    had: ZoneHad | None
    measured: Measured | None

    @property
    def filled(self) -> float | None:
        """The last dose against its target, as the map fills a zone; whole where there is no number."""
        if self.had is None:
            return None
        if self.had.last_per_cm2 is None or not self.had.last_target_per_cm2:
            return 1.0
        return round(min(1.0, self.had.last_per_cm2 / self.had.last_target_per_cm2), 2)


def rows(patient: Patient) -> list[Row]:
    """The zones that were needled or measured, in the order of the protocol."""
    had, seen = tally.by_zone(_given(patient)), _measured(patient)
    names = {zone.id: zone.name for zone in current.protocol().zones.zone}
    there = [*(id_ for id_ in names if id_ in had or id_ in seen), *(id_ for id_ in had if id_ not in names)]
    return [Row(id_, names.get(id_, id_), had.get(id_), seen.get(id_)) for id_ in there]


def on_map(found: list[Row]) -> list[dict]:
    """Every zone as the map takes it: filled by the last dose, with the sessions and the worst verdict."""
    by_id = {row.id: row for row in found}
    return [_on_map(zone.id, zone.name, by_id.get(zone.id)) for zone in current.protocol().zones.zone]


def _on_map(id_: str, name: str, row: Row | None) -> dict:
    plain = {"id": id_, "name": name, "state": "none", "value": "", "fill": None}
    if row is None:
        return plain
    says = []
    if row.had:
        n = row.had.sessions
        says.append(ngettext("%(n)d session", "%(n)d sessions", n) % {"n": n})
    if row.measured:
        says.append(str(measured.WORDS[Trend(row.measured.worst)]))
    return {
        **plain, "state": "done" if row.had else "none", "value": ", ".join(says), "fill": row.filled,
    }  # fmt: skip


def hidden(patient: Patient) -> int:
    """How many sessions were restricted, and so are not counted."""
    return len(Decision.shut(patient, Session))


def _given(patient: Patient) -> Iterator[Given]:
    """Each session in which something was needled, also before it is signed; what was struck counts not."""
    of_needling = Q(kind__in=[one.value for one in NEEDLED]) | Q(late__kind=EventKind.PASS)
    few = SessionEntry.objects.filter(of_needling).select_related("created_by", "late")
    rows = Session.objects.filter(plan__patient__in=patient.charts).exclude(
        pk__in=Decision.shut(patient, Session)
    )
    plans: dict[object, Plan] = {}
    devices: dict[tuple[str, str], object] = {}
    for row in rows.select_related("plan").prefetch_related(Prefetch("entries", few, to_attr="needled")):
        plan = plans.setdefault(row.plan_id, row.plan.as_record())
        key = (plan.edition, plan.device)
        if key not in devices:
            devices[key] = current.planned_device(plan)
        chart = treat.chart([entry.as_record() for entry in row.needled], plan)
        if chart.last_pass_at is not None:
            on = timezone.localtime(chart.last_pass_at).date()
            device = devices[key]
            yield Given(on, treat.doses(chart.passes, plan, device=device, late=chart.late), None)  # type: ignore[arg-type]


def _measured(patient: Patient) -> dict[str, Measured]:
    """For each zone the newest comparison in which it was measured, of photographs that can be compared."""
    rows = (
        Comparison.objects.filter(patient__in=patient.charts)
        .filter(comparison__comparable=True)
        .select_related("after")
    )
    found: dict[str, Measured] = {}
    for row in rows.exclude(pk__in=Decision.shut(patient, Comparison))[:LOOKED_AT]:
        by_zone: dict[str, list[Change]] = {}
        for change in row.as_record().changes:
            if where := measured.place(change.zone):
                by_zone.setdefault(where[0], []).append(change)
        for zone, changes in by_zone.items():
            found.setdefault(zone, Measured(row, tuple(changes)))
    return found
