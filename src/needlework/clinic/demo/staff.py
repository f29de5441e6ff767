"""The demo's staff: who works there, how they sign in, and what they were trained for."""

import json
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid5

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from needlework.clinic.demo.acted import KEYS, done
from needlework.clinic.models.people import Role, User
from needlework.clinic.models.training import Level
from needlework.clinic.training import actions as training

LOGINS = "demo-logins.json"
STAFF = (
    ("practitioner", "Ines Duarte", Role.PRACTITIONER),
    ("prescriber", "Dr Tomas Okafor", Role.PRESCRIBER),
    ("director", "Dr Mara Weiss", Role.MEDICAL_DIRECTOR),
    ("desk", "Sam Petrov", Role.FRONT_DESK),
    ("trainee", "Noor Aziz", Role.PRACTITIONER),
)


@dataclass(frozen=True, slots=True)
class Login:
    username: str
    role: str
    password: str


def hired(logins: Iterable[Login]) -> dict[str, User]:
    """Everybody of the staff, by role; the trainee by that."""
    return {
        "trainee" if name == "trainee" else login.role: User.objects.create_user(
            name,
            login.password,
            full_name=full,
            role=role,
            place="" if role is Role.FRONT_DESK else "clinician",
        )
        for login, (name, full, role) in zip(logins, STAFF, strict=True)
    }


def trained(staff: Mapping[str, User], at: datetime) -> None:
    """Whoever needles was taught it; one training ends soon, and one person needles under supervision."""
    today, by = timezone.localdate(at), staff["medical-director"]
    for who, device, level, months_left in (
        ("practitioner", "kind:pen", Level.TRAINED, 17), ("practitioner", "kind:roller", Level.TRAINED, 1),
        ("prescriber", "kind:pen", Level.TRAINED, 9), ("medical-director", "kind:pen", Level.TRAINED, 20),
        ("trainee", "kind:pen", Level.SUPERVISED, 5),
    ):  # fmt: skip
        done(
            training.enter(
                professional=staff[who], device=device, level=level, on=today - timedelta(days=400),
                expires=today + timedelta(days=30 * months_left),
                given_by=_("House training, practical exam"),
                evidence=_("Certificate kept with the contracts."), once=uuid5(KEYS, f"{who} {device}"),
                by=by, at=at - timedelta(days=399),
            )
        )  # fmt: skip


def new_logins() -> tuple[Login, ...]:
    return tuple(Login(name, role.value, secrets.token_urlsafe(9)) for name, _full, role in STAFF)


def kept() -> tuple[tuple[Login, ...], str]:
    """The logins and the patient's page of before; new passwords where the file of them is gone."""
    try:
        found = json.loads((folder() / LOGINS).read_text(encoding="utf-8"))
        return tuple(Login(**login) for login in found["logins"]), str(found["patient_page"])
    except (OSError, ValueError, TypeError, KeyError):
        logins = tuple(_renewed(name) for name, _full, _role in STAFF)
        keep(logins, "")
        return logins, ""


def _renewed(username: str) -> Login:
    user = User.objects.get(username=username)
    login = Login(username, user.role, secrets.token_urlsafe(9))
    user.set_password(login.password)
    user.save(update_fields=["password"])
    return login


def keep(logins: tuple[Login, ...], page: str) -> None:
    """The logins in the data folder, readable by its owner alone."""
    kept = {
        "logins": [{"username": one.username, "role": one.role, "password": one.password} for one in logins],
        "patient_page": page,
    }
    path = folder() / LOGINS
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(kept, file, indent=2)


def folder() -> Path:
    return Path(settings.DATA)
