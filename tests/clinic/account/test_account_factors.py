"""Second factors: required where the clinic says so, added on the first day, lost and taken away."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from clinic.account.door import PASSWORD, code, enter, entered, secret_of, with_app, with_pin
from needlework.clinic import audit
from needlework.clinic.models.account import Pin, SignIn, SignInRules
from needlework.clinic.models.audit import AuditLine
from needlework.server import settings as ours


@pytest.fixture
def required(settings):
    """What ships, until a clinic says otherwise."""
    settings.SECOND_FACTOR_REQUIRED = ours.SECOND_FACTOR_REQUIRED


def actions_of(user):
    mine = AuditLine.objects.filter(table_name="clinic_user", row_id=audit.row_id(user))
    return list(mine.order_by("seq").values_list("action", "detail"))


# ── the first day ────────────────────────────────────────────────────────────────────────────────────


def test_of_the_director_a_second_factor_is_required_and_of_nobody_else(required, director, practitioner):
    assert SignInRules.current().second_factor == ["medical-director"]
    assert entered(practitioner).get("/").status_code == 200
    boss = entered(director)
    for address in ("/", "/patients/", "/clinic/", "/audit/", "/me/"):
        assert boss.get(address)["Location"] == "/me/factors/", address
    assert boss.post("/patients/new/", {})["Location"] == "/me/factors/"
    asked = boss.get("/patients/", headers={"Accept": "application/json"})
    assert asked.status_code == 423 and asked.json()["unlock"] == "/me/factors/"


def test_everybody_is_asked_to_add_one(practitioner, prescriber):
    asks = "Your password alone signs you in"
    assert asks in enter(practitioner, follow=True)[1].content.decode()
    secret = with_app(prescriber)
    client, _answer = enter(prescriber)
    assert asks not in client.post("/login/second/", {"code": code(secret)}, follow=True).content.decode()


def test_a_newcomer_adds_codes_from_an_app_and_then_the_clinic_opens(
    required, director, django_capture_on_commit_callbacks
):
    boss = entered(director)
    assert "One more thing" in boss.get("/me/factors/").content.decode()
    boss.get("/me/factors/app/")
    secret = boss.session["mfa.totp.secret"]
    with django_capture_on_commit_callbacks(execute=True):
        added = boss.post("/me/factors/app/", {"code": code(secret)})
    assert added["Location"] == "/me/factors/codes/"
    shown = boss.get("/me/factors/codes/").content.decode()
    assert "I have written them down" in shown and shown.count("<li><code>") == 10
    assert "<li><code>" not in boss.get("/me/factors/codes/").content.decode()  # shown once
    assert boss.get("/").status_code == 200
    assert ("factor-added", "totp") in actions_of(director)


def test_a_wrong_code_adds_nothing(required, director):
    boss = entered(director)
    boss.get("/me/factors/app/")
    answer = boss.post("/me/factors/app/", {"code": "000000"})
    assert answer.status_code == 200 and "not right" in answer.content.decode()
    assert not Authenticator.objects.exists() and boss.get("/")["Location"] == "/me/factors/"


# ── signing in ───────────────────────────────────────────────────────────────────────────────────────


def test_with_an_app_the_password_alone_opens_nothing(director):
    secret = with_app(director)
    client, answer = enter(director)
    assert answer["Location"] == "/login/second/"
    assert client.get("/")["Location"].startswith("/login/") and not SignIn.objects.exists()
    assert client.post("/login/second/", {"code": "123"}).status_code == 200
    assert client.post("/login/second/", {"code": code(secret)})["Location"] == "/"
    assert client.get("/").status_code == 200
    assert SignIn.objects.get().factor == "totp" and ("login", "totp") in actions_of(director)
    assert ("factor-failed", "totp") in actions_of(director)


def test_a_code_opens_once(director):
    secret = with_app(director)
    used = code(secret)
    first, _answer = enter(director)
    assert first.post("/login/second/", {"code": used}).status_code == 302
    second, _answer = enter(director)
    assert second.post("/login/second/", {"code": used}).status_code == 200
    assert second.get("/").status_code == 302


def test_a_few_wrong_codes_and_even_the_right_one_waits(director):
    secret = with_app(director)
    client, _answer = enter(director)
    for _try in range(5):
        client.post("/login/second/", {"code": "000000"})
    assert client.post("/login/second/", {"code": code(secret)}).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert client.post("/login/second/", {"code": code(secret)}).status_code == 302


def test_a_recovery_code_opens_once(director):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    with_app(director)
    one = RecoveryCodes.activate(director).get_unused_codes()[0]
    client, _answer = enter(director)
    assert client.post("/login/second/", {"code": one}).status_code == 302
    again, _answer = enter(director)
    assert again.post("/login/second/", {"code": one}).status_code == 200
    assert SignIn.objects.get().factor == "recovery_codes"


def test_somebody_else_may_begin_anew_half_way(director, practitioner):
    with_app(director)
    client, _answer = enter(director)
    assert client.get("/login/")["Location"] == "/login/second/"
    assert client.post("/login/anew/")["Location"] == "/login/"
    assert entered(practitioner, client=client).get("/").status_code == 200


@pytest.mark.parametrize(
    "said", ["", "{}", "[]", "null", "nonsense", '{"id": 1}', '{"response": {"userHandle": 7}}']
)
def test_a_passkey_that_is_none_opens_nothing(client, director, said):
    client.get("/login/passkey/", headers={"Accept": "application/json"})
    assert client.post("/login/passkey/", {"credential": said})["Location"] == "/login/"
    assert client.get("/").status_code == 302


# ── how they lie there ───────────────────────────────────────────────────────────────────────────────


def test_a_secret_is_sealed_in_the_database(director):
    secret = with_app(director)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        assert secret not in cursor.fetchone()[0]
    assert secret_of(director) == secret


def test_a_factor_put_in_behind_the_log_is_found(director):
    with_app(director)
    raw = connection.connection
    assert list(audit.drift(raw)) == []
    audit.remove(raw)
    raw.execute("UPDATE mfa_authenticator SET data = '{}'")
    audit.install(raw)
    assert [fault.table for fault in audit.drift(raw)] == ["mfa_authenticator"]


def test_using_one_is_no_change_of_it(director):
    with_app(director)
    lines = AuditLine.objects.filter(table_name="mfa_authenticator").count()
    Authenticator.objects.get().record_usage()
    assert AuditLine.objects.filter(table_name="mfa_authenticator").count() == lines


# ── taking one away ──────────────────────────────────────────────────────────────────────────────────


def test_the_last_one_stays_where_the_role_requires_it(required, director):
    client, _answer = enter(director)
    secret = with_app(director)
    client, _answer = enter(director)
    client.post("/login/second/", {"code": code(secret)})
    assert "Add another one first" in client.get("/me/factors/app/remove/").content.decode()
    client.post("/me/factors/app/remove/")
    assert Authenticator.objects.filter(user=director, type="totp").exists()


def test_one_that_nobody_requires_may_go(practitioner):
    secret = with_app(practitioner)
    client, _answer = enter(practitioner)
    client.post("/login/second/", {"code": code(secret)})
    assert client.post("/me/factors/app/remove/").status_code == 302
    assert not Authenticator.objects.exists() and ("factor-removed", "totp") in actions_of(practitioner)
    said = enter(practitioner, follow=True)[1].content.decode()
    assert "Since you last signed in: a second factor was removed" in said


def test_nobody_removes_anothers(director, practitioner, signed_in):
    with_app(director)
    key = Authenticator.objects.create(
        user=director, type="webauthn", data={"name": "hers", "credential": {}}
    )
    assert signed_in(practitioner).post(f"/me/factors/passkeys/{key.pk}/remove/").status_code == 404
    assert signed_in(practitioner).post("/me/factors/app/remove/").status_code == 404
    assert Authenticator.objects.count() == 2


def test_the_director_takes_away_a_lost_one_and_both_are_told(director, practitioner):
    with_app(practitioner)
    with_pin(practitioner)
    theirs, boss = entered_with_app(practitioner), entered(director)
    where = f"/clinic/staff/{practitioner.pk}/factors/reset/"
    assert boss.post(where, {"why": "lost"}).status_code == 422  # not sure
    told = boss.post(where, {"why": "lost", "sure": "on"}, follow=True).content.decode()
    assert "is told so then" in told
    assert not Authenticator.objects.exists() and not Pin.objects.exists()
    assert theirs.get("/")["Location"].startswith("/login/")
    line = AuditLine.objects.get(action="factors-reset")
    assert (line.actor, line.detail) == (f"user:{director.pk}", "lost")
    words = enter(practitioner, follow=True)[1].content.decode()
    assert "second factors were taken away" in words and "Dr Mara Weiss" in words


def entered_with_app(user):
    client, _answer = enter(user)
    client.post("/login/second/", {"code": code(secret_of(user))})
    assert client.get("/").status_code == 200
    return client


def test_nobody_takes_away_their_own_and_no_colleague_anybodys(director, practitioner, signed_in):
    with_app(director)
    sent = {"why": "lost", "sure": "on"}
    assert signed_in(director).post(f"/clinic/staff/{director.pk}/factors/reset/", sent).status_code == 422
    for who in (practitioner,):
        assert signed_in(who).post(f"/clinic/staff/{director.pk}/factors/reset/", sent).status_code == 403
    assert Authenticator.objects.count() == 1


# ── the clinic's rules ───────────────────────────────────────────────────────────────────────────────


def test_a_rule_that_is_set_holds_at_once_for_those_who_are_in(director, practitioner):
    theirs, boss = entered(practitioner), entered(director)
    with_app(director)
    sent = {"second_factor": ["medical-director", "practitioner"], "lock_minutes": 5, "hours": 8}
    assert boss.post("/clinic/sign-in/", sent)["Location"] == "/clinic/"
    assert theirs.get("/")["Location"] == "/me/factors/"
    assert boss.get("/").status_code == 200
    kept = SignInRules.current()
    assert (kept.lock_minutes, kept.hours) == (5, 8)
    with_app(practitioner)
    SignIn.reckon(type(practitioner).objects.all(), at=timezone.now())
    assert theirs.get("/").status_code == 200


@pytest.mark.parametrize(
    "changed", [{"lock_minutes": 0}, {"lock_minutes": 61}, {"hours": 25}, {"second_factor": ["x"]}]
)
def test_rules_out_of_bounds_are_refused(as_director, changed):
    sent = {"lock_minutes": 15, "hours": 12, **changed}
    assert as_director.post("/clinic/sign-in/", sent).status_code == 422
    assert not SignInRules.objects.exists()


# ── once more who one is ─────────────────────────────────────────────────────────────────────────────


DANGEROUS = ("/clinic/staff/new/", "/learn/table.csv", "/me/pin/", "/me/factors/app/", "/clinic/sign-in/")


def test_a_quarter_of_an_hour_later_a_dangerous_act_asks_who_one_is(director):
    from django.urls import reverse

    client = entered(director)
    later = timezone.now() + timedelta(minutes=14)
    with time_machine.travel(later):
        assert client.get("/clinic/staff/new/").status_code == 200
    with time_machine.travel(later + timedelta(minutes=2)):
        for address in (*DANGEROUS[:1], reverse("learn-csv"), *DANGEROUS[2:]):
            assert client.get(address)["Location"].startswith("/me/confirm/?next="), address
        refused = client.post("/clinic/staff/new/", {"username": "x"})
        assert refused["Location"].startswith("/me/confirm/")
        wrong = client.post("/me/confirm/?next=/clinic/sign-in/", {"password": "wrong"})
        assert wrong.status_code == 200 and client.get("/me/pin/").status_code == 302
        right = client.post("/me/confirm/", {"password": PASSWORD, "next": "/clinic/sign-in/"})
        assert right["Location"] == "/clinic/sign-in/"
        assert client.get("/clinic/sign-in/").status_code == 200
        assert ("confirmed", "password") in actions_of(director)


def test_a_way_back_leads_nowhere_else(director):
    client = entered(director)
    away = client.post("/me/confirm/", {"password": PASSWORD, "next": "https://elsewhere.example/"})
    assert away["Location"] == "/"
    typed = {"username": "director", "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert Client().post("/login/", typed)["Location"] == "/"


# ── at the machine ───────────────────────────────────────────────────────────────────────────────────


def test_whoever_holds_the_machine_lets_the_last_director_in_again(director, capsys):
    with_app(director)
    call_command("account-reset", "Director")
    assert "Dr Mara Weiss" in capsys.readouterr().out
    assert not Authenticator.objects.exists()
    line = AuditLine.objects.get(action="factors-reset")
    assert (line.actor, line.detail) == ("console", "console")
    with pytest.raises(CommandError, match="Nobody"):
        call_command("account-reset", "nobody")
