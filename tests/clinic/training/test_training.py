"""Only a trained professional needles; somebody in training under a supervisor, who signs after them."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from clinic import charted
from conftest import PASSWORD, trained
from needlework.clinic.models.people import User
from needlework.clinic.models.training import CoSignature, Supervision, Training
from needlework.clinic.models.treatment import Session
from needlework.clinic.training import actions
from needlework.clinic.treat import actions as treat
from needlework.records.treat import EventKind
from needlework.records.why import Refusal

PEN = {"device": "kind:pen", "level": "trained", "on": "2026-01-10", "expires": "2027-01-10",
       "given_by": "Maker's course", "evidence": "No. 12"}  # fmt: skip


@pytest.fixture(autouse=True)
def that_day():
    with time_machine.travel(charted.NOON, tick=False):
        yield


@pytest.fixture
def novice(db):
    return User.objects.create_user("noor", PASSWORD, full_name="Noor Aziz", role="practitioner")


@pytest.fixture
def trainee(novice):
    trained(novice, level="supervised")
    return novice


@pytest.fixture
def plan(patient, practitioner):
    return charted.planned(patient, by=practitioner)


def opened(plan, by, **also):
    return treat.open_session(plan=plan, once=uuid4(), by=by, at=charted.NOON, **also)


def why(refusal):
    assert isinstance(refusal, Refusal), refusal
    return " ".join(f"{one.key}: {one.problem} {one.do}" for one in refusal.reasons)


def said(response):
    return response.content.decode()


# ── who may open and needle ──


def test_nobody_opens_a_session_untrained(plan, novice):
    assert "Noor Aziz has no training for" in why(opened(plan, novice))
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("device", "on", "expires", "opens"),
    [
        ("kind:pen", date(2026, 11, 20), date(2026, 11, 20), True),  # the one day on which it holds
        ("kind:pen", date(2026, 11, 21), date(2027, 11, 20), False),  # from tomorrow
        ("kind:pen", date(2025, 11, 19), date(2026, 11, 19), False),  # until yesterday
        (charted.DEVICE, date(2026, 1, 1), date(2027, 1, 1), True),
        ("exceed", date(2026, 1, 1), date(2027, 1, 1), False),  # another pen
        ("kind:roller", date(2026, 1, 1), date(2027, 1, 1), False),
    ],
)
def test_a_training_holds_for_its_device_from_its_day_until_it_expires(
    plan, novice, device, on, expires, opens
):
    trained(novice, device, on=on, expires=expires)
    assert isinstance(opened(plan, novice), Session) is opens


def test_a_training_taken_back_opens_nothing_from_that_day(plan, novice, director):
    training = trained(novice)
    back = {"reason": "Two burns", "by": director, "at": charted.NOON}
    actions.revoke(training=training, on=charted.DAY, once=uuid4(), **back)
    assert "no training" in why(opened(plan, novice))


def test_taken_back_from_tomorrow_it_holds_today(plan, novice, director):
    training = trained(novice)
    back = {"reason": "Leaves", "by": director, "at": charted.NOON}
    actions.revoke(training=training, on=charted.DAY + timedelta(days=1), once=uuid4(), **back)
    assert isinstance(opened(plan, novice), Session)


def test_a_corrected_training_counts_as_it_is_right(plan, novice, director):
    wrong = trained(novice)
    right = {**PEN, "on": date(2025, 1, 1), "expires": date(2026, 1, 1)}
    actions.enter(professional=novice, corrects=wrong, once=uuid4(), by=director, at=charted.NOON, **right)
    assert "no training" in why(opened(plan, novice))


def test_the_page_says_what_stands_in_the_way(plan, novice, signed_in):
    answer = signed_in(novice).post(reverse("treat", args=[plan.pk]))
    assert answer.status_code == 422 and "has no training for" in said(answer)


def test_somebody_untrained_charts_no_pass_but_may_note(plan, practitioner, novice):
    session = charted.prepared(charted.opened(plan, by=practitioner), by=practitioner)
    refused = charted.chart(session, EventKind.PASS, charted.a_pass(), by=novice)
    assert "no training" in why(refused)
    assert not isinstance(charted.chart(session, EventKind.NOTE, {"text": "Present"}, by=novice), Refusal)
    assert not session.entries.filter(kind="pass").exists()


def test_a_pass_is_judged_by_its_own_day(plan, practitioner, novice):
    session = charted.prepared(charted.opened(plan, by=practitioner), by=practitioner)
    trained(novice, on=date(2026, 1, 1), expires=charted.DAY)
    late = charted.NOON + timedelta(days=1)
    assert "no training" in why(charted.chart(session, EventKind.PASS, charted.a_pass(), by=novice, at=late))
    assert not isinstance(charted.chart(session, EventKind.PASS, charted.a_pass(), by=novice), Refusal)


# ── supervision ──


def test_a_trainee_opens_nothing_alone(plan, trainee):
    assert "need a supervisor who is here" in why(opened(plan, trainee))


def test_a_supervisor_is_trained_here_today_and_somebody_else(plan, trainee, practitioner, signed_in, novice):
    other = User.objects.create_user("lee", PASSWORD, full_name="Lee Park", role="practitioner")
    assert "no training" in why(opened(plan, trainee, supervisor=other))
    assert "has not signed in today" in why(opened(plan, trainee, supervisor=practitioner))
    assert "Nobody supervises themselves" in why(opened(plan, trainee, supervisor=trainee))
    signed_in(practitioner)
    session = opened(plan, trainee, supervisor=practitioner)
    assert Supervision.objects.get(session=session).supervisor == practitioner


def test_who_signed_in_yesterday_alone_is_not_here(plan, trainee, practitioner, signed_in):
    with time_machine.travel(charted.NOON - timedelta(days=1), tick=False):
        signed_in(practitioner)
    assert "has not signed in today" in why(opened(plan, trainee, supervisor=practitioner))


@pytest.mark.parametrize("now", ["ended", "front-desk", "elsewhere"])
def test_whose_role_no_longer_treats_people_here_supervises_nobody(
    plan, trainee, practitioner, signed_in, now
):
    signed_in(practitioner)
    changed = {
        "ended": {"ends_at": charted.NOON}, "front-desk": {"role": "front-desk"},
        "elsewhere": {"site": charted.a_room("Two", site="The other house").site},
    }  # fmt: skip
    practitioner.memberships.update(**changed[now])
    assert "does not treat people here" in why(opened(plan, trainee, supervisor=practitioner))


def test_the_page_asks_the_trainee_for_a_supervisor(plan, trainee, practitioner, prescriber, signed_in):
    signed_in(practitioner)
    page = signed_in(trainee)
    asked = page.post(reverse("treat", args=[plan.pk]))
    assert asked.status_code == 200 and "Ines Duarte" in said(asked)
    assert "Dr Tomas Okafor" not in said(asked), "who has not signed in is not offered"
    named = {"supervisor": practitioner.pk, "once": asked.context["once"]}
    answer = page.post(reverse("treat", args=[plan.pk]), named)
    assert answer.status_code == 302
    assert Supervision.objects.get().trainee == trainee


def test_a_trainee_needles_in_somebody_elses_session_only_supervised(plan, practitioner, trainee, signed_in):
    session = charted.prepared(charted.opened(plan, by=practitioner), by=practitioner)
    signed_in(practitioner)
    page = signed_in(trainee)
    assert "nobody supervises them here today" in why(
        charted.chart(session, EventKind.PASS, charted.a_pass(), by=trainee)
    )
    assert "Who supervises you here today?" in said(page.get(reverse("session", args=[session.pk])))
    answer = page.post(
        reverse("session-supervisor", args=[session.pk]), {"supervisor": practitioner.pk}, follow=True
    )
    assert "is supervised by Ines Duarte" in said(answer)
    assert not isinstance(charted.chart(session, EventKind.PASS, charted.a_pass(), by=trainee), Refusal)


# ── co-signature ──


@pytest.fixture
def session(plan, trainee, practitioner, signed_in):
    """Needled by the trainee, not signed."""
    signed_in(practitioner)
    return charted.needled(opened(plan, trainee, supervisor=practitioner), by=trainee)


@pytest.fixture
def signed(session, trainee):
    charted.chart(session, EventKind.SIGNED, {}, by=trainee)
    return session


def test_it_waits_for_the_supervisor_once_the_trainee_has_signed(
    session, trainee, practitioner, as_prescriber, signed_in
):
    today = "/"
    assert "Waits for co-signature" not in said(as_prescriber.get(today))
    charted.chart(session, EventKind.SIGNED, {}, by=trainee)
    assert "Waits for co-signature" in said(as_prescriber.get(today))
    assert "Waits for your co-signature" in said(signed_in(practitioner).get(reverse("training")))
    assert "Waits for your co-signature" not in said(as_prescriber.get(reverse("training")))


def test_the_first_signature_locks_the_chart(signed, trainee):
    refused = charted.chart(signed, EventKind.NOTE, {"text": "More"}, by=trainee)
    assert isinstance(refused, Refusal)


def test_the_supervisor_cosigns_once(signed, practitioner, signed_in):
    page, address = signed_in(practitioner), reverse("session-cosign", args=[signed.pk])
    once = page.get(address).context["form"]["once"].value()
    for _twice in range(2):
        assert page.post(address, {"agrees": "yes", "once": once}).status_code == 302
    assert CoSignature.objects.get().agrees
    assert not Supervision.objects.waiting().exists()
    assert "Co-signed on" in said(page.get(reverse("session", args=[signed.pk])))
    again = page.post(address, {"agrees": "yes", "once": uuid4()})
    assert again.status_code == 422 and CoSignature.objects.count() == 1


def test_nobody_else_cosigns(signed, trainee, prescriber, director, signed_in):
    for user in (trainee, prescriber, director):
        answer = signed_in(user).post(
            reverse("session-cosign", args=[signed.pk]), {"agrees": "yes", "once": uuid4()}
        )
        assert answer.status_code == 422 and "Only the supervisor" in said(answer)
    assert not CoSignature.objects.exists()


def test_nothing_is_cosigned_before_it_is_signed(session, practitioner, signed_in):
    answer = signed_in(practitioner).post(
        reverse("session-cosign", args=[session.pk]), {"agrees": "yes", "once": uuid4()}
    )
    assert answer.status_code == 422 and not CoSignature.objects.exists()


def test_a_refusal_needs_a_reason_and_stands_in_the_chart(signed, practitioner, signed_in):
    page, address = signed_in(practitioner), reverse("session-cosign", args=[signed.pk])
    bare = page.post(address, {"agrees": "no", "reason": "  ", "once": uuid4()})
    assert bare.status_code == 422 and not CoSignature.objects.exists()
    page.post(address, {"agrees": "no", "reason": "Cheeks were needled twice", "once": uuid4()})
    last = signed.entries.last()
    assert last.kind == "addendum" and "Cheeks were needled twice" in last.data["text"]
    assert last.created_by == practitioner
    assert "Co-signature refused" in said(page.get("/"))
    page.post(address, {"agrees": "yes", "once": uuid4()})
    assert not Supervision.objects.waiting().exists()


def test_what_the_supervisor_signs_needs_no_second_signature(session, practitioner):
    charted.chart(session, EventKind.SIGNED, {}, by=practitioner)
    assert not Supervision.objects.waiting().exists()


# ── on the professional's page ──


def test_the_director_enters_corrects_and_takes_back_and_all_stays_readable(as_director, novice):
    page = reverse("staff-training", args=[novice.pk])
    as_director.post(page, {**PEN, "once": uuid4()})
    first = Training.objects.get(professional=novice)
    as_director.post(
        reverse("training-correct", args=[first.pk]), {**PEN, "given_by": "Dr Weiss", "once": uuid4()}
    )
    second = Training.objects.get(corrects=first)
    as_director.post(
        reverse("training-revoke", args=[second.pk]),
        {"on": "2026-11-20", "reason": "Left the field", "once": uuid4()},
    )
    shown = said(as_director.get(page))
    for words in ("corrected since", "Dr Weiss", "Maker&#x27;s course", "taken back from", "Left the field"):
        assert words in shown, words


@pytest.mark.parametrize(
    "wrong",
    [
        {"expires": "2025-01-01"}, {"device": "scalpel"}, {"level": "expert"}, {"on": "soon"},
        {"given_by": ""}, {"evidence": "x" * 2001}, {"once": "nonsense"},
    ],
)  # fmt: skip
def test_nonsense_is_refused(as_director, novice, wrong):
    answer = as_director.post(reverse("staff-training", args=[novice.pk]), {**PEN, "once": uuid4(), **wrong})
    assert answer.status_code == 422 and not Training.objects.filter(professional=novice).exists()


def test_the_same_form_twice_is_one_training(as_director, novice):
    once = uuid4()
    for _twice in range(2):
        as_director.post(reverse("staff-training", args=[novice.pk]), {**PEN, "once": once})
    assert Training.objects.filter(professional=novice).count() == 1


def test_what_ends_soon_is_shown_ahead_to_the_director_and_to_oneself(
    as_director, as_prescriber, novice, signed_in
):
    trained(novice, expires=charted.DAY + timedelta(days=30))
    assert "Training that ends soon" in said(as_director.get("/"))
    assert "Training that ends soon" in said(signed_in(novice).get("/"))
    assert "Training that ends soon" not in said(as_prescriber.get("/"))
    trained(novice, expires=charted.DAY + timedelta(days=400))
    assert "Training that ends soon" not in said(as_director.get("/"))


def test_the_database_refuses_who_supervises_themselves(session, trainee):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        Supervision.objects.bulk_create([Supervision(session=session, trainee=trainee, supervisor=trainee)])
