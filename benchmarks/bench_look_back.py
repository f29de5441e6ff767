"""
Look-back: from a lot, device, colleague, room, model or period to everyone exposed, exact.

    python benchmarks/bench_look_back.py                                     100,000 sessions in SQLite
    python benchmarks/bench_look_back.py --sessions 10000000 --postgres      opt-in: an hour, 45 GB

The baseline asks the charts themselves, without the index: every entry of a cartridge, its session, its plan,
its person. Both are asked on the same rows and must give the same number. The rows are made by the database
from one charted session, and the folder with them is removed afterwards. Above a million sessions no entries
are poured: they would fill the disk, and the baseline of a lot reads every one of them.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from needlework.loop import gs1

BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
SPAN = timedelta(days=1800)
PER_LOT, LONGEST_MS = 500, 1000
MOST_ENTRIES = 1_000_000
TIMES = 5
ELSEWHERE = "Asia/Tokyo"
"""Where somebody asks whose days are others than those that were summed."""
SITES, NO_PHONE = 5, 100
SITE = "0a000000-0000-7000-8000-00000000000"


@contextmanager
def engine(postgres: bool, address: str) -> Iterator[None]:
    """An empty clinic of its own, migrated."""
    with tempfile.TemporaryDirectory(prefix="needlework-look-back-") as folder:
        os.environ |= {"NEEDLEWORK_DATA": folder, "DJANGO_SETTINGS_MODULE": "needlework.server.settings"}
        if not postgres:
            os.environ["NEEDLEWORK_DATABASE"] = ""
            yield _migrated()
            return
        from postgres import cluster

        with cluster() if not address else _given(address) as where:
            os.environ["NEEDLEWORK_DATABASE"] = where
            yield _migrated()


@contextmanager
def _given(address: str) -> Iterator[str]:
    yield address


def _migrated() -> None:
    import django

    import needlework.server.settings  # noqa: F401

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────


class Engine:
    """What the two databases spell differently."""

    def __init__(self) -> None:
        from django.db import connection

        self.postgres = connection.vendor == "postgresql"

    def series(self, count: int) -> str:
        if self.postgres:
            return f"generate_series(0, {count - 1}) AS series(n)"
        upto = f"VALUES(0) UNION ALL SELECT n + 1 FROM series WHERE n < {count - 1}"
        return f"(WITH RECURSIVE series(n) AS ({upto}) SELECT n FROM series) AS series"

    def key(self, n: str) -> str:
        """A key that sorts by its number, as those of the clinic sort by time."""
        if self.postgres:
            return f"(lpad(to_hex({n}), 12, '0') || '70008000' || lpad(to_hex({n}), 12, '0'))::uuid"
        return f"printf('%012x70008000%012x', {n}, {n})"

    def told(self, key: str) -> str:
        """A key that is told as text, as a column of keys holds it."""
        return f"({key})::uuid" if self.postgres else f"replace({key}, '-', '')"

    def at(self, n: str, count: int) -> str:
        step = SPAN.total_seconds() / count
        if self.postgres:
            return f"timestamptz '{BEGAN.isoformat()}' + ({n}) * interval '{step} seconds'"
        return f"strftime('%Y-%m-%d %H:%M:%S', '{BEGAN:%Y-%m-%d}', (({n}) * {step}) || ' seconds')"

    def cartridge(self, n: str) -> str:
        made = (
            "json_object('lot', {0}, 'serial', {1})"
            if not self.postgres
            else "jsonb_build_object('lot', {0}, 'serial', {1})"
        )
        return made.format(lot(n), f"CAST({n} AS text)")


def lot(n: str) -> str:
    return f"'L' || (({n}) / {PER_LOT})"


def article(of_lot: str) -> str:
    """Of which product a lot is."""
    digits = [f"095060001343{n}" for n in range(3)]
    codes = [one.zfill(13) + gs1.check_digit(one.zfill(13)) for one in digits]
    return (
        f"CASE ({of_lot}) % 3 " + " ".join(f"WHEN {n} THEN '{one}'" for n, one in enumerate(codes)) + " END"
    )


ROUNDS = (
    2654435761,
    1000003,
    1299709,
    15485863,
    32452843,
    49979687,
    67867967,
    86028121,
    104395301,
    122949823,
)
"""Primes: each puts everybody in another order, so that the days between two visits differ."""


def person(n: str, people: int) -> str:
    """Who the n-th session is of: everybody once in each round, in another order from round to round."""
    times = " ".join(f"WHEN {k} THEN CAST({prime} AS bigint)" for k, prime in enumerate(ROUNDS))
    spread = f"CASE ({n} / {people}) % {len(ROUNDS)} {times} END"
    return f"(({n} % {people}) * ({spread}) + {n} / {people}) % {people}"


def copied(template, count: int, **told: str) -> None:
    """So many rows like this one, each with keys of its own; `told`: columns as SQL over n."""
    from django.db import connection

    fields = template._meta.concrete_fields
    told = {"id": Engine().key("n"), "once": Engine().key("n"), **told}
    values, selected = [], []
    for field in fields:
        if field.attname in told:
            selected.append(told[field.attname].replace("%", "%%"))
            continue
        mark = "%s" if connection.vendor == "sqlite" else f"CAST(%s AS {field.db_type(connection)})"
        selected.append(mark)
        values.append(field.get_db_prep_save(getattr(template, field.attname), connection))
    names = ", ".join(f'"{field.column}"' for field in fields)
    rows = f"SELECT {', '.join(selected)} FROM {Engine().series(count)}"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {template._meta.db_table} ({names}) {rows}", values)


def fill(sessions: int, people: int, say: Callable[[str], None], *, only: tuple[str, ...] = ()) -> None:
    """An archive: everybody, each with a plan, each session with its cartridge, and the index over them."""
    from django.db import connection

    import bulk
    from clinic import charted
    from needlework.clinic import exposed_days
    from needlework.clinic.models.exposure import Exposure, ExposureDay
    from needlework.clinic.models.people import Patient, PatientDetails, User
    from needlework.clinic.models.places import Room, Site
    from needlework.clinic.models.training import Training

    by = User.objects.create_user("bench", "bench-only-4711-4711", full_name="Ben Ch", role="practitioner")
    days = {"on": charted.DAY, "expires": date(2090, 1, 1)}
    Training(professional=by, device="kind:pen", level="trained", given_by="Bench", **days).save()
    one = Patient.objects.admit()
    PatientDetails(patient=one, full_name="Ada Lindqvist", born_on=date(1986, 5, 12), phone="+44 1").save()
    session = charted.signed(charted.planned(one, by=by), by=by)
    entry, own = session.entries.get(kind="cartridge"), Engine()
    of, at = own.key(person("n", people)), own.at("n", sessions)
    for n in range(SITES):
        site = Site.objects.create(pk=UUID(SITE + str(n)), name=f"Site {n}", time_zone="UTC", created_by=by)
        Room.objects.create(pk=site.pk, site=site, name="Room", created_by=by)
    phone = f"CASE WHEN n % {NO_PHONE} = 7 THEN '' ELSE '+44 1' END"
    rows = [
        ("people", one, people, {"ordinal": "n + 1000000"}),
        ("details", one.details, people, {"patient_id": own.key("n"), "phone": phone}),
    ]
    plan = session.plan
    plan.plan = {"device": plan.plan["device"]}  # what a look-back never reads would fill the disk
    rows += [
        ("plans", plan, people, {"patient_id": own.key("n")}),
        (
            "sessions",
            session,
            sessions,
            {"plan_id": of, "number": f"n / {people} + 1", "created_at": at, "room_id": own.told(SITE_OF_N)},
        ),
    ]
    if not only:
        rows += _cartridges(session, sessions, by)
    if not only and sessions <= MOST_ENTRIES:
        told = {"session_id": own.key("n"), "at": at, "data": own.cartridge("n")}
        rows.append(("entries", entry, sessions, told))
    tables = sorted({template._meta.db_table for _told, template, _count, _columns in rows})
    with _bare():
        began = time.perf_counter()
        with bulk.indexed_later(tables):
            for told, template, count, columns in rows:
                copied(template, count, **columns)
                say(f"{count:>12,} {told:9} {time.perf_counter() - began:6.0f} s")
        say(f"{'':12} {'indexes':9} {time.perf_counter() - began:6.0f} s")
        began = time.perf_counter()
        _index(sessions, of, {kind: key for kind, key in KINDS.items() if kind in (only or KINDS)})
        say(f"{Exposure.objects.count():>12,} exposures {time.perf_counter() - began:6.0f} s")
        began = time.perf_counter()
        exposed_days.anew()
        say(f"{ExposureDay.objects.count():>12,} sums      {time.perf_counter() - began:6.0f} s")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if own.postgres else "ANALYZE")


def _cartridges(session, sessions: int, by) -> list[tuple]:
    """Every lot taken in with the code of its product; every second cartridge scanned, the others typed."""
    from needlework.clinic.models.stock import CartridgeIn

    came = CartridgeIn(lot="L", gtin="", expires=date(2090, 1, 1), quantity=PER_LOT, created_by=by)
    typed = f"CASE WHEN n % 2 = 0 THEN {article(f'n / {PER_LOT}')} ELSE '' END"
    serial = {"session_id": Engine().key("n"), "lot": lot("n"), "serial": "CAST(n AS text)", "gtin": typed}
    return [
        ("lots", came, sessions // PER_LOT, {"lot": "'L' || n", "gtin": article("n")}),
        ("cartridges", session.cartridges.get(), sessions, serial),
    ]


SITE_OF_N = f"'{SITE}' || (n % {SITES})"
KINDS = {
    "visit": "'all'",
    "site": SITE_OF_N,
    "model": "'pen-' || (n % 3)",
    "topical": "'serum-' || (n % 2)",
    "together": "'serum-' || (n % 2) || '/pen-' || (n % 3)",
    "product": article(f"n / {PER_LOT}"),
    "room": "'room-' || (n % 200)",
    "operator": "'by-' || (n % 500)",
    "lot": lot("n"),
}  # fmt: skip


def _index(sessions: int, of: str, kinds: dict[str, str]) -> None:
    """What a scanned session leaves, as exposures.py would write it; the indexes over it made at the end."""
    from django.db import connection

    from needlework.clinic.models.exposure import Exposure

    own, meta = Engine(), Exposure._meta
    columns = ", ".join(("kind", "key", "at", "patient_id", "session_id"))
    at, keys = own.at("n", sessions), own.key("n")
    with connection.schema_editor() as editor:
        for index in meta.indexes:
            editor.remove_index(Exposure, index)
        for constraint in meta.constraints:
            editor.remove_constraint(Exposure, constraint)
    with connection.cursor() as cursor:
        if own.postgres:
            cursor.execute("ALTER TABLE exposure_index SET UNLOGGED")
            cursor.execute("SET maintenance_work_mem = '1GB'")
        for kind, key in kinds.items():
            rows = f"SELECT '{kind}', {key}, {at}, {of}, {keys} FROM {own.series(sessions)}"
            cursor.execute(f"INSERT INTO exposure_index ({columns}) {rows}")
    with connection.schema_editor() as editor:
        for constraint in meta.constraints:
            editor.add_constraint(Exposure, constraint)
        for index in () if not own.postgres else meta.indexes:  # SQLite makes the table anew, with them
            editor.add_index(Exposure, index)


@contextmanager
def _bare() -> Iterator[None]:
    """Without triggers and without keys being looked up: the rows are copies, and nobody's."""
    from django.db import connection

    from needlework.clinic import audit

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            yield
            cursor.execute("SET session_replication_role = DEFAULT")
        else:
            audit.remove(connection.connection)
            cursor.execute("PRAGMA foreign_keys = OFF")
            yield


# ── questions ────────────────────────────────────────────────────────────────────────────────────────


def questions(sessions: int) -> dict[str, object]:
    """What is asked, the narrow first; the lot is one of the middle."""
    from needlework.clinic.safety.asked import Asked
    from needlework.loop.traces import EVERY_VISIT, Trace, TraceKind

    def every(*found: tuple[str, str], **period: date):
        return Asked(tuple(Trace(TraceKind(kind), key) for kind, key in found) or (EVERY_VISIT,), **period)

    lot_asked = f"L{sessions // PER_LOT // 2}"
    month = {"since": date(2022, 3, 1), "until": date(2022, 3, 31)}
    year = {"since": date(2022, 1, 1), "until": date(2022, 12, 31)}
    return {
        "one lot": every(("lot", lot_asked)),
        "one lot in one room": every(("lot", lot_asked), ("room", "room-3")),
        "one colleague": every(("operator", "by-77")),
        "one colleague in one room": every(("operator", "by-3"), ("room", "room-3")),
        "one room": every(("room", "room-3")),
        "one room for a year": every(("room", "room-3"), **year),
        "a month of everybody": every(**month),
        "a year of everybody": every(**year),
        "a year of everybody, elsewhere": every(**year),
        "a year of one site": replace(every(**year), site=UUID(SITE + "3")),
        "a model at one site": replace(every(("model", "pen-1")), site=UUID(SITE + "3")),
        "a topical of every second": every(("topical", "serum-1")),
        "every session of a model": every(("model", "pen-1")),
        "a topical after a model": every(("topical", "serum-1"), ("model", "pen-1")),
        "a model in one room": every(("model", "pen-0"), ("room", "room-3")),
        "a topical after a model, a room, a year": every(
            ("topical", "serum-1"), ("model", "pen-0"), ("room", "room-3"), **year
        ),
        "a product by its code": every(("product", product())),
        "a product, a year, one site": replace(every(("product", product()), **year), site=UUID(SITE + "3")),
        "everybody, ever": every(),
    }


def product() -> str:
    return article("0").split("'")[1]


def timed(ask: Callable[[], object], times: int = TIMES) -> tuple[float, object]:
    """
    The median of so many, in milliseconds, and what was answered.

    SQLite answers in this process, so its processor time is taken: waiting for others does not lengthen that.
    """
    clock = time.perf_counter if Engine().postgres else time.process_time
    took, answer = [], None
    for _n in range(times):
        began = clock()
        answer = ask()
        took.append((clock() - began) * 1000)
    return statistics.median(took), answer


def ask_all(sessions: int, only: tuple[str, ...], say: Callable[[str], None]) -> list[dict]:
    from django.utils import timezone

    from needlework.clinic.safety import exposed

    found = []
    heads = ("count", "page", "last page", "no phone")
    say(f"{'look back from':32} {'people':>9} {'sessions':>10} " + " ".join(f"{one:>9}" for one in heads))
    for name, asked in questions(sessions).items():
        if only and not {trace.kind for trace in asked.every} <= set(only):
            continue
        with timezone.override(ELSEWHERE if name.endswith("elsewhere") else "UTC"):
            counted, (people, sessions) = timed(lambda asked=asked: exposed.counts(asked))
            shown, _page = timed(
                lambda asked=asked: exposed.persons(asked, exposed.page(asked)[: exposed.A_PAGE])
            )
            last = _late(asked)
            late, _rows = timed(lambda asked=asked, last=last: exposed.page(asked, after=last))
            lost, _people = timed(lambda asked=asked: exposed.without_phone(asked))
        took = (counted, shown, late, lost)
        say(f"{name:32} {people:>9,} {sessions:>10,} " + " ".join(f"{one:>6.0f} ms" for one in took)
            + ("" if max(took) < LONGEST_MS else "   over a second"))  # fmt: skip
        found.append({"asked": name, "people": people, "sessions": sessions, "count_ms": round(counted, 1),
                      "page_ms": round(shown, 1), "late_page_ms": round(late, 1),
                      "no_phone_ms": round(lost, 1)})  # fmt: skip
    return found


def _late(asked):
    """Somebody near the end of those found."""
    from needlework.clinic.safety import matching

    late = matching.rows(asked).order_by("-patient").values_list("patient", flat=True)[:60]
    return min(late, default=None)


def against_the_charts(sessions: int, only: tuple[str, ...], say: Callable[[str], None]) -> list[dict]:
    """By the index and by the charts themselves: the same people, and how much sooner."""
    from needlework.clinic.models.treatment import Session, SessionEntry
    from needlework.clinic.safety import exposed

    every = questions(sessions)
    lot_asked, year = every["one lot"].every[0].key, every["a year of everybody"]
    of_lot = SessionEntry.objects.filter(kind="cartridge", data__lot=lot_asked)
    of_year = Session.objects.filter(created_at__gte=year.from_(), created_at__lt=year.before()).order_by()
    found = []
    if not only:
        found.append(_as_lots(say))
    for name, charts in (
        ("one lot", of_lot.order_by().values("session__plan__patient")),
        ("a year of everybody", of_year.values("plan__patient")),
    ):
        if (name == "one lot" and (only or not of_lot.exists())) or (only and "visit" not in only):
            continue
        plain, counted = timed(lambda charts=charts: charts.distinct().count(), 3)
        index, (people, _sessions) = timed(lambda name=name: exposed.counts(every[name]), 3)
        assert counted == people, (counted, people)
        ratio = plain / index
        say(f"{name}: the charts (baseline) {plain:.0f} ms, the index {index:.1f} ms, {ratio:,.0f} × sooner")
        found.append({"asked": name, "charts_ms": round(plain, 1), "index_ms": round(index, 1),
                      "ratio": round(ratio, 1)})  # fmt: skip
    return found


def _as_lots(say: Callable[[str], None]) -> dict:
    """A product by each of its lots, as it was before it was a key of its own; and what nobody read."""
    from needlework.clinic import articles, recalled
    from needlework.clinic.models.exposure import Exposure
    from needlework.clinic.safety import exposed
    from needlework.clinic.safety.asked import Asked
    from needlework.loop.traces import Trace, TraceKind

    lots = {Trace(TraceKind.LOT, one) for one in articles.lots_of(gs1.packings(product()))}
    rows = Exposure.objects.filter(recalled.leads_to(lots)).values("patient", "session")
    plain, counted = timed(lambda: [rows.values(one).distinct().count() for one in ("patient", "session")], 1)
    asked = Asked(some=(Trace(TraceKind.PRODUCT, product()),))
    index, answer = timed(lambda: exposed.counts(asked))
    assert tuple(counted) == answer, (counted, answer)
    unread, _lots = timed(articles.unread)
    say(f"a product by {len(lots):,} lots (baseline) {plain:.0f} ms, by itself {index:.1f} ms; "
        f"lots without a code {unread:.0f} ms")  # fmt: skip
    return {"asked": "a product", "lots_ms": round(plain, 1), "index_ms": round(index, 1)}


def main() -> None:
    wanted = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    wanted.add_argument("--sessions", type=int, default=100_000)
    wanted.add_argument("--people", type=int, default=0, help="a tenth of the sessions, unless said")
    wanted.add_argument("--postgres", nargs="?", const="", metavar="ADDRESS",
                        help="one of its own, or the database at this address")  # fmt: skip
    wanted.add_argument("--only", nargs="+", default=(), choices=KINDS, metavar="KIND",
                        help="these kinds alone, and no baseline of a lot")  # fmt: skip
    wanted.add_argument("--filled", action="store_true", help="ask only: the database is full already")
    wanted.add_argument("--json", action="store_true")
    given = wanted.parse_args()

    def say(line: str) -> None:
        print(line, flush=True, file=sys.stderr if given.json else sys.stdout)

    with engine(given.postgres is not None, given.postgres or ""):
        people = given.people or given.sessions // 10
        only = tuple(given.only)
        if not given.filled:
            fill(given.sessions, people, say, only=only)
        found = {"sessions": given.sessions, "people": people}
        found |= {"asked": ask_all(given.sessions, only, say)}
        found |= {"baseline": against_the_charts(given.sessions, only, say)}
    if given.json:
        print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
