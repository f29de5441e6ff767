"""A role at each site: given, switched, ended; what one may do is what the role here includes."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from clinic import charted
from needlework.clinic.models.people import Membership


@pytest.fixture
def other(db):
    return charted.a_room("Two", site="The other house").site


def send(browser, user, **form):
    return browser.post(reverse("staff-roles", args=[user.pk]), form, follow=True)


def said(response):
    return response.content.decode()


def test_somebody_has_one_role_here_and_another_there(as_director, practitioner, other, signed_in):
    send(as_director, practitioner, site=other.pk, role="front-desk")
    page = signed_in(practitioner)
    assert page.get("/learn/").status_code == 200
    assert "The other house" in said(page.get(reverse("site-here")))
    answer = page.post(reverse("site-here"), {"site": other.pk}, follow=True)
    assert "You work at The other house now" in said(answer)
    assert page.get("/learn/").status_code == 403
    home = practitioner.memberships.first().site_id
    page.post(reverse("site-here"), {"site": home})
    assert page.get("/learn/").status_code == 200


def test_a_site_at_which_one_has_no_role_is_not_chosen(as_practitioner, other):
    page = as_practitioner
    page.post(reverse("site-here"), {"site": other.pk})
    assert page.get("/").context["user"].site.name == "Needlework"


def test_a_role_that_ended_opens_nothing(as_director, practitioner, signed_in):
    page = signed_in(practitioner)
    held = practitioner.memberships.get()
    answer = send(as_director, practitioner, end=held.pk)
    assert answer.status_code == 200
    assert page.get("/").status_code == 403
    assert page.get("/me/").status_code == 200 and page.post("/logout/").status_code == 302
    held.refresh_from_db()
    assert held.ends_at is not None and Membership.objects.filter(pk=held.pk).exists(), "it stays readable"


def test_a_role_until_a_day_holds_on_that_day_and_not_on_the_next(
    as_director, practitioner, other, signed_in
):
    from django.utils import timezone

    today = timezone.localdate()
    send(as_director, practitioner, site=other.pk, role="prescriber", until=str(today + timedelta(days=1)))
    assert len(practitioner.standing()) == 2
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert len(practitioner.standing()) == 1


def test_another_role_at_the_same_site_ends_the_first(as_director, practitioner):
    site = practitioner.memberships.get().site
    send(as_director, practitioner, site=site.pk, role="prescriber")
    assert practitioner.role == "prescriber"
    assert [one.ends_at is None for one in practitioner.memberships.all()] == [False, True]


@pytest.mark.parametrize(
    "form",
    [
        {"role": "owner"},
        {"role": "prescriber", "until": str(date(2020, 1, 1))},
        {"role": "prescriber", "until": "9999-12-31"},
    ],
)
def test_nonsense_changes_nothing(as_director, practitioner, form):
    site = practitioner.memberships.get().site
    assert send(as_director, practitioner, site=site.pk, **form).status_code == 422
    assert practitioner.memberships.count() == 1


def test_the_last_medical_director_stays(as_director, director):
    held = director.memberships.get()
    answer = send(as_director, director, end=held.pk)
    assert answer.status_code == 422 and "last medical director" in said(answer)
    answer = send(as_director, director, site=held.site_id, role="front-desk")
    assert answer.status_code == 422 and "last medical director" in said(answer)
    assert director.role == "medical-director"


def test_a_closed_site_gives_no_role(practitioner, other):
    Membership.objects.filter(user=practitioner).update(site=other)
    other.is_open = False
    other.save()
    assert practitioner.role == "" and practitioner.roles == set()
