"""Where one is signed in: seen, ended by oneself, by the director, by leaving, by time."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from clinic.account.door import PASSWORD, enter, entered, locked
from needlework.clinic.models.account import SignIn, SignInRules
from needlework.clinic.models.audit import AuditLine

IPAD = "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605 Version/17.5 Mobile Safari/604.1"


def inside(client):
    return client.get("/").status_code == 200


def out(client):
    return client.get("/")["Location"].startswith("/login/")


def test_one_sees_where_one_is_signed_in(practitioner):
    tablet = entered(practitioner, client=Client(REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT=IPAD))
    desk = entered(practitioner)
    page = desk.get("/me/factors/").content.decode()
    assert "Safari, iPad" in page and "192.0.2.7" in page and "this one" in page
    assert "signed in" in page  # and what happened
    assert tablet.get("/").status_code == 200


def test_one_of_them_or_all_others_are_signed_out(practitioner):
    desk, tablet, phone = (entered(practitioner) for _device in range(3))
    which = SignIn.objects.get(pk=phone.session["sign_in"])
    desk.post("/me/sign-ins/", {"which": str(which.pk)})
    assert out(phone) and inside(tablet)
    desk.post("/me/sign-ins/", {"which": "others"})
    assert out(tablet) and inside(desk)
    assert AuditLine.objects.filter(action="signed-out", row_id=practitioner.pk.hex).count() == 2


@pytest.mark.parametrize("which", ["", "nonsense", "'; DROP TABLE", "00000000-0000-0000-0000-000000000000"])
def test_nonsense_signs_nobody_out(practitioner, which):
    desk, tablet = entered(practitioner), entered(practitioner)
    assert desk.post("/me/sign-ins/", {"which": which}).status_code == 302
    assert inside(tablet)


def test_nobody_signs_out_a_colleague_and_the_director_does(practitioner, prescriber, director):
    theirs, other, boss = entered(practitioner), entered(prescriber), entered(director)
    key = theirs.session["sign_in"]
    other.post("/me/sign-ins/", {"which": key})
    assert other.post(f"/clinic/staff/{practitioner.pk}/sign-ins/", {"do": "all"}).status_code == 403
    assert inside(theirs)
    boss.post(f"/clinic/staff/{practitioner.pk}/sign-ins/", {"do": "one", "which": key})
    assert out(theirs) and inside(other)
    ended = SignIn.objects.get(pk=key)
    assert (ended.ended_by, ended.end_reason) == (director, "director")
    told = enter(practitioner, follow=True)[1].content.decode()
    assert "signed out from elsewhere" in told and "Dr Mara Weiss" in told


def test_leaving_ends_them_at_once(practitioner, director):
    theirs = entered(practitioner)
    form = {"role": practitioner.role, "place": practitioner.place}
    entered(director).post(f"/clinic/staff/{practitioner.pk}/", form)
    assert out(theirs) and SignIn.objects.get(user=practitioner).end_reason == "left"


def test_a_new_password_ends_all_but_the_one_it_was_set_from(practitioner):
    desk, tablet = entered(practitioner), entered(practitioner)
    new = {"now": PASSWORD, "password1": "quite another sentence", "password2": "quite another sentence"}
    assert desk.post("/me/", new).status_code == 302
    assert out(tablet) and inside(desk)


def test_after_the_hours_of_the_clinic_everybody_signs_in_anew(practitioner):
    SignInRules.objects.create(second_factor=[], lock_minutes=60, hours=2)
    client, start = entered(practitioner), timezone.now()
    for minutes in (50, 100, 119):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            assert client.get("/").status_code == 200
    with time_machine.travel(start + timedelta(minutes=121)):
        assert out(client)
    assert SignIn.objects.get().end_reason == "time"


def test_the_session_is_a_new_one_after_signing_in(practitioner):
    client = Client()
    client.get("/login/passkey/", headers={"Accept": "application/json"})  # begins a session as a stranger
    before = client.cookies["sessionid"].value
    entered(practitioner, client=client)
    assert client.cookies["sessionid"].value != before
    assert not Session.objects.filter(session_key=before).exists()


def test_signing_out_ends_the_session_itself(practitioner):
    client = entered(practitioner)
    kept = client.cookies["sessionid"].value
    client.post("/logout/")
    thief = Client()
    thief.cookies["sessionid"] = kept
    assert out(thief) and not Session.objects.exists()


def test_a_session_without_a_sign_in_is_a_strangers(practitioner):
    """Such as one from before sign-ins were kept."""
    client = entered(practitioner)
    session = client.session
    del session["sign_in"]
    session.save()
    assert out(client)


def test_a_session_that_names_anothers_sign_in_is_a_strangers(practitioner, director):
    mine, hers = entered(practitioner), entered(director)
    session = mine.session
    session["sign_in"] = hers.session["sign_in"]
    session.save()
    assert out(mine) and inside(hers)


def test_signing_in_again_on_the_same_device_ends_the_earlier_one(practitioner):
    client = locked(entered(practitioner))
    entered(practitioner, client=client)
    assert [one.end_reason for one in SignIn.objects.order_by("created_at")] == ["again", ""]


def test_that_somebody_is_there_is_no_event_and_is_written_once_a_minute(practitioner):
    client, start = entered(practitioner), timezone.now()
    lines = AuditLine.objects.filter(table_name="clinic_signin").count()
    first = SignIn.objects.get().seen_at
    with time_machine.travel(start + timedelta(seconds=30)):
        client.get("/")
        assert SignIn.objects.get().seen_at == first
    with time_machine.travel(start + timedelta(seconds=90)):
        client.get("/")
        assert SignIn.objects.get().seen_at > first
    assert AuditLine.objects.filter(table_name="clinic_signin").count() == lines


def test_behind_tls_the_cookies_carry_the_prefix_that_browsers_guard(tmp_path):
    import os
    import subprocess
    import sys

    code = (
        "from needlework.server import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.DEVICE_COOKIE, s.SESSION_COOKIE_SECURE,"
        " s.SECURE_HSTS_SECONDS >= 31536000, s.SECURE_HSTS_INCLUDE_SUBDOMAINS,"
        " s.SECURE_SSL_REDIRECT, s.PROXIES)"
    )
    environ = {**os.environ, "NEEDLEWORK_HTTPS": "1", "NEEDLEWORK_DATA": str(tmp_path)}
    said = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == [
        "__Host-sessionid", "__Host-csrftoken", "__Host-device", "True", "True", "True", "True", "1",
    ]  # fmt: skip


def test_confirming_who_one_is_gives_the_session_a_new_key(practitioner):
    client = entered(practitioner)
    before = client.cookies["sessionid"].value
    client.post("/me/confirm/", {"password": PASSWORD})
    assert client.cookies["sessionid"].value != before and inside(client)
    assert not Session.objects.filter(session_key=before).exists()


def test_ending_others_wants_a_proof_of_the_last_minutes_and_leads_back(practitioner):
    desk, tablet, start = entered(practitioner), entered(practitioner), timezone.now()
    with time_machine.travel(start + timedelta(minutes=14)):
        desk.get("/")
        tablet.get("/")
    with time_machine.travel(start + timedelta(minutes=20)):
        page = {"HTTP_REFERER": "http://testserver/me/factors/"}
        asked = desk.post("/me/sign-ins/", {"which": "others"}, **page)
        assert asked["Location"] == "/me/confirm/?next=%2Fme%2Ffactors%2F"
        assert inside(tablet)
        elsewhere = desk.post("/me/sign-ins/", {"which": "others"}, HTTP_REFERER="http://elsewhere.example/x")
        assert elsewhere["Location"] == "/me/confirm/?next=%2F"
        desk.post("/me/confirm/", {"password": PASSWORD})
        desk.post("/me/sign-ins/", {"which": "others"}, **page)
        assert out(tablet)


def test_nothing_but_the_three_cookies_is_left_with_a_browser(practitioner):
    """What is said to somebody once, such as a name, is kept by the server."""
    client = Client()
    client.get("/login/")
    client = entered(practitioner, client=client)
    client.post("/me/sign-ins/", {"which": "others"})
    assert {name for name, one in client.cookies.items() if one.value} == {"sessionid", "csrftoken", "device"}
    assert all(client.cookies[name]["httponly"] for name in ("sessionid", "csrftoken", "device"))
    assert "Signed out there" in client.get("/me/factors/").content.decode()
