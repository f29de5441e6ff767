"""
Count everybody of a long period at once: the sessions of each day, by the day of the visit before.

A look-back on every visit, a model of pens or a topical answers with millions of rows. They are summed here,
in the transaction that writes them: a session counts on its day, beside the day on which its person had the
same before. The people of a period are then those sessions whose day before lies before the period.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Q, Sum
from django.utils import timezone

from needlework.clinic import audit
from needlework.clinic.models.exposure import WIDE, Exposure, ExposureDay, ExposureZone
from needlework.loop.traces import EVERY_VISIT, Trace, TraceKind

NEVER = date.min
SPLIT = (TraceKind.MODEL, TraceKind.TOPICAL, TraceKind.PRODUCT, TraceKind.TOGETHER)
"""What is summed for each site by itself as well."""


class Row(NamedTuple):
    """One exposure, as far as it is summed; they sort into what one person had of one key, in order."""

    patient: UUID
    kind: str
    key: str
    at: datetime
    session: UUID


class Cell(NamedTuple):
    kind: str
    key: str
    day: date
    before: date


Sums = Counter[Cell]


# ── read ─────────────────────────────────────────────────────────────────────────────────────────────


def counted(trace: Trace, *, since: date | None, until: date | None) -> tuple[int, int]:
    """How many people, in how many sessions. Only where they are `kept`."""
    found = _within(trace, until=until).filter(day__gte=since or NEVER)
    new = _new(since)
    total = found.aggregate(people=Sum("sessions", filter=new), all=Sum("sessions"))
    return total["people"] or 0, total["all"] or 0


def kept() -> ZoneInfo | None:
    """By the days of which time zone they are summed; None where they are not."""
    known = ExposureZone.objects.first()
    return ZoneInfo(known.zone) if known else None


def whole_days(begins: datetime | None, ends: datetime | None) -> tuple[date | None, date | None]:
    """The first and the last of the summed days that lie whole between these moments."""
    zone = kept()
    since = begins.astimezone(zone).date() if begins else None
    if begins and since and _midnight(since, zone) < begins:
        since += timedelta(days=1)
    return since, ends.astimezone(zone).date() - timedelta(days=1) if ends else None


def span(since: date | None, until: date | None) -> tuple[datetime | None, datetime | None]:
    """When these summed days begin, and when they are over."""
    zone = kept()
    ends = _midnight(until + timedelta(days=1), zone) if until else None
    return _midnight(since, zone) if since else None, ends


def _midnight(day: date, zone: ZoneInfo | None) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def at_site(trace: Trace, site: UUID) -> Trace:
    """Under which key the sessions of one site alone are summed."""
    if trace == EVERY_VISIT:
        return Trace(TraceKind.SITE, str(site))
    return Trace(trace.kind, f"{trace.key}@{site}")


def _within(trace: Trace, *, until: date | None):
    found = ExposureDay.objects.filter(kind=trace.kind, key=trace.key)
    return found.filter(day__lte=until) if until else found


def _new(since: date | None) -> Q:
    return Q(before__lt=since) if since else Q(before=NEVER)


# ── keep ─────────────────────────────────────────────────────────────────────────────────────────────


def of(charts: Collection[UUID]) -> set[Row]:
    """What is in the index of these charts, by whoever they are of now."""
    found = Exposure.objects.filter(kind__in=WIDE, session__plan__patient__in=charts)
    return {Row(*one) for one in found.values_list("patient", "kind", "key", "at", "session")}


def changed(before: set[Row], after: set[Row]) -> None:
    """The sums, where these rows of some people became those; both hold all that the people have."""
    if before == after or (zone := _zone(after)) is None:
        return
    sums = _sums(after, zone)
    sums.subtract(_sums(before, zone))
    _add({cell: n for cell, n in sums.items() if n})


def _zone(after: set[Row]) -> ZoneInfo | None:
    """By whose days they are summed; those of the clinic from its first session on."""
    if (zone := kept()) is not None:
        return zone
    ours = {one.session for one in after}
    if Exposure.objects.filter(kind__in=WIDE).exclude(session__in=ours).exists():
        return None
    made = ExposureZone.objects.create(zone=timezone.get_default_timezone_name())
    return ZoneInfo(made.zone)


def _sums(rows: set[Row], zone: ZoneInfo) -> Sums:
    found: Sums = Counter()
    last: Row | None = None
    for row in sorted(rows | set(_at_sites(rows))):
        again = last is not None and last[:3] == row[:3]
        before = last.at.astimezone(zone).date() if last is not None and again else NEVER
        found[Cell(row.kind, row.key, row.at.astimezone(zone).date(), before)] += 1
        last = row
    return found


def _at_sites(rows: set[Row]) -> Iterator[Row]:
    """What was had at each site, beside what was had anywhere."""
    sites = {row.session: UUID(row.key) for row in rows if row.kind == TraceKind.SITE}
    for row in rows:
        if row.kind in SPLIT and row.session in sites:
            yield row._replace(key=at_site(Trace(TraceKind(row.kind), row.key), sites[row.session]).key)


def _add(sums: dict[Cell, int]) -> None:
    # In one order always, so that two who write wait for each other and never both.
    rows = [(*cell, n) for cell, n in sorted(sums.items())]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO exposure_days (kind, key, day, before, sessions) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (kind, key, day, before) "
            "DO UPDATE SET sessions = exposure_days.sessions + excluded.sessions",
            [tuple(_spelt(value) for value in row) for row in rows],
        )


def _spelt(value):
    return value.isoformat() if isinstance(value, date) else value


# ── reckon anew ──────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def anew(kinds: Collection[str] = WIDE) -> None:
    """
    Sum the whole index, by the days of the clinic's time zone. In SQL alone: migrations ask it too.

    Only some kinds of it where the others were summed by this zone before.
    """
    audit.alone()
    by = kept()
    some = kinds if by and by.key == timezone.get_default_timezone_name() else WIDE
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL work_mem = '256MB'")
        for kind in some:  # one by one: each sorts its rows, and all at once would fill a disk
            cursor.execute("DELETE FROM exposure_days WHERE kind = %s", [kind])
            due, values = _due(_listed([kind]))
            cursor.execute(f"INSERT INTO exposure_days (kind, key, day, before, sessions) {due}", values)
        cursor.execute("DELETE FROM exposure_zone")
        cursor.execute("INSERT INTO exposure_zone (zone) VALUES (%s)", [timezone.get_default_timezone_name()])


def differing() -> int:
    """How many of the sums are not what the index says; all of them, where they go by another time zone."""
    due, values = _due(_listed(WIDE))
    there = "SELECT kind, key, day, before, sessions FROM exposure_days WHERE sessions <> 0"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT * FROM ({there} EXCEPT {due}) AS more "
            f"UNION ALL SELECT * FROM ({due} EXCEPT {there}) AS less) AS unlike",
            values * 2,
        )
        unlike = cursor.fetchone()[0]
    ours = ExposureZone.objects.filter(zone=timezone.get_default_timezone_name()).exists()
    return unlike if ours or not Exposure.objects.exists() else max(unlike, 1)


def _listed(kinds: Collection[str]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)


def _due(kinds: str) -> tuple[str, list[str]]:
    """What these kinds of the index sum up to, as a query and its values."""
    zone = timezone.get_default_timezone_name()
    day, at = (connection.ops.datetime_cast_date_sql(name, (), zone) for name in ("at", "before"))
    had = (
        f"SELECT kind, key, at, patient_id, session_id FROM exposure_index WHERE kind IN ({kinds}) UNION ALL "
        "SELECT one.kind, one.key || '@' || site.key, one.at, one.patient_id, one.session_id "
        "FROM exposure_index one JOIN exposure_index site "
        f"ON site.session_id = one.session_id AND site.kind = 'site' "
        f"WHERE one.kind IN ({kinds}) AND one.kind IN ({_listed(SPLIT)})"
    )
    chained = (
        "SELECT kind, key, at, LAG(at) OVER "
        f"(PARTITION BY kind, key, patient_id ORDER BY at, session_id) AS before FROM ({had}) AS had"
    )
    never = f"'{NEVER.isoformat()}'" + ("::date" if connection.vendor == "postgresql" else "")
    due = (
        f"SELECT kind, key, {day[0]} AS day, COALESCE({at[0]}, {never}) AS before, count(*) AS sessions "
        f"FROM ({chained}) AS chained GROUP BY 1, 2, 3, 4"
    )
    return due, [*day[1], *at[1]]
