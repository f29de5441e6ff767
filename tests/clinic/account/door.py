"""Through the real door: a password, a code, a PIN, in a browser of one's own."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from allauth.mfa.utils import decrypt
from django.test import Client

PASSWORD = "needle-and-thread"
PIN = "402918"


def enter(user, *, client=None, password=PASSWORD, address="127.0.0.1", follow=False, **also):
    """The client and the answer after name and password."""
    client = client or Client(REMOTE_ADDR=address)
    typed = {"username": user if isinstance(user, str) else user.username, "password": password}
    return client, client.post("/login/", typed, follow=follow, **also)


def entered(user, **how):
    """A client in which this person has signed in by password."""
    client, answer = enter(user, **how)
    assert answer.status_code == 302, answer.content
    return client


def code(secret, *, steps=0):
    """What an app shows that was given this secret."""
    return f"{auth.hotp_value(secret, int(time.time()) // 30 + steps):06d}"


def with_app(user):
    """Give this person codes from an app; the app's secret."""
    secret = auth.generate_totp_secret()
    auth.TOTP.activate(user, secret)
    return secret


def secret_of(user):
    return decrypt(Authenticator.objects.get(user=user, type="totp").data["secret"])


def with_pin(user, *, pin=PIN):
    from django.utils import timezone

    from needlework.clinic.account import actions

    return actions.set_pin(pin=pin, by=user, at=timezone.now())


def locked(client, *, where="/patients/"):
    answer = client.post("/lock/", {"where": where})
    assert answer["Location"] == "/lock/"
    return client


def unlock(client, *, pin=PIN, who=None):
    from needlework.clinic.models.account import SignIn

    chosen = SignIn.objects.filter(user=who) if who else SignIn.objects.all()
    newest = chosen.filter(ended_at=None).exclude(locked_at=None).first() or chosen.first()
    return client.post("/lock/", {"who": str(newest.pk), "pin": pin})
