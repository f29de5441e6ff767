"""A numbing cream is charted and weighed on the session's page, and no needle comes before it is off."""

from datetime import timedelta
from uuid import uuid4

import pytest

from clinic import charted
from needlework.clinic.treat import opening
from needlework.records.numbing import NumbingRisk
from needlework.records.screen import Answers
from needlework.records.treat import EventKind
from needlework.records.why import Refusal

pytestmark = pytest.mark.usefixtures("at_noon")

CREAM = {
    "anaesthetic": "lidocaine-prilocaine-2.5",
    "lot": "N 7",
    "grams": "10",
    "area_cm2": "100",
    "minutes": "45",
    "ago_min": "5",
}
STRONG = {**CREAM, "anaesthetic": "lidocaine-23-tetracaine-7"}


@pytest.fixture
def session(patient, practitioner):
    return charted.prepared(
        charted.opened(charted.planned(patient, by=practitioner), by=practitioner), by=practitioner
    )


def send(client, session, kind, **data):
    return client.post(f"/sessions/{session.pk}/", {"kind": kind, "once": uuid4(), **data})


def kinds(session):
    return [
        entry.kind for entry in session.entries.all() if entry.kind in {"numbed", "wiped", "pass", "signed"}
    ]


def test_a_cream_is_on_then_off_and_then_the_needle_may_come(as_practitioner, practitioner, session):
    assert send(as_practitioner, session, "numbed", **CREAM).status_code == 302
    page = as_practitioner.get(f"/sessions/{session.pk}/")
    (shown,) = page.context["numbed"]
    assert (
        shown["on"] and shown["one"].on_at == charted.NOON - timedelta(minutes=5) and shown["longest"] == 45
    )
    assert f'data-since="{int((charted.NOON.timestamp() - 300) * 1000)}"' in page.content.decode()
    refused = send(as_practitioner, session, "pass", **charted.a_pass())
    assert refused.status_code == 422 and "still on the skin" in refused.content.decode()
    later = charted.NOON + timedelta(minutes=35)
    charted.chart(session, EventKind.WIPED, {}, by=practitioner, at=later)
    assert send(as_practitioner, session, "pass", **charted.a_pass()).status_code == 302
    page = as_practitioner.get(f"/sessions/{session.pk}/")
    assert page.context["numbed"][0]["minutes"] == 40 and kinds(session) == ["numbed", "wiped", "pass"]
    assert "after 40 min" in page.content.decode()


def test_what_a_limit_bars_is_refused_with_what_was_typed(as_practitioner, session):
    answer = send(as_practitioner, session, "numbed", **{**STRONG, "covered": "on"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "two people, 22 and 25 years old" in page and 'value="N 7"' in page
    assert kinds(session) == []


def test_what_a_limit_cautions_of_is_charted_and_said(as_practitioner, session):
    assert send(as_practitioner, session, "numbed", **{**CREAM, "grams": "25"}).status_code == 302
    assert "More than 2 g to 10 cm²" in as_practitioner.get(f"/sessions/{session.pk}/").content.decode()


def test_left_on_too_long_is_said(as_practitioner, practitioner, session):
    send(as_practitioner, session, "numbed", **{**CREAM, "anaesthetic": "lidocaine-4"})
    charted.chart(session, EventKind.WIPED, {}, by=practitioner, at=charted.NOON + timedelta(minutes=90))
    alerts = as_practitioner.get(f"/sessions/{session.pk}/").context["numbed"][0]["alerts"]
    assert "lidocaine-4-time" in {alert.limit for alert in alerts}


@pytest.mark.parametrize(
    ("answers", "risk"),
    [
        ({"anaesthetic-risk": False, "allergy": False}, NumbingRisk()),
        ({"anaesthetic-risk": True, "allergy": False}, NumbingRisk(at_risk=True)),
        ({"allergy": False}, NumbingRisk(at_risk=True)),
        ({"anaesthetic-risk": False, "allergy": True, "anaesthetic-allergy": False}, NumbingRisk()),
        ({"anaesthetic-risk": False, "allergy": True}, NumbingRisk(allergic=True)),
        ({"anaesthetic-risk": False, "allergy": False, "atopic-eczema": True}, NumbingRisk(atopic=True)),
        ({}, NumbingRisk(at_risk=True, allergic=True)),
    ],
)
def test_what_nobody_asked_counts_as_a_yes(answers, risk):
    assert opening.risk_of(Answers(answers)) == risk


def test_sent_twice_is_one(as_practitioner, session):
    once = uuid4()
    sent = {"kind": "numbed", "once": once, **CREAM}
    assert [as_practitioner.post(f"/sessions/{session.pk}/", sent).status_code for _ in range(2)] == [
        302,
        302,
    ]
    assert kinds(session) == ["numbed"]


def test_nothing_is_wiped_off_that_is_not_on(session, practitioner):
    refused = charted.chart(session, EventKind.WIPED, {}, by=practitioner)
    assert isinstance(refused, Refusal) and refused.reasons[0].key == "cream"


@pytest.mark.parametrize("field", ["grams", "area_cm2", "minutes", "lot", "anaesthetic"])
def test_nothing_is_charted_without_its_numbers(as_practitioner, session, field):
    assert send(as_practitioner, session, "numbed", **{**CREAM, field: ""}).status_code == 422
    assert kinds(session) == []


def test_a_stranger_charts_none(client, session):
    assert send(client, session, "numbed", **CREAM).status_code == 302 and kinds(session) == []
