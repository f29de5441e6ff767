"""
A clinic of any size, for what is timed: the demo's people, copied many times with everything that is theirs.

What belongs to somebody is found by following the models' own keys, so a new kind of record is in the
archive from the day on which it has a model. Copies have their own names, numbers, days and keys, go through
the database's triggers as every row does, and are as well-formed as what they were copied from.

    python benchmarks/archive.py --people 10000 --sessions 100000     into the database of the environment

Only a demo clinic is copied: nobody invents people among those who exist.
"""

import argparse
import io
import json
import os
import random
import re
import secrets
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "needlework.server.settings")
import django

django.setup()

from django.apps import apps  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction  # noqa: E402
from uuid_utils.compat import uuid7  # noqa: E402

from needlework.clinic import audit, exposed_days, waits  # noqa: E402
from needlework.clinic.models.exposure import Exposure  # noqa: E402
from needlework.clinic.models.people import Clinic, Patient, PatientDetails  # noqa: E402
from needlework.clinic.models.treatment import Session, SessionEntry  # noqa: E402
from needlework.records.treat import EventKind  # noqa: E402

FIRST = (
    "Ada",
    "Ben",
    "Clara",
    "Dele",
    "Emil",
    "Freya",
    "Grace",
    "Hugo",
    "Ines",
    "Jonas",
    "Kofi",
    "Lucía",
    "Omar",
)
LAST = (
    "Adeyemi",
    "Baird",
    "Castro",
    "Duarte",
    "Eklund",
    "Fofana",
    "Gupta",
    "Haddad",
    "Ito",
    "Jansen",
    "Müller",
)
A_BATCH = 200
"""People written in one transaction."""

Rows = list[models.Model]
Key = tuple[type[models.Model], object]


def fill(*, people: int, sessions: int, seed: int = 1, say=print) -> None:
    """
    Add copies until there are so many people, who have had so many sessions.

    Only a session that was signed is followed by others: of those that are open somebody has one at most.
    """
    rng, templates = random.Random(seed), [theirs(one) for one in Patient.objects.all()]
    treated = [rows for rows in templates if any(signs(row) for row in rows)]
    more = max(0, people - Patient.objects.count())
    wanted = Share(sessions - Session.objects.count(), over=max(1, more * len(treated) // len(templates)))
    number = Patient.objects.order_by("-ordinal").values_list("ordinal", flat=True).first() or 0
    for start in range(0, more, A_BATCH):
        with transaction.atomic(), audit.acting("console"):
            made: list[models.Model] = []
            for n in range(start, min(more, start + A_BATCH)):
                rows = templates[n % len(templates)]
                made += copied(
                    rows, number=number + n + 1, sessions=wanted.next() if rows in treated else 1, rng=rng
                )
            save(made)
        if start % 2000 == 0:
            say(f"{start + A_BATCH:,} people", flush=True)
    exposed_days.anew()
    reckon()


def signs(row: models.Model) -> bool:
    return isinstance(row, SessionEntry) and row.kind == EventKind.SIGNED


def reckon() -> None:
    """
    Write what pages read and is reckoned from the copies: by which keys they are found, who waits for what.

    A page that is asked for without them would find nobody, and be fast.
    """
    with transaction.atomic():
        call_command("search-keys", mend=True, stdout=io.StringIO())
    waits.fill()


class Share:
    """So many, shared out as evenly as whole numbers allow."""

    def __init__(self, total: int, *, over: int) -> None:
        self.total, self.over, self.given, self.asked = total, over, 0, 0

    def next(self) -> int:
        self.asked += 1
        due = round(self.total * min(self.asked, self.over) / self.over)
        share, self.given = max(1, due - self.given), max(due, self.given + 1)
        return share


# ── what is somebody's ───────────────────────────────────────────────────────────────────────────────


def theirs(root: models.Model) -> Rows:
    """This row and all that hang on it, each after those that it names."""
    found: dict[Key, models.Model] = {(type(root), root.pk): root}
    for model in in_order():
        for key in _keys(model):
            ours = [row.pk for row in found.values() if isinstance(row, key.remote_field.model)]
            rows = model._base_manager.filter(**{f"{key.attname}__in": ours}) if ours else ()
            found |= {(model, row.pk): row for row in rows if (model, row.pk) not in found}
    return list(found.values())


@cache
def in_order() -> list[type[models.Model]]:
    """
    The clinic's models, each after those that its keys name; a key to its own kind does not count.

    Of what is reckoned from other rows the index of exposures alone, which says nothing of a name; and
    nothing that is between two people, such as a merge: a copy would be merged with somebody who is none.
    """
    ours = apps.get_app_config("clinic").get_models()
    left = [m for m in ours if isinstance(m._meta.pk, models.UUIDField) or m is Exposure]
    left = [m for m in left if [k.remote_field.model for k in _keys(m)].count(Patient) < 2]
    ordered: list[type[models.Model]] = []
    while left:
        free = [
            m
            for m in left
            if not any(k.remote_field.model in left and k.remote_field.model is not m for k in _keys(m))
        ]
        ordered += free or left[:1]
        left = [m for m in left if m not in ordered]
    return ordered


def _keys(model: type[models.Model]) -> list[models.ForeignKey]:
    """Its foreign keys, but those that say who made it."""
    found = [field for field in model._meta.concrete_fields if field.many_to_one or field.one_to_one]
    return [field for field in found if field.remote_field.model._meta.db_table != "clinic_user"]


# ── its copy ─────────────────────────────────────────────────────────────────────────────────────────

A_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def copied(rows: Rows, *, number: int, sessions: int, rng: random.Random) -> Rows:
    """Everything of one person as another person's, who had so many sessions, where they had one."""
    named, back = {}, timedelta(days=rng.randrange(1500))
    session = next((row for row in rows if isinstance(row, Session)), None)
    held = {(type(one), one.pk) for row in rows if isinstance(row, Session) for one in within(row)}
    made = [copy(row, named, back=back) for row in rows if (type(row), row.pk) not in held]
    for n in range(sessions if session else 0):
        inner, later = dict(named), back + timedelta(days=28 * (sessions - 1 - n))
        visit = [copy(row, inner, back=later) for row in within(session)]
        visit[0].number = n + 1
        made += visit
    for row in made:
        if isinstance(row, Patient):
            row.ordinal = number
        if isinstance(row, PatientDetails):
            row.full_name = f"{rng.choice(FIRST)} {rng.choice(LAST)}"
            row.phone = f"+44 20 {rng.randrange(10**8):08d}"
    return made


@cache
def within(session: Session) -> Rows:
    return theirs(session)


def copy(row: models.Model, named: dict[UUID, UUID], *, back: timedelta) -> models.Model:
    """
    This row under a key of its own, which `named` learns; keys that it knows are followed.

    What stays the same is one object in all copies, so that `save` brings it into its column's shape once.
    """
    model, made = type(row), type(row).__new__(type(row))
    new = uuid7() if isinstance(model._meta.pk, models.UUIDField) else None
    if new is not None:
        named[row.pk] = new
    there = row.__dict__
    made.__dict__ = {name: told(there[name], named, back) for name, told in _fields(model)}
    made.__dict__ |= {name: secrets.token_hex(10) for name in alone(model)}
    made.__dict__ |= {model._meta.pk.attname: new, "_state": models.base.ModelState()}
    return made


@cache
def _fields(model: type[models.Model]) -> list:
    """Each column but the key and what has to differ, and how its value is copied."""
    left_out = {model._meta.pk.attname, *alone(model)}
    return [
        (field.attname, _told(field))
        for field in model._meta.concrete_fields
        if field.attname not in left_out
    ]


def _told(field: models.Field):
    if isinstance(field, models.UUIDField) and field.unique:
        return lambda value, named, back: uuid7()
    if field.is_relation or isinstance(field, models.UUIDField):
        return lambda value, named, back: named.get(value, value)
    if isinstance(field, models.DateField):
        return lambda value, named, back: value and value - back
    if isinstance(field, models.JSONField):
        return _record
    return lambda value, named, back: value


def _record(value, named: dict[UUID, UUID], back: timedelta):
    """A record with the keys inside it followed, as an entry names the one that it strikes."""
    text, keys = _written(Same(value))
    return json.loads(A_KEY.sub(lambda key: str(named.get(UUID(key[0]), key[0])), text)) if keys else value


@cache
def _written(value: "Same") -> tuple[str, bool]:
    text = json.dumps(value.it)
    return text, bool(A_KEY.search(text))


class Same:
    """A value that is told apart by being that very object, whether or not it can be hashed."""

    def __init__(self, it: object) -> None:
        self.it = it  # kept, so that no other object takes its place in memory

    def __hash__(self) -> int:
        return id(self.it)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.it is self.it


@cache
def alone(model: type[models.Model]) -> list[str]:
    """The text that has to differ from row to row, since no key in the same rule does."""
    rules = [[field] for field in model._meta.concrete_fields if field.unique]
    rules += [[model._meta.get_field(name) for name in one.fields] for one in model._meta.constraints
              if isinstance(one, models.UniqueConstraint)]  # fmt: skip
    texts = [[field.name for field in rule if isinstance(field, models.CharField)] for rule in rules
             if not any(field.is_relation for field in rule)]  # fmt: skip
    return [names[-1] for names in texts if names]


def save(rows: Iterable[models.Model]) -> None:
    """Each kind in one go, those first that others name; through the triggers, past Django's own care."""
    kinds: dict[type[models.Model], Rows] = {}
    for row in rows:
        kinds.setdefault(type(row), []).append(row)
    quoted = connection.ops.quote_name
    for model in in_order():
        fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
        names = ", ".join(quoted(field.column) for field in fields)
        into = (
            f"INSERT INTO {quoted(model._meta.db_table)} ({names}) VALUES ({', '.join(['%s'] * len(fields))})"
        )
        shaped = [(field.attname, _shaped(field)) for field in fields]
        if made := kinds.get(model):
            with connection.cursor() as cursor:
                cursor.executemany(into, [[of(row.__dict__[name]) for name, of in shaped] for row in made])


def _shaped(field: models.Field):
    """How a value comes into the shape of its column. What many copies share is shaped once."""
    there = connections[DEFAULT_DB_ALIAS]
    if isinstance(field, models.UUIDField) or field.is_relation:
        return (lambda key: key) if there.features.has_native_uuid_field else (lambda key: key and key.hex)
    if isinstance(field, models.DateField) or field.unique:
        return lambda value: field.get_db_prep_save(value, there)
    return lambda value: _once(field, Same(value))


@cache
def _once(field: models.Field, value: Same):
    return field.get_db_prep_save(value.it, connections[DEFAULT_DB_ALIAS])


def main() -> None:
    wanted = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    wanted.add_argument("--people", type=int, default=10_000)
    wanted.add_argument("--sessions", type=int, default=100_000)
    given = wanted.parse_args()
    if not Clinic.current().is_demo:
        raise SystemExit("This is no demo clinic. Nothing was copied. Make one: needlework demo")
    fill(people=given.people, sessions=given.sessions)
    print(f"{Patient.objects.count():,} people, {Session.objects.count():,} sessions")


if __name__ == "__main__":
    main()
