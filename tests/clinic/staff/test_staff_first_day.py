"""The first day: an empty database, the first account from the command line, a named clinic, a colleague."""

import getpass
import io
import os
import subprocess

from django.core.management import call_command

from needlework.clinic.models.people import Clinic, User
from served import NEEDLEWORK

SECRET = "seven-linden-trees"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_from_nobody_to_a_clinic_with_staff(db, monkeypatch, client):
    asked = []
    said = iter(["mara", "Dr Mara Weiss"])
    monkeypatch.setattr("builtins.input", lambda words: asked.append(words) or next(said))
    monkeypatch.setattr(getpass, "getpass", lambda words="Password: ": asked.append(words) or SECRET)
    assert not User.objects.exists() and not Clinic.objects.exists()
    call_command("createsuperuser", stdin=Terminal(), stdout=io.StringIO())
    assert [words.strip() for words in asked] == [
        "User name:",
        "Full name:",
        "Password:",
        "Password (again):",
    ]

    assert client.post("/login/", {"username": "mara", "password": SECRET})["Location"] == "/"
    assert "has no name yet" in client.get("/clinic/").content.decode()
    client.post("/clinic/", {"name": "Thread Street Clinic", "phone": "+44 20 7946 0100"})
    assert Clinic.current().name == "Thread Street Clinic"
    form = client.get("/clinic/staff/new/").context["form"]
    client.post(
        "/clinic/staff/new/",
        {
            "once": form["once"].value(), "full_name": "Sam Petrov", "username": "sam", "role": "front-desk",
            "password1": SECRET, "password2": SECRET,
        },
    )  # fmt: skip
    client.post("/logout/")
    assert client.post("/login/", {"username": "sam", "password": SECRET})["Location"] == "/"
    assert client.get("/patients/new/")["Location"] == "/me/"
    own = {"now": SECRET, "password1": "something of his own", "password2": "something of his own"}
    client.post("/me/", own)
    assert client.get("/patients/new/").status_code == 200 and client.get("/clinic/").status_code == 403


def test_before_there_is_a_database_it_says_what_comes_first(tmp_path):
    done = subprocess.run(
        [NEEDLEWORK, "manage", "createsuperuser"],
        env={
            **os.environ, "NEEDLEWORK_DATABASE": "", "NEEDLEWORK_DATA": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "needlework.server.settings",
        },
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1 and "Run: needlework manage migrate" in done.stderr
