"""
The archive of a chain, poured by PostgreSQL: what `archive.py` copies, by one INSERT for each kind.

Visits are thin, with the cartridge, the first pass and the signature of each chart, and without the aftercare
sheet, whose words are a third of a visit: ten million whole ones would not fit here. Triggers and foreign
keys are off meanwhile, for which the user of the database has to be a superuser; so the log knows nothing of
these rows. A sample is compared with what actions would have left.

    NEEDLEWORK_DATABASE=… python benchmarks/pour.py --people 1000000 --sessions 10000000
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

import archive
import bulk
from needlework.clinic import exposed_days, exposures, waits
from needlework.clinic.demo.people import PEOPLE
from needlework.clinic.models import finding
from needlework.clinic.models.people import Clinic, Patient, PatientDetails
from needlework.clinic.models.recovery import AftercareSheet
from needlework.clinic.models.treatment import Session, SessionEntry
from needlework.records.treat import EventKind

A_BATCH = 20_000
"""People poured by one statement."""
SAMPLE = 25
THIN = frozenset({EventKind.CARTRIDGE, EventKind.PASS, EventKind.SIGNED})
BEGAN_MS = 1_577_836_800_000
"""From when on keys are counted, so that they sort by time as those of the clinic do."""
KEY = f"""
CREATE OR REPLACE FUNCTION pg_temp.key(slot bigint, old uuid) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
SELECT (lpad(to_hex({BEGAN_MS} + slot * 15000), 12, '0') || substr(replace(old::text, '-', ''), 13))::uuid $$
"""
FOUND = f"""
INSERT INTO patient_search (key, patient_id)
SELECT unnest(ARRAY['n:' || (%s::text[])[array_position(%s::text[], split_part(full_name, ' ', 1))],
                    'n:' || (%s::text[])[array_position(%s::text[], split_part(full_name, ' ', 2))],
                    'b:' || born_on]
       || ARRAY(SELECT 'p:' || substr(regexp_replace(phone, '\\D', '', 'g'), at)
                FROM generate_series(1, 13 - {finding.LEAST_DIGITS}) AS at)), patient_id
FROM clinic_patientdetails d WHERE NOT EXISTS (SELECT FROM patient_search s WHERE s.patient_id = d.patient_id)
"""
Row = models.Model


def pour(*, people: int, sessions: int, say: Callable[..., Any] = print) -> None:
    """Add people until there are so many, with as many sessions as makes about so many in all."""
    demo = Patient.objects.filter(ordinal__lte=len(PEOPLE))
    templates = [archive.theirs(one) for one in demo]
    treated = sum(any(archive.signs(row) for row in rows) for rows in templates)
    each = max(1, round(sessions * len(templates) / (people * treated)))
    first, began = Patient.objects.count(), time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(KEY)
        tables = {type(row)._meta.db_table for rows in templates for row in rows}
        with bulk.indexed_later(sorted(tables)):
            for start in range(first, people, A_BATCH):
                with transaction.atomic():
                    for at, rows in enumerate(templates):
                        span = (start + at, min(people, start + A_BATCH) - 1, len(templates))
                        for statement, said in statements(rows, each=each):
                            cursor.execute(statement, [*said, *span])
                say(
                    f"{min(people, start + A_BATCH):,} people, {time.perf_counter() - began:.0f} s",
                    flush=True,
                )
        say(f"indexes, {time.perf_counter() - began:.0f} s", flush=True)
        names = [list(archive.FIRST), list(archive.LAST)]
        cursor.execute(
            FOUND, [one for some in names for one in ([finding.fold(name) for name in some], some)]
        )
        cursor.execute("SET session_replication_role = origin")
        exposed_days.anew()
        say(f"search keys and sums by day, {time.perf_counter() - began:.0f} s", flush=True)
        cursor.execute("VACUUM ANALYZE")
        waits.fill()
        cursor.execute("ANALYZE waiting_index")
        say(f"who waits, {time.perf_counter() - began:.0f} s", flush=True)
    checked()


def statements(rows: list[Row], *, each: int) -> Iterator[tuple[str, list[Any]]]:
    """What pours everything of one person for each n of a span; of their visits the first, `each` times."""
    session = next((row for row in rows if isinstance(row, Session)), None)
    held = {(type(one), one.pk) for row in rows if isinstance(row, Session) for one in archive.within(row)}
    visit = list(_thin(archive.within(session))) if session else []
    signed = any(archive.signs(row) for row in visit)
    slots = {row.pk: f"n * {each + 1}" for row in rows if (type(row), row.pk) not in held}
    slots |= {row.pk: f"n * {each + 1} + k" for row in visit}
    for row in [row for row in rows if (type(row), row.pk) not in held]:
        yield _statement(row, slots, back="n %% 1500", source="generate_series(%s::bigint, %s, %s) AS n")
    for row in visit:
        visits = each if signed else 1
        source = f"generate_series(1, {visits}) AS k, generate_series(%s::bigint, %s, %s) AS n"
        yield _statement(row, slots, back=f"n %% 1500 + 28 * ({visits} - k)", source=source)


def _thin(rows: list[Row]) -> Iterator[Row]:
    seen: set[str] = set()
    for row in rows:
        if isinstance(row, AftercareSheet):
            continue
        if isinstance(row, SessionEntry) and (row.kind not in THIN or row.kind in seen):
            continue
        seen |= {row.kind} if isinstance(row, SessionEntry) else set()
        yield row


def _statement(row: Row, slots: dict[UUID, str], *, back: str, source: str) -> tuple[str, list[Any]]:
    model, columns, parts, said = type(row), [], [], []
    for field in model._meta.concrete_fields:
        if isinstance(field, models.AutoField):
            continue
        part, values = _value(row, field, slots, back)
        columns.append(connection.ops.quote_name(field.column))
        parts.append(part)
        said += values
    table = connection.ops.quote_name(model._meta.db_table)
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(parts)} FROM {source}", said


def _value(row: Row, field: models.Field, slots: dict[UUID, str], back: str) -> tuple[str, list[Any]]:
    """How a column of the copies is reckoned, and what it is given for that."""
    own, kind = OWN.get((type(row), field.attname)), field.db_type(connection)
    value = getattr(row, field.attname)
    if own:
        return own
    if isinstance(value, UUID) and value in slots and (field.primary_key or field.is_relation):
        return f"pg_temp.key({slots[value]}, %s::uuid)", [value]
    if isinstance(field, models.UUIDField) and field.unique:
        return "gen_random_uuid()", []
    if field.name in archive.alone(type(row)):
        return f"to_hex({slots[row.pk]}) || right(%s::text, 6)", [row.pk.hex]
    if isinstance(field, models.DateField) and value is not None:
        return f"(%s::{kind} - ({back}) * interval '1 day')::{kind}", [value]
    if isinstance(field, models.JSONField):
        return _json(value, slots)
    return f"%s::{kind}", [field.get_db_prep_save(value, connection)]


def _json(value: Any, slots: dict[UUID, str]) -> tuple[str, list[Any]]:
    """A record with the keys inside it followed."""
    text = json.dumps(value)
    part, said = "%s::text", [text]
    for key in {UUID(one) for one in archive.A_KEY.findall(text)} & set(slots):
        part, said = f"replace({part}, %s, pg_temp.key({slots[key]}, %s::uuid)::text)", [*said, str(key), key]
    return f"({part})::jsonb", said


def _one_of(names: tuple[str, ...], by: int) -> tuple[str, list[Any]]:
    return f"(%s::text[])[(1 + n * {by} %% {len(names)})::int]", [list(names)]


_first, _last = _one_of(archive.FIRST, 7919), _one_of(archive.LAST, 104729)
OWN: dict[tuple[type[Row], str], tuple[str, list[Any]]] = {
    (Patient, "ordinal"): ("n + 1", []),
    (PatientDetails, "full_name"): (f"{_first[0]} || ' ' || {_last[0]}", [*_first[1], *_last[1]]),
    (PatientDetails, "phone"): ("'+44 20 ' || lpad((n * 7919 %% 100000000)::text, 8, '0')", []),
    (Session, "number"): ("k", []),
}
"""What a person or a visit has of its own."""


def checked() -> None:
    """A sample is what the clinic's own actions would have left."""
    people = Patient.objects.order_by("-ordinal").prefetch_related("versions", "search_keys")[:SAMPLE]
    wrong = [one for one in people if {key.key for key in one.search_keys.all()} != one.keys_due()]
    wrong += list(exposures.drift(Session.objects.filter(plan__patient__in=[one.pk for one in people])))
    if wrong:
        raise SystemExit(f"What was poured is not what the clinic would have written: {wrong[0]}")


def main() -> None:
    wanted = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    wanted.add_argument("--people", type=int, default=1_000_000)
    wanted.add_argument("--sessions", type=int, default=10_000_000)
    given = wanted.parse_args()
    if connection.vendor != "postgresql" or not Clinic.current().is_demo:
        raise SystemExit("Rows are poured into a demo clinic on PostgreSQL alone.")
    pour(people=given.people, sessions=given.sessions)
    print(f"{Patient.objects.count():,} people, {Session.objects.count():,} sessions")


if __name__ == "__main__":
    main()
