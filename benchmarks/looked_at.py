"""
What a benchmark needs of an archive: a way in, the pages to ask for, and how many queries each takes.

Prints JSON. The pages are of the person with most sessions; a page is opened twice, and counted then.
"""

import json
import os
from datetime import timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "needlework.server.settings")
import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from needlework.clinic.models.exposure import Exposure  # noqa: E402
from needlework.clinic.models.people import Patient, User, first_site  # noqa: E402
from needlework.clinic.models.treatment import Session  # noqa: E402

NAME = "bench"


def way_in() -> Client:
    """A practitioner of the first site, signed in."""
    found = User.objects.filter(username=NAME).first()
    user = found or User.objects.create_user(NAME, full_name="Ben Ch", role="practitioner", site=first_site())
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def pages() -> dict[str, str]:
    """Each page and its address."""
    last = Session.objects.filter(entries__kind="signed").order_by("-number", "pk").first()
    person, lot = last.patient, _lot()
    day = timezone.localdate(last.created_at)
    month = f"since={day - timedelta(days=30)}&until={day}"
    return {
        "today": reverse("today"),
        "patients": reverse("patients"),
        "search by name": f"{reverse('patients')}?q={person.details.full_name.split()[0]}",
        "search by number": f"{reverse('patients')}?q={person.number}",
        "search by phone": f"{reverse('patients')}?q={person.details.phone[-6:]}",
        "patient": reverse("patient", args=[person.pk]),
        "session": reverse("session", args=[last.pk]),
        "look back, a month": f"{reverse('safety')}?{month}",
        "look back, a lot": f"{reverse('safety')}?lot={lot}",
        "stock": reverse("stock"),
    }


def _lot() -> str:
    used = Exposure.objects.filter(kind="lot").values("key").annotate(n=Count("pk")).order_by("-n")
    return used[0]["key"]


def asked(client: Client, path: str) -> dict[str, Any]:
    for _opened in range(2):
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status_code}")
    return {"path": path, "queries": len(seen)}


def main() -> None:
    client = way_in()
    found = {name: asked(client, path) for name, path in pages().items()}
    cookie = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())
    size = f"{Patient.objects.count():,} people, {Session.objects.count():,} sessions"
    print(json.dumps({"cookie": cookie, "pages": found, "size": size}))


if __name__ == "__main__":
    main()
