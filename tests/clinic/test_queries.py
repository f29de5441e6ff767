"""
A page costs as many queries in a large archive as in a small one, and for a long history as for a short one.

Everything is copied, kind by kind as the models' own keys lead (benchmarks/archive.py), so that a page or a
kind of record that is new is counted from its first day. What a process asks once and remembers, it asks
while the smaller archive is walked.
"""

import random
import re
from collections import Counter
from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import archive
from clinic import charted, test_url_walk
from needlework.clinic import exposures, waits
from needlework.clinic.models.marks import Mark
from needlework.clinic.models.people import Patient, PatientDetails
from needlework.clinic.models.photographs import Comparison, Photograph
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.recovery import CheckIn
from needlework.clinic.models.safety import Incident, LookBack
from needlework.clinic.models.screening import Screening
from needlework.clinic.models.stock import CartridgeIn, Recall, Unit
from needlework.clinic.models.training import Training
from needlework.clinic.models.treatment import Session
from needlework.clinic.recover import actions as recover
from needlework.clinic.stock import actions as stock

A_FEW, MANY = 10, 20
"""People; fewer of each kind than a page shows of it, or the rest would not be asked for."""
COPIES = 21
"""Of what is nobody's, at each step: more look-backs than the page of safety shows."""
NOBODYS = (Unit, Recall, LookBack, Incident, CartridgeIn, Training)
THEIRS = {
    "patient": Patient, "screening": Screening, "plan": Plan, "session": Session, "check_in": CheckIn,
    "photograph": Photograph, "comparison": Comparison, "mark": Mark,
}  # fmt: skip
ALSO = {
    "patients": ("?q=Ada", "?q=N-0001", "?q=7946"),
    "safety": ("?lot=L1", "?since=2020-01-01", "?recall={recall}"),
}
"""What a page is asked for besides itself."""

world = test_url_walk.world


@pytest.fixture
def clock():
    with time_machine.travel(charted.NOON + timedelta(days=2, hours=1), tick=False) as that_day:
        yield that_day


@pytest.fixture
def waiting(practitioner, world):
    """A lot in stock, and people who wait: with a fever, for a signature, a treatment, the questions."""
    said = {"gtin": "", "lot": "L1", "serial": "", "expires": charted.NOON.date() + timedelta(days=90)}
    stock.take_in(once=uuid4(), by=practitioner, at=charted.NOON, quantity=99, **said)
    later = charted.NOON + timedelta(days=2)
    session, answers = Session.objects.get(pk=world[0]["session"]), charted.cast.well({"fever": True})
    recover.check_in(session=session, answers=answers, once=uuid4(), by=None, at=later, now=later)
    charted.opened(charted.planned(_somebody(), by=practitioner), by=practitioner)
    charted.planned(_somebody(), by=practitioner)
    charted.planned(_somebody(), by=practitioner, consent=False)
    _somebody()


def _somebody():
    person = Patient.objects.admit()
    details = {"full_name": "Bea Marsh", "born_on": date(1990, 3, 12), "phone": "+44 20 7946 0002"}
    PatientDetails(patient=person, **details).save()
    return person


def _asked(client, ids, pair):
    """How many queries each page takes that this person may open, by its address."""
    found = {}
    for name, entry in test_url_walk._routes().items():
        if test_url_walk.TABLE[name][0][-1] != 200 or name in test_url_walk.LINKS or "logout" in name:
            continue
        wanted = entry.pattern.converters
        if not set(wanted) <= set(ids):
            continue
        url = reverse(name, kwargs={key: ids[key] for key in wanted}) + (pair if name == "compare" else "")
        for query in ("", *ALSO.get(name, ())):
            found[f"{name}{query}"] = _queries(client, url + query.format(**ids))
    return found


def _queries(client, url):
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(url)
        b"".join(answer) if answer.streaming else answer.content
    assert answer.status_code == 200, url
    return [_shape(one["sql"]) for one in asked.captured_queries]


def _shape(sql):
    """What is asked of which table, whatever for."""
    shape = re.sub(r"SELECT .*? FROM", "SELECT FROM", sql)
    return re.sub(r"'[^']*'(, '[^']*')*", "?", shape)[:150]


def _enlarge(people):
    archive.fill(people=people, sessions=people, seed=people, say=lambda *words, **how: None)
    for row in [row for kind in NOBODYS for row in kind.objects.all()[:1]]:
        for _n in range(COPIES):
            named = {}
            archive.save([archive.copy(one, named, back=timedelta(days=1)) for one in archive.theirs(row)])
    assert list(exposures.drift()) == [] and list(waits.drift()) == []


def _grown(before, after):
    """Each page that asks more, how many more, and what."""

    def told(name):
        more = Counter(after[name]) - Counter(before[name])
        return f"{name}: {len(before[name])} -> {len(after[name])}; {more.most_common(3)}"

    return "\n".join(told(name) for name in before if len(after[name]) > len(before[name]))


def test_no_page_asks_more_of_a_larger_archive(world, waiting, as_director, clock):
    ids, pair = world
    _enlarge(A_FEW)
    few = _asked(as_director, ids, pair)
    _enlarge(MANY)
    assert _grown(few, _asked(as_director, ids, pair)) == ""


def test_no_page_asks_more_of_a_longer_history(world, as_director, clock):
    ids, _pair = world
    rows = archive.theirs(Patient.objects.get(pk=ids["patient"]))
    asked = []
    for number, sessions in ((1001, 2), (1002, 12)):
        made = archive.copied(rows, number=number, sessions=sessions, rng=random.Random(number))
        archive.save(made)
        own = {"recall": ids["recall"]}
        own |= {name: next(row.pk for row in made if isinstance(row, kind)) for name, kind in THEIRS.items()}
        pair = [row.pk for row in made if isinstance(row, Photograph)]
        asked.append(_asked(as_director, own, "?before={}&after={}".format(*pair)))
    assert len(asked[0]) > 10
    assert _grown(*asked) == ""
