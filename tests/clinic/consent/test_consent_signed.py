"""A consent from its text to its signature, and what holds it up or ends it."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from clinic import charted
from needlework.clinic import consented, storage
from needlework.clinic.consent import actions, signature
from needlework.clinic.models.consent import ConsentAnswer, ConsentRules, ConsentText, PhotoConsent
from needlework.clinic.treat import opening
from needlework.records.treat import EventKind
from needlework.records.why import Reason, Refusal


@pytest.fixture
def plan(patient, practitioner):
    return charted.planned(patient, by=practitioner, consent=False)


def reasons(plan, by):
    return " ".join(f"{one.key} {one.problem}" for one in opening.against(plan, by=by, on=charted.DAY))


def form(text, **changed):
    sent = {
        "do": "sign", "once": str(uuid4()), "sha256": text.sha256, "name": "Ada Lindqvist", "agree": "on",
        "strokes": charted.SIGNATURE,
    }  # fmt: skip
    return {**sent, **changed}


def test_nothing_starts_before_it_is_given_and_signed(plan, practitioner):
    assert "consent was not given to read" in reasons(plan, practitioner)
    text = charted.given(plan, by=practitioner)
    assert "consent is not signed" in reasons(plan, practitioner)
    made = charted.consented(plan, by=practitioner)
    assert made.text == text
    assert reasons(plan, practitioner) == ""


def test_it_is_signed_on_the_screen_and_kept_as_a_document(plan, practitioner, as_practitioner):
    address = reverse("consent", args=[plan.pk])
    assert as_practitioner.post(address, {"do": "give", "once": str(uuid4())}).status_code == 302
    text = ConsentText.objects.get()
    assert as_practitioner.post(address, form(text)).status_code == 302
    made = ConsentAnswer.objects.get()
    assert (made.said, made.how, made.strokes) == ("signed", "drawn", json.loads(charted.SIGNATURE))
    document = as_practitioner.get(reverse("consent-document", args=[made.pk]))
    assert document.content.startswith(b"%PDF-") and b"pdfaid" in document.content
    assert hashlib.sha256(document.content).hexdigest() == made.pdf_sha256
    shown = as_practitioner.get(address).content.decode()
    assert text.sha256 in shown and "consent-signature" in shown


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"strokes": ""}, "is empty"),
        ({"strokes": "[[[5,5]]]"}, "is empty"),
        ({"strokes": "[[[1e9,5],[3,4]]]"}, "did not arrive"),
        ({"strokes": "[[[true,5],[3,4]]]"}, "did not arrive"),
        ({"strokes": "nonsense"}, "did not arrive"),
        ({"strokes": "[[" * 5000}, "did not arrive"),
        ({"strokes": "[" + "[[1,1],[900,900]]," * 20_000 + "[[1,1]]]"}, "far longer"),
        ({"name": " "}, "is empty"),
        ({"agree": ""}, "not ticked"),
        ({"sha256": "0" * 64}, "no longer the present one"),
        ({"how": "paper"}, "who saw it"),
        ({"how": "no such way"}, "valid choice"),
    ],
)
def test_what_is_no_signature_signs_nothing(changed, says, plan, practitioner, as_practitioner):
    text = charted.given(plan, by=practitioner)
    answer = as_practitioner.post(reverse("consent", args=[plan.pk]), form(text, **changed))
    assert answer.status_code == 422 and says in answer.content.decode()
    assert not ConsentAnswer.objects.exists()


def test_ten_megabytes_of_strokes_are_refused(plan, practitioner, as_practitioner):
    text = charted.given(plan, by=practitioner)
    huge = "[" + "[[1,1],[900,900]]," * 580_000 + "[[1,1]]]"
    assert len(huge) > 10_000_000
    answer = as_practitioner.post(reverse("consent", args=[plan.pk]), form(text, strokes=huge))
    assert answer.status_code in {400, 413} and not ConsentAnswer.objects.exists()
    assert isinstance(signature.read(huge), Reason)


def test_paper_and_a_person_who_cannot_sign_need_a_witness(plan, practitioner):
    made = charted.consented(plan, by=practitioner, how="spoken", strokes="", witness="R. Costa, sister")
    assert (made.how, made.witness) == ("spoken", "R. Costa, sister")
    assert consented.standing(plan).holds


def test_the_time_to_think_is_kept(plan, practitioner, director):
    actions.set_rules(cooling_hours=48, reason="House rule", by=director, at=charted.NOON)
    with time_machine.travel(charted.NOON + timedelta(hours=1), tick=False):
        charted.given(plan, by=practitioner)
        assert "think it over until" in reasons(plan, practitioner)
    early = charted.consented(plan, by=practitioner, at=charted.NOON + timedelta(hours=47))
    assert isinstance(early, Refusal) and "ends on" in early.reasons[0].problem
    late = charted.consented(plan, by=practitioner, at=charted.NOON + timedelta(hours=48))
    assert isinstance(late, ConsentAnswer)
    assert ConsentRules.hours() == 48


def test_a_no_is_kept_and_bars(plan, practitioner):
    text = charted.given(plan, by=practitioner)
    made = actions.answer(
        text=text, said="declined", sha256=text.sha256, once=uuid4(), by=practitioner,
        at=charted.NOON, why="Too soon",
    )  # fmt: skip
    assert isinstance(made, ConsentAnswer) and "was declined" in reasons(plan, practitioner)
    assert isinstance(charted.consented(plan, by=practitioner), ConsentAnswer), "given anew, and signed"
    assert [one.number for one in plan.consent_texts.all()] == [2, 1]


def test_taken_back_while_a_session_is_open_bars_the_needle_and_not_the_chart(plan, practitioner):
    charted.consented(plan, by=practitioner)
    session = charted.prepared(charted.opened(plan, by=practitioner), by=practitioner)
    charted.chart(session, EventKind.PASS, charted.a_pass(), by=practitioner)
    text = plan.consent_texts.get()
    back = charted.NOON + timedelta(minutes=5)
    actions.withdraw(text=text, why="", once=uuid4(), at=back, by=practitioner)
    after = back + timedelta(minutes=1)
    refused = charted.chart(session, EventKind.PASS, charted.a_pass(), by=practitioner, at=after)
    assert isinstance(refused, Refusal)
    assert "taken back" in refused.reasons[0].problem and "Stop needling" in refused.reasons[0].do
    late = charted.chart(
        session, EventKind.PASS, charted.a_pass(), by=practitioner, at=back - timedelta(minutes=1)
    )
    assert not isinstance(late, Refusal), "what was done before stays charted"
    for kind, data in ((EventKind.NOTE, {"text": "Stopped at once"}), (EventKind.SIGNED, {})):
        assert not isinstance(charted.chart(session, kind, data, by=practitioner, at=after), Refusal)


def test_another_text_needs_another_signature(plan, practitioner, as_practitioner, monkeypatch):
    charted.consented(plan, by=practitioner)
    practitioner.full_name = "Ines Duarte Alves"
    practitioner.save()
    plan.refresh_from_db()
    assert "was given for other words" in reasons(plan, practitioner)
    shown = as_practitioner.get(reverse("consent", args=[plan.pk])).content.decode()
    assert "<ins>Ines Duarte Alves planned this" in shown and "<del>Ines Duarte planned this" in shown


def test_words_that_were_tampered_with_are_found(plan, practitioner):
    charted.consented(plan, by=practitioner)
    text = ConsentText.objects.get()
    text.exact = text.exact.replace("You decide.", "We decide.")
    assert not text.is_whole
    standing = consented.Standing(text, tuple(text.answers.all()), is_present=True)
    assert not standing.holds


def test_a_document_that_was_changed_is_not_given_out(plan, practitioner, as_practitioner):
    made = charted.consented(plan, by=practitioner)
    storage.path(made.document).write_bytes(b"%PDF-1.7 something else")
    answer = as_practitioner.get(reverse("consent-document", args=[made.pk]))
    assert answer.status_code == 409
    storage.path(made.document).unlink()


def test_the_same_form_twice_is_one_answer(plan, practitioner):
    text, once = charted.given(plan, by=practitioner), uuid4()
    sent = {"said": "signed", "how": "typed", "name": "Ada", "sha256": text.sha256}
    first, second = (
        actions.answer(text=text, once=once, by=practitioner, at=charted.NOON, **sent) for _ in range(2)
    )
    assert first == second and ConsentAnswer.objects.count() == 1


# ── their own phone ──


def test_the_link_is_used_once_and_shows_the_words_and_nobodys_name(plan, practitioner, client):
    text = charted.given(plan, by=practitioner)
    with time_machine.travel(charted.NOON + timedelta(hours=1), tick=False):
        token = actions.invite(text=text, by=practitioner, at=charted.NOON)
        address = reverse("patient-consent", args=[token])
        shown = client.get(address).content.decode()
        assert "Lindqvist" not in shown and "N-0001" not in shown and text.sha256 in shown
        assert "Your signature arrived" in client.post(address, form(text)).content.decode()
        again = client.post(address, form(text)).content.decode()
        assert "This link is used up" in again and "What can go wrong" not in again
    assert ConsentAnswer.objects.count() == 1
    assert consented.standing(plan).holds


def test_the_phone_cannot_say_that_paper_was_signed(plan, practitioner, client):
    text = charted.given(plan, by=practitioner)
    with time_machine.travel(charted.NOON + timedelta(hours=1), tick=False):
        token = actions.invite(text=text, by=practitioner, at=charted.NOON)
        sent = form(text, how="paper", witness="me", strokes="")
        assert client.post(reverse("patient-consent", args=[token]), sent).status_code == 422
    assert not ConsentAnswer.objects.exists()


def test_a_new_link_ends_the_old_one(plan, practitioner, client):
    text = charted.given(plan, by=practitioner)
    with time_machine.travel(charted.NOON + timedelta(hours=1), tick=False):
        old, new = (actions.invite(text=text, by=practitioner, at=charted.NOON) for _ in range(2))
        assert client.get(reverse("patient-consent", args=[old])).status_code == 404
        assert client.get(reverse("patient-consent", args=[new])).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_two_who_sign_at_once_one_stands(plan, practitioner):
    text = charted.given(plan, by=practitioner)

    def sign(name):
        try:
            return actions.answer(
                text=text, said="signed", how="typed", name=name, sha256=text.sha256, once=uuid4(),
                by=practitioner, at=charted.NOON,
            )  # fmt: skip
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(sign, ("Ada", "Bea")))
    assert sorted(isinstance(one, Refusal) for one in made) == [False, True]
    assert ConsentAnswer.objects.count() == 1


# ── photographs ──


def test_each_purpose_is_given_and_taken_back_by_itself(patient, as_practitioner):
    address = reverse("photo-consent", args=[patient.pk])
    assert as_practitioner.post(address, {"do": "give", "purpose": "record"}).status_code == 302
    assert consented.may_show(patient, "record") and not consented.may_show(patient, "teaching")
    assert as_practitioner.post(address, {"do": "take-back", "purpose": "record"}).status_code == 302
    assert not consented.may_show(patient, "record") and list(
        consented.against_photographs(patient, "record")
    )
    assert PhotoConsent.objects.count() == 2
    assert as_practitioner.post(address, {"do": "give", "purpose": "selling"}).status_code == 422


def test_nothing_is_photographed_before_it_was_asked(patient, practitioner, as_practitioner):
    from needlework.clinic.measure import actions as measure

    refused = measure.keep(
        patient=patient, data=b"", taken_on=charted.DAY, once=uuid4(), by=practitioner, at=charted.NOON
    )
    assert isinstance(refused, Refusal) and "was not asked yet" in refused.reasons[0].problem
    for name in ("measure", "camera"):
        page = as_practitioner.get(reverse(name, args=[patient.pk])).content.decode()
        assert (
            "“For your record” was not asked yet." in page
            and reverse("photo-consent", args=[patient.pk]) in page
        )


@time_machine.travel(charted.NOON, tick=False)
def test_somebody_takes_it_back_on_their_own_phone_at_once(plan, practitioner, client, as_practitioner):
    from needlework.clinic.recover import actions as recover

    patient = charted.agreed(plan.patient, by=practitioner)
    charted.consented(plan, by=practitioner)
    session = charted.signed(plan, by=practitioner)
    token = recover.invite(session=session, by=practitioner, at=charted.NOON)
    address = reverse("patient-photographs", args=[token])
    page = client.get(address).content.decode()
    assert "Lindqvist" not in page and "You agreed on" in page
    assert address in client.get(reverse("patient-recover", args=[token])).content.decode()
    once = str(uuid4())
    for _twice in range(2):
        sent = client.post(address, {"do": "take-back", "purpose": "record", "once": once})
        assert sent["Location"] == address
    assert not consented.may_show(patient, "record") and consented.may_show(patient, "shown")
    assert PhotoConsent.objects.filter(patient=patient, given=False).count() == 1
    assert client.post(address, {"do": "give", "purpose": "selling"}).status_code == 422
    asked = as_practitioner.get(reverse("photo-consent", args=[patient.pk])).content.decode()
    assert "on their own phone" in asked
    assert (
        "was refused for this" in as_practitioner.get(reverse("measure", args=[patient.pk])).content.decode()
    )


def test_the_desk_takes_no_consent(plan, as_front_desk, client):
    for name, key in (("consent", plan.pk), ("photo-consent", plan.patient_id)):
        assert as_front_desk.get(reverse(name, args=[key])).status_code == 403
        assert client.get(reverse(name, args=[key]))["Location"].startswith("/login/")


def test_what_was_taken_back_binds_at_once(patient, practitioner, as_practitioner):
    from needlework.clinic.measure import actions as measure
    from needlework.clinic.measure import report
    from needlework.clinic.models.photographs import Comparison, Photograph

    rows = [
        Photograph(
            patient=patient, sha256=f"{n}" * 64, format="JPEG", width=9, height=9, taken_on=charted.DAY
        )
        for n in (1, 2)
    ]
    pair = Comparison(patient=patient, before=rows[0], after=rows[1], comparison={}, method="x", edition="x")
    for purpose in ("record", "shown"):
        actions.photographs_for(
            patient=patient, purpose=purpose, given=False, once=uuid4(), by=practitioner, at=charted.NOON
        )
    kept = measure.keep(
        patient=patient, data=b"", taken_on=charted.DAY, once=uuid4(), by=practitioner, at=charted.NOON
    )
    asked = measure.ask(
        before=rows[0], after=rows[1], plan=None, zones="", mm_per_px=None, once=uuid4(), by=practitioner,
        at=charted.NOON,
    )  # fmt: skip
    for refused in (kept, asked, report.of(pair, on=charted.DAY)):
        assert isinstance(refused, Refusal) and "was refused for this" in refused.reasons[0].problem


def test_the_page_is_shown_at_every_step_of_the_way(plan, practitioner, as_practitioner):
    address = reverse("consent", args=[plan.pk])
    assert as_practitioner.get(address).status_code == 200
    text = charted.given(plan, by=practitioner)
    assert as_practitioner.get(address).status_code == 200
    charted.consented(plan, by=practitioner)
    actions.withdraw(text=text, why="", once=uuid4(), at=charted.NOON, by=practitioner)
    assert "Taken back on" in as_practitioner.get(address).content.decode()


def test_the_document_bears_the_day_that_it_was_signed_on_here(plan, practitioner, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    half_past_midnight = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    answer = charted.consented(plan, by=practitioner, at=half_past_midnight)
    assert b"D:20261121" in storage.read(answer.document)
