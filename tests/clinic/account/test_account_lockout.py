"""Wrong passwords: who is locked out by them, for how long, and who is not."""

from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

from clinic.account.door import PASSWORD, enter, entered
from needlework.clinic.account import address
from needlework.clinic.models.audit import AuditLine


def wrong(user, *, times=5, **how):
    return [enter(user, password=f"wrong {n}", **how)[1] for n in range(times)]


def test_the_fifth_wrong_password_locks_out_for_a_quarter_of_an_hour(director):
    answers = wrong(director)
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert answers[-1]["Retry-After"] == "900" and "Wait 15 minutes" in answers[-1].content.decode()
    assert enter(director)[1].status_code == 429  # even with the right one
    with time_machine.travel(timezone.now() + timedelta(minutes=14)):
        assert enter(director)[1].status_code == 429
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert enter(director)[1].status_code == 302
    done = AuditLine.objects.filter(action__in=("login-failed", "locked-out"))
    assert done.filter(action="locked-out").exists() and {line.row_id for line in done} == {director.pk.hex}


def test_tries_while_locked_out_do_not_lengthen_it(director):
    wrong(director)
    start = timezone.now()
    for minutes in (5, 10, 14):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            assert enter(director, password="wrong")[1].status_code == 429
    with time_machine.travel(start + timedelta(minutes=16)):
        assert enter(director)[1].status_code == 302


def test_a_stranger_elsewhere_does_not_keep_the_director_out(director):
    wrong(director, times=20, address="203.0.113.9")
    assert enter(director, address="203.0.113.9")[1].status_code == 429
    assert enter(director, address="192.0.2.1")[1].status_code == 302


def test_strangers_everywhere_lock_out_new_devices_and_never_hers(director):
    hers = entered(director, address="192.0.2.1")
    hers.post("/logout/")
    for n in range(13):
        wrong(director, times=4, address=f"203.0.113.{n}")
    assert enter(director, address="198.51.100.7")[1].status_code == 429  # a device that nobody knows
    assert enter(director, client=hers)[1].status_code == 302


def test_one_address_that_tries_many_names_is_locked_out(practitioner, director):
    for n in range(8):
        wrong(f"somebody-{n}", times=4, address="203.0.113.9")
    assert enter(practitioner, address="203.0.113.9")[1].status_code == 429
    assert enter(practitioner, address="192.0.2.1")[1].status_code == 302


def test_the_director_lets_somebody_try_again(practitioner, director):
    wrong(practitioner)
    boss = entered(director, address="192.0.2.1")
    where = f"/clinic/staff/{practitioner.pk}/sign-ins/"
    assert "Locked out until" in boss.get(where).content.decode()
    boss.post(where, {"do": "release"})
    assert enter(practitioner)[1].status_code == 302
    line = AuditLine.objects.get(action="lock-out-lifted")
    assert line.actor == f"user:{director.pk}"


def test_confirming_is_counted_as_well(director):
    client = entered(director)
    answers = [client.post("/me/confirm/", {"password": "wrong"}) for _try in range(5)]
    assert answers[-1].status_code == 429


def test_whether_there_is_such_a_name_is_not_told(director, practitioner):
    practitioner.is_active = False
    practitioner.save()
    said = []
    for name, password in (
        ("director", "wrong"), ("nobody-of-this-name", "wrong"), ("practitioner", PASSWORD),
    ):  # fmt: skip
        answer = enter(name, password=password, address="192.0.2.1")[1]
        said.append((answer.status_code, answer.content.decode().replace(name, "NAME")))
    assert len({(status, _without_tokens(text)) for status, text in said}) == 1
    unknown = wrong("nobody-of-this-name", address="192.0.2.2")[-1]
    known = wrong("director", address="192.0.2.3")[-1]
    assert (unknown.status_code, unknown.content) == (known.status_code, known.content)


def _without_tokens(text):
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)


@pytest.mark.parametrize(
    ("name", "password"), [("nobody", "wrong"), ("director", "wrong"), ("gone", PASSWORD)]
)
def test_a_password_is_hashed_whether_or_not_there_is_such_a_name(db, monkeypatch, director, name, password):
    """One slow hash each: what differs is one query, not the half of a blink that tells."""
    from django.contrib.auth.hashers import MD5PasswordHasher

    director.__class__.objects.create_user(
        "gone", PASSWORD, full_name="G", role="front-desk", is_active=False
    )
    hashed, encode = [], MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *said: hashed.append(1) or encode(*said))
    enter(name, password=password)
    assert len(hashed) == 1


def test_what_was_typed_as_a_name_is_not_kept(db, caplog):
    enter("my-secret-typed-here", password="also secret")
    kept = AccessAttempt.objects.values_list().get()
    assert "secret" not in str(kept) and "secret" not in caplog.text


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "found"),
    [
        (0, "198.51.100.1", "192.0.2.1", "192.0.2.1"),  # nobody in front: the header is the asker's own
        (1, "198.51.100.1", "127.0.0.1", "198.51.100.1"),
        (1, "6.6.6.6, 198.51.100.1", "127.0.0.1", "198.51.100.1"),  # what the asker wrote is not believed
        (2, "6.6.6.6, 198.51.100.1, 10.0.0.1", "127.0.0.1", "198.51.100.1"),
        (1, "", "192.0.2.1", "192.0.2.1"),
        (1, "nonsense, [2001:db8::1]:443", "127.0.0.1", "2001:db8::1"),
        (1, "198.51.100.1:5000", "127.0.0.1", "198.51.100.1"),
        (0, "", "", None),
    ],
)
def test_the_address_is_the_one_that_our_proxies_heard(rf, settings, proxies, forwarded, remote, found):
    settings.PROXIES = proxies
    request = rf.get("/", HTTP_X_FORWARDED_FOR=forwarded, REMOTE_ADDR=remote)
    assert address.of(request) == found


def test_a_forged_header_does_not_free_somebody(director):
    for n in range(5):
        enter(director, password="wrong", client=Client(HTTP_X_FORWARDED_FOR=f"198.51.100.{n}"))
    assert enter(director, client=Client(HTTP_X_FORWARDED_FOR="198.51.100.77"))[1].status_code == 429
