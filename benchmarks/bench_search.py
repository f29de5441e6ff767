"""
Finding somebody by part of a name, a whole name, a phone, a number or a birthday, among many people.

    python benchmarks/bench_search.py [--people 100000] [--times 20]

The search as the page asks it, in SQLite. The baseline asks the details themselves: a scan for names and
phones that contain what was typed, the day and the number as they stand. What each found is printed, since
they differ: a scan stumbles over an accent, and finds a word in the middle of another. Times are of the
processor: nothing waits for anything else here, and a busy machine shows the same. Everybody is made up, in a
folder that is removed afterwards.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import timed

FIRST = ("Lucía", "Ana", "Yusuf", "Zoë", "Mei", "Ada", "John", "Maria", "Olga", "Sven", "Kofi", "Inés")
CONSONANTS, VOWELS, SYLLABLES, LAST = "bcdfglmnprst", "aeiou", 3, 2000
FIRST_BORN, DAYS = date(1940, 1, 1), 24_000
A_BATCH = 5000
WIDTHS = (8, 9, 9, 13, 9, 9, 8)
Ask = Callable[[str], list[UUID]]


def empty() -> None:
    """A clinic without anybody, whose log does not watch: nobody is in it who could come to harm."""
    import django

    import needlework.server.settings  # noqa: F401

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from needlework.clinic import audit

    call_command("migrate", verbosity=0)
    connection.ensure_connection()
    audit.remove(connection.connection)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")


def fill(people: int, rng: random.Random) -> None:
    """So many people with details and keys, as `PatientDetails.save` leaves them."""
    from django.db import transaction

    from needlework.clinic.models.finding import SearchKey, keys
    from needlework.clinic.models.people import KnownAt, Patient, PatientDetails, first_site

    site, names = first_site(), ["".join(_syllables(rng)).title() for _ in range(LAST)]
    for start in range(0, people, A_BATCH):
        made = [Patient(ordinal=n + 1) for n in range(start, min(people, start + A_BATCH))]
        known = [_details(one, names, rng) for one in made]
        with transaction.atomic():
            Patient.objects.bulk_create(made)
            KnownAt.objects.bulk_create(KnownAt(patient=one, site=site) for one in made)
            PatientDetails.objects.bulk_create(PatientDetails(**one) for one in known)
            SearchKey.objects.bulk_create(
                SearchKey(patient=one["patient"], key=key)
                for one in known
                for key in keys(name=one["full_name"], phone=one["phone"], born_on=one["born_on"])
            )


def _syllables(rng: random.Random) -> Iterator[str]:
    for _n in range(SYLLABLES):
        yield rng.choice(CONSONANTS) + rng.choice(VOWELS)


def _details(patient: Any, names: list[str], rng: random.Random) -> dict[str, Any]:
    return {
        "patient": patient,
        "full_name": f"{rng.choice(FIRST)} {rng.choice(names)} {rng.choice(names)}",
        "born_on": FIRST_BORN + timedelta(days=rng.randrange(DAYS)),
        "phone": f"+34 6{rng.randrange(100):02d} {rng.randrange(1000):03d} {rng.randrange(1000):03d}",
    }


# ── what is asked ────────────────────────────────────────────────────────────────────────────────────


def asked(details: Any) -> dict[str, str]:
    """What somebody types who looks for this person, by what it is."""
    first, last, _other = details.full_name.split()
    return {
        "a letter": first[0].lower(),
        "part of a name": last[:4].lower(),
        "whole name": details.full_name.lower(),
        "two parts": f"{last[:3]} {first[:2]}".lower(),
        "phone": details.phone[-7:],
        "number": details.patient.number,
        "birth date": f"{details.born_on.day}.{details.born_on.month}.{details.born_on.year}",
    }


def by_keys(text: str) -> list[UUID]:
    from needlework.clinic.models.people import Patient, first_site

    return Patient.objects.going_on().asked_for(text, site=first_site())


def by_scan(what: str, text: str) -> list[UUID]:
    """The plain way: whose newest details contain every word."""
    from needlework.clinic.models.finding import born
    from needlework.clinic.models.people import MOST_FOUND, Patient

    now = Patient.objects.filter(absorbed_by=None, versions__corrected_by=None)
    if what == "number":
        now = now.filter(ordinal=Patient.ordinal_of(text))
    elif what == "birth date":
        now = now.filter(versions__born_on=born(text))
    elif what == "phone":
        now = now.filter(versions__phone__icontains=text)
    else:
        for word in text.split():
            now = now.filter(versions__full_name__icontains=word)
    return list(now.order_by("-pk").values_list("pk", flat=True)[: MOST_FOUND + 1])


def took(ask: Ask, texts: list[str]) -> tuple[float, float, float]:
    """Median and 95th percentile of the time, in milliseconds; and how many were found, on the average."""
    times, found = [], []
    for text in texts:
        begun = time.process_time()
        found.append(len(ask(text)))
        times.append((time.process_time() - begun) * 1000)
    return statistics.median(times), sorted(times)[int(len(times) * 0.95)], statistics.mean(found)


def main() -> None:
    wanted = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    wanted.add_argument("--people", type=int, default=100_000)
    wanted.add_argument("--times", type=int, default=20)
    given = wanted.parse_args()
    with tempfile.TemporaryDirectory(prefix="needlework-search-") as folder:
        settings = {"DJANGO_SETTINGS_MODULE": "needlework.server.settings", "NEEDLEWORK_DATABASE": ""}
        os.environ |= {"NEEDLEWORK_DATA": folder, **settings}
        empty()
        fill(given.people, random.Random(1))
        say(given.people, given.times, random.Random(2))


def say(people: int, times: int, rng: random.Random) -> None:
    from needlework.clinic.models.finding import SearchKey
    from needlework.clinic.models.people import PatientDetails

    print(f"{people:,} people, {SearchKey.objects.count():,} keys; {times} questions each; {timed.machine()}")
    heads = ("found", "p50 ms", "p95 ms", "scan found", "p50 ms", "p95 ms", "ratio")
    print(" " * 16 + "".join(f"{head:>{width}}" for head, width in zip(heads, WIDTHS, strict=True)))
    rows = PatientDetails.objects.select_related("patient").order_by("pk")
    typed = [asked(rows[rng.randrange(people)]) for _n in range(times)]
    for what in typed[0]:
        texts = [one[what] for one in typed]
        by_keys(texts[0])  # once, so that the first is not the one that opens the file
        a, b = took(by_keys, texts), took(partial(by_scan, what), texts)
        figures = (a[2], a[0], a[1], b[2], b[0], b[1], b[0] / a[0])
        print(
            f"{what:<16}" + "".join(f"{one:>{width}.1f}" for one, width in zip(figures, WIDTHS, strict=True)),
            flush=True,
        )
    print(timed.machine())


if __name__ == "__main__":
    main()
