"""Planning: what is proposed is what is taken, with its walls, and off the label only by those who may."""

import html
import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from clinic import charted
from needlework.clinic.merging import actions as merging
from needlework.clinic.models.people import Patient, PatientDetails
from needlework.clinic.models.planning import Plan
from needlework.loop import learn
from needlework.protocol import load
from needlework.records.plan import Weight

ZONES = ("forehead", "cheeks", "chin", "neck", "hands")
"""Where the questions were asked about."""
REASON = "No pen is labelled for this; shallow, one test area first."


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(charted.NOON, tick=False):
        yield


@pytest.fixture
def screening(patient, practitioner):
    return _screened(patient, by=practitioner)


def _screened(patient, *, by, changed=None, **also):
    return charted.screened(patient, by=by, changed={"zones": ZONES, **(changed or {})}, **also)


def _form(**changed):
    return {
        "once": str(uuid4()),
        "concerns": ["acne-scars"],
        "zones": ["cheeks", "chin"],
        "device": "skinpen-precision",
        "off_label_reason": "",
        "step": "take",
        **changed,
    }


OFF_LABEL = {"concerns": ["wrinkles"], "zones": ["hands"]}


def _post(browser, screening, form, query=""):
    return browser.post(f"/patients/{screening.patient_id}/plan/{query}", form)


def test_without_a_screening_the_questions_come_first(as_practitioner, patient):
    answer = as_practitioner.get(f"/patients/{patient.pk}/plan/")
    assert answer["Location"] == f"/patients/{patient.pk}/screen/"


def test_of_a_merged_person_the_newest_screening_since_the_merge_is_planned_on(
    as_practitioner, practitioner, patient
):
    other, merged = Patient.objects.admit(), charted.NOON + timedelta(minutes=1)
    PatientDetails.objects.create(patient=other, full_name="Ada", born_on="1986-05-12", phone="1")
    older, new = charted.planned(other, by=practitioner), f"/patients/{patient.pk}/plan/"
    _screened(patient, by=practitioner)
    with time_machine.travel(merged):
        merging.merge(
            patient=other, into=patient, reason="One person", once=uuid4(), by=practitioner, at=merged
        )
        asked = as_practitioner.get(new, follow=True)
        assert asked.redirect_chain[-1][0] == f"/patients/{patient.pk}/screen/"
        assert "Two charts were merged since" in asked.content.decode()
    with time_machine.travel(merged + timedelta(minutes=1)):
        since = _screened(patient, by=practitioner)
        assert as_practitioner.post(f"{new}?replaces={older.pk}", _form()).status_code == 302
    taken = Plan.objects.get(replaces=older)
    assert (taken.patient, taken.screening) == (patient, since)


def test_the_map_and_the_list_offer_the_zones_that_were_asked_about_and_draw_every_one(
    as_practitioner, screening
):
    shown = as_practitioner.get(f"/patients/{screening.patient_id}/plan/").content.decode()
    for zone in ("forehead", "periorbital", "neck", "hands", "scalp"):
        assert f'data-zone="{zone}"' in shown
        offered = f'name="zones" value="{zone}">' in shown
        assert offered is (zone in ZONES)
        assert offered or f'name="zones" value="{zone}" disabled>' in shown
    assert "not screened" in shown


def test_a_zone_that_was_not_asked_about_is_not_planned(as_practitioner, screening):
    answer = _post(as_practitioner, screening, _form(zones=["cheeks", "temples"]))
    assert answer.status_code == 422 and not Plan.objects.exists()
    assert "temples: is not screened. Ask about this zone first." in answer.content.decode()


def test_nobody_is_planned_for_whom_nobody_may_treat(as_practitioner, patient, practitioner):
    screening = _screened(patient, by=practitioner, changed={"keloid": True})
    answer = _post(as_practitioner, screening, _form())
    assert answer.status_code == 422 and not Plan.objects.exists()
    assert "No course is proposed while this stands." in answer.content.decode()


def test_a_proposal_shows_the_course_and_saves_nothing(as_practitioner, screening):
    answer = _post(as_practitioner, screening, _form(step="show"))
    shown = answer.content.decode()
    assert answer.status_code == 200 and not Plan.objects.exists()
    assert "4 sessions" in shown and "1.5 mm were not evaluated" in shown and 'name="depth-cheeks"' in shown


def test_it_is_taken_as_proposed(as_practitioner, screening):
    answer = _post(as_practitioner, screening, _form())
    (row,) = Plan.objects.all()
    assert answer["Location"] == f"/plans/{row.pk}/"
    assert {zone.zone: zone.set_depth_mm for zone in row.as_record().zones} == {"cheeks": 1.5, "chin": 1.0}
    shown = as_practitioner.get(answer["Location"]).content.decode()
    assert "Ines Duarte" in shown and "Waits for consent" in shown and "Start a session" not in shown


@pytest.mark.parametrize(("typed", "depth"), [("0.75", 0.75), ("0,75", 0.75), ("9", None), ("2.5", 1.5)])
def test_a_depth_is_taken_as_far_as_its_wall(as_practitioner, screening, typed, depth):
    answer = _post(as_practitioner, screening, _form(**{"depth-cheeks": typed}))
    if depth is None:
        assert answer.status_code == 422 and not Plan.objects.exists()
    else:
        assert Plan.objects.get().as_record().zones[0].set_depth_mm == depth


@pytest.mark.parametrize(
    "changed",
    [
        {"zones": []},
        {"concerns": []},
        {"device": "dermaroller"},
        {"zones": ["eyelid"]},
        {"depth-cheeks": "deep"},
        {"area-cheeks": "-4"},
        {"once": "nonsense"},
    ],
)
def test_what_cannot_be_planned_is_refused_and_what_was_chosen_is_kept(as_practitioner, screening, changed):
    answer = _post(as_practitioner, screening, _form(**changed))
    assert answer.status_code == 422 and not Plan.objects.exists()
    shown = answer.content.decode()
    assert "Please look at this again" in shown
    if "zones" not in changed:
        assert 'value="chin" checked' in shown


def test_outside_the_label_a_practitioner_asks_somebody_who_may(as_practitioner, screening):
    answer = _post(as_practitioner, screening, _form(**OFF_LABEL, off_label_reason=REASON))
    assert answer.status_code == 422 and not Plan.objects.exists()
    assert "prescriber, medical-director" in answer.content.decode()


def test_outside_the_label_it_takes_a_reason_which_stays(as_prescriber, screening):
    assert _post(as_prescriber, screening, _form(**OFF_LABEL)).status_code == 422
    taken = _post(as_prescriber, screening, _form(**OFF_LABEL, off_label_reason=REASON))
    shown = as_prescriber.get(taken["Location"]).content.decode()
    assert REASON in shown and "not labelled" in shown
    assert Plan.objects.get().off_label_reason == REASON


def test_the_same_form_sent_twice_is_one_plan(as_practitioner, screening):
    form = _form()
    first, second = (_post(as_practitioner, screening, form) for _ in range(2))
    assert first["Location"] == second["Location"] and Plan.objects.count() == 1


def test_a_changed_plan_is_a_new_one_that_names_the_old(as_practitioner, screening):
    _post(as_practitioner, screening, _form())
    old = Plan.objects.get()
    query = f"?replaces={old.pk}"
    assert (
        'value="chin" checked'
        in as_practitioner.get(f"/patients/{screening.patient_id}/plan/{query}").content.decode()
    )
    _post(as_practitioner, screening, _form(zones=["cheeks"]), query)
    new = Plan.objects.exclude(pk=old.pk).get()
    assert new.replaces == old
    assert "has been replaced" in as_practitioner.get(f"/plans/{old.pk}/").content.decode()
    again = _post(as_practitioner, screening, _form(zones=["chin"]), query)
    assert again.status_code == 422 and "replaced already" in again.content.decode()


def test_nobody_elses_plan_can_be_replaced(as_practitioner, screening, practitioner):
    other = Patient.objects.admit()
    PatientDetails.objects.create(patient=other, full_name="Ben", born_on="1980-01-01", phone="1")
    theirs = charted.planned(other, by=practitioner)
    assert _post(as_practitioner, screening, _form(), f"?replaces={theirs.pk}").status_code == 404


def test_who_has_to_wait_can_be_planned_for_but_no_session_is_offered(as_practitioner, patient, practitioner):
    screening = _screened(patient, by=practitioner, changed={"filler": True, "filler-on": charted.DAY})
    taken = _post(as_practitioner, screening, _form())
    shown = as_practitioner.get(taken["Location"]).content.decode()
    assert "Not today" in shown and "Start a session" not in shown


def test_types_four_to_six_get_their_notes(as_practitioner, patient, practitioner):
    screening = _screened(patient, by=practitioner, who="amara")
    taken = _post(as_practitioner, screening, _form())
    shown = as_practitioner.get(taken["Location"]).content.decode()
    assert "dark marks" in shown and "skin type VI" in shown


# ── otherwise than proposed ──────────────────────────────────────────────────────────────────────────

WHY = "Thick skin over both cheeks; a test area in October was well borne."
NECK = {"concerns": ["wrinkles"], "zones": ["neck"]}
"""What every device sets at 1 mm; outside the label of no device for type II on the neck."""


def _refused(answer):
    assert answer.status_code == 422 and not Plan.objects.exists()
    return answer.content.decode()


def test_a_change_within_the_technique_is_free_and_is_taken(as_practitioner, screening):
    form = _form(**{"passes-cheeks": "2", "sessions": "3", "interval_days": "42", "area-chin": "15"})
    _post(as_practitioner, screening, form)
    course = Plan.objects.get().as_record()
    assert (course.sessions, course.interval_days, course.zones[0].passes) == (3, 42, 2)
    assert course.zones[1].area_cm2 == 15
    assert Plan.objects.get().off_label_reason == ""


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"depth-chin": "0.75", "passes-cheeks": "5"}, "cheeks.passes"),
        ({"sessions": "5"}, "sessions"),
        ({"interval_days": "29"}, "interval-days"),
    ],
)
def test_a_change_beyond_the_technique_takes_a_reason_which_stays(as_practitioner, screening, changed, key):
    shown = _refused(_post(as_practitioner, screening, _form(**changed)))
    assert "Say why these changes are right for this person." in shown
    assert 'name="change_reason"' in shown and "needs a reason" in shown
    _refused(_post(as_practitioner, screening, _form(**changed, change_reason="  ")))
    taken = _post(as_practitioner, screening, _form(**changed, change_reason=WHY))
    made = Plan.objects.get()
    assert (made.off_label_reason, made.change_reason) == ("", WHY)
    assert [one.key for one in made.judged() if one.weight is Weight.REASON] == [key]
    kept = as_practitioner.get(f"/plans/{made.pk}/").content.decode()
    assert WHY in kept and "Otherwise than proposed" in kept
    shown = as_practitioner.get(taken["Location"]).content.decode()
    assert WHY in shown and "Otherwise than proposed" in shown


def test_a_depth_beyond_the_technique_takes_a_reason_and_one_that_is_shallower_does_not(
    as_practitioner, screening
):
    deeper = _form(zones=["forehead"], concerns=["texture", "acne-scars"], **{"depth-forehead": "0.75"})
    device = {"device": "exceed", "off_label_reason": REASON}
    shown = _refused(_post(as_practitioner, screening, {**deeper, **device}))
    assert "0.75 mm is deeper than planned by the protocol" in shown
    shallow = _form(**{"depth-cheeks": "0.5"})
    assert _post(as_practitioner, screening, shallow).status_code == 302


def test_both_reasons_stand_one_after_the_other(as_prescriber, screening):
    form = _form(**OFF_LABEL, off_label_reason=REASON, sessions="5", change_reason=WHY)
    _post(as_prescriber, screening, form)
    assert (Plan.objects.get().off_label_reason, Plan.objects.get().change_reason) == (REASON, WHY)


def test_a_reason_that_nothing_asks_for_is_not_kept(as_practitioner, screening):
    _post(as_practitioner, screening, _form(off_label_reason=REASON, change_reason=WHY))
    assert (Plan.objects.get().off_label_reason, Plan.objects.get().change_reason) == ("", "")


def test_sessions_closer_than_the_edition_allows_take_a_role(as_practitioner, as_prescriber, screening):
    form = _form(interval_days="20", change_reason=WHY)
    shown = _refused(_post(as_practitioner, screening, form))
    assert "may be changed so by: prescriber, medical-director." in shown
    assert "Only by: prescriber, medical-director." in shown
    assert 'value="take" disabled' in shown
    assert _post(as_prescriber, screening, form).status_code == 302
    assert Plan.objects.get().as_record().interval_days == 20


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"passes-cheeks": "50"}, "50 passes are more than the 15 that this edition allows."),
        ({"sessions": "99"}, "99 sessions are more than the 12 that this edition allows."),
        ({"interval_days": "2"}, "2 days apart is closer than the 7 that this edition allows."),
        ({"sessions": "0"}, "0 is no number of sessions."),
        ({"passes-cheeks": "2.5"}, "“2.5” is no number."),
        ({"passes-cheeks": "nan"}, "“nan” is no number."),
        ({"passes-cheeks": "many"}, "“many” is no number."),
        ({"sessions": "many"}, "Enter a whole number."),
    ],
)
def test_a_change_that_nobody_may_make_is_refused_with_or_without_a_reason(
    as_prescriber, screening, changed, says
):
    assert says in _refused(_post(as_prescriber, screening, _form(**changed, change_reason=WHY)))


def test_what_still_stands_as_it_was_proposed_is_nobodys_wish(as_practitioner, screening):
    as_was = {"depth-cheeks": "1.50", "was-depth-cheeks": "1.5", "passes-cheeks": "4", "sessions": "4"}
    as_was |= {
        "was-passes-cheeks": "4",
        "was-sessions": "4",
        "interval_days": "30",
        "was-interval_days": "30",
    }
    wrinkles = {"concerns": ["wrinkles"], "device": "exceed"}
    shown = _post(as_practitioner, screening, _form(**as_was, **wrinkles, zones=["cheeks"], step="show"))
    shown = shown.content.decode()
    assert "Otherwise than proposed" not in shown
    assert 'name="was-depth-cheeks" value="1.0"' in shown and 'name="was-passes-cheeks" value="3"' in shown


def test_what_is_typed_is_kept_while_it_is_refused(as_practitioner, screening):
    shown = _post(as_practitioner, screening, _form(**{"passes-cheeks": "50"}, step="show")).content.decode()
    assert 'id="passes-cheeks" name="passes-cheeks" inputmode="numeric" min="1" step="1" value="50"' in shown
    assert "not possible" in shown and 'value="take" disabled' in shown


def test_a_course_that_a_prescriber_must_lead_is_taken_by_one(as_practitioner, as_prescriber, screening):
    form = _form(concerns=["melasma"], zones=["cheeks"], off_label_reason=REASON)
    shown = _refused(_post(as_practitioner, screening, form))
    assert "has to be led by a prescriber." in shown and "a prescriber" in shown
    taken = _post(as_prescriber, screening, form)
    shown = as_prescriber.get(taken["Location"]).content.decode()
    assert "Led by" in shown and "What the evidence does not support" in shown


def test_a_plan_that_is_changed_starts_from_its_own_numbers(as_prescriber, screening):
    _post(as_prescriber, screening, _form(**{"passes-chin": "2", "depth-chin": "0.5"}, sessions="3"))
    query = f"?replaces={Plan.objects.get().pk}"
    shown = as_prescriber.get(f"/patients/{screening.patient_id}/plan/{query}").content.decode()
    assert 'name="sessions" inputmode="numeric" min="1" step="1" value="3"' in shown
    assert 'name="was-sessions" value="4"' in shown
    assert 'name="passes-chin" inputmode="numeric" min="1" step="1" value="2"' in shown
    assert 'name="was-depth-chin" value="1.0"' in shown


def test_a_plan_whose_zones_are_not_asked_about_any_more_says_so(as_practitioner, patient, practitioner):
    _post(as_practitioner, _screened(patient, by=practitioner), _form())
    charted.screened(patient, by=practitioner, changed={"zones": ("cheeks",)})
    query = f"?replaces={Plan.objects.get().pk}"
    shown = as_practitioner.get(f"/patients/{patient.pk}/plan/{query}").content.decode()
    assert "This plan can no longer be proposed as it is" in shown and "chin: is not screened." in shown


# ── what is shown beside it ──────────────────────────────────────────────────────────────────────────


def test_every_device_stands_below_the_proposal_and_none_is_hidden(as_practitioner, screening):
    form = _form(concerns=["acne-scars"], zones=["cheeks"], step="show")
    shown = _post(as_practitioner, screening, form).content.decode()
    table = shown[shown.index('class="alternatives"') :]
    table = table[: table.index("</details>")]
    for device in load.default().devices.device:
        assert len(re.findall(rf'<th scope="row">{re.escape(device.name)}(?: <span|</th>)', table)) == 1
    assert "chosen" in table and "not cleared" in table and "on label" in table


def test_a_device_that_gives_no_plan_says_why(as_practitioner, screening):
    shown = _post(as_practitioner, screening, _form(**NECK, step="show")).content.decode()
    table = shown[shown.index('class="alternatives"') :]
    assert "Roller MF8 has no setting as low as 1 mm" in table[: table.index("</details>")]


def test_walls_and_courses_show_their_sources_and_who_disagrees(as_practitioner, screening):
    shown = _post(as_practitioner, screening, _form(**NECK, step="show")).content.decode()
    assert "All walls, Neck" in shown and "sources disagree" in shown
    assert "Up to 2.5 mm in the trial behind the neck label" in shown
    assert "How well it is known" in shown and "trials of needling alone" in shown
    assert "Lines: horizontal, vertical, oblique" in shown


def test_what_trials_let_expect_stands_beside_the_proposal(as_practitioner, screening):
    expected = learn.forecast("acne-scars", load.default())
    shown = html.unescape(_post(as_practitioner, screening, _form(step="show")).content.decode())
    assert "Tell them:" in shown and expected.tell in shown


def test_the_same_key_with_other_goals_is_refused_and_with_the_same_is_one_plan(screening, practitioner):
    from needlework.clinic.plan import actions
    from needlework.records.plan import Goals
    from needlework.records.why import Refusal

    once = uuid4()

    def take(*zones):
        goals = Goals(concerns=("acne-scars",), zones=zones, device="skinpen-precision")
        return actions.take(
            screening=screening, goals=goals, off_label_reason="", once=once, by=practitioner, at=charted.NOON
        )

    first = take("cheeks")
    assert take("cheeks") == first
    assert isinstance(take("cheeks", "chin"), Refusal)
    assert Plan.objects.count() == 1


def test_a_number_of_four_hundred_digits_is_a_fault_of_the_form(as_practitioner, screening):
    answer = as_practitioner.post(f"/patients/{screening.patient_id}/plan/", _form(sessions="9" * 400))
    assert answer.status_code == 422
