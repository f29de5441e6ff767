"""
Make the demo clinic: people who do not exist, at every stage of the loop, on the days before today.

All of it goes through the actions that the pages call, so what the demo shows is what the clinic can do; the
days alone are set. It is made in one transaction: a build that is stopped leaves nothing behind but drawn
files. The logins get passwords of their own on each machine, kept in the data folder.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from needlework.clinic import audit
from needlework.clinic.demo import album, staff
from needlework.clinic.demo.acted import done
from needlework.clinic.demo.people import PEOPLE
from needlework.clinic.demo.staff import Login
from needlework.clinic.demo.story import Story
from needlework.clinic.edition import actions as edition
from needlework.clinic.models.account import SignInRules
from needlework.clinic.models.people import Clinic, Patient, User
from needlework.protocol import load
from needlework.records.why import Reason, Refusal

NAME = "Thread Street Clinic"
PHONE = "+44 20 7946 0100"
PATIENT_PAGE_OF = "aoife"
EXPECTED_WHO = {1, 2, 5, 7, 9, 12}
EXPECTED = (
    ("09:00", 30, "talk"), ("09:45", 60, "treatment"), ("11:00", 60, "treatment"), ("13:00", 20, "check"),
    ("14:00", 20, "check"), ("15:00", 30, "photographs"),
)  # fmt: skip
"""Who is expected on the demo's day: when, for how many minutes, what for."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo clinic and how one gets in."""

    name: str
    logins: tuple[Login, ...]
    patient_page: str
    """Path of one patient's own page, by the link that was sent to them."""
    new: bool
    """Whether it was made just now, or stood there before."""

    def lines(self) -> Iterator[str]:
        """What to say of it on a terminal."""
        yield _("%(name)s, the demo clinic. Sign in as one of:") % {"name": self.name}
        for login in self.logins:
            yield f"  {login.role:<17} {login.username:<13} {login.password}"
        if self.patient_page:
            yield _("A patient's own page, without a login: %(path)s") % {"path": self.patient_page}


def build(*, at: datetime | None = None, say: Say = print) -> Demo | Refusal:
    """
    The demo clinic: as it is where there is one, else made as of `at`, now unless given.

    Refused where the database holds a real clinic: nobody invents people among those who exist.
    """
    if Clinic.objects.filter(is_demo=True).exists():
        return _standing()
    if Clinic.objects.exists() or User.objects.exists() or Patient.objects.exists():
        problem = _("holds a real clinic, and invented people do not belong there.")
        do = _("Serve it with: needlework serve. For a demo name another folder in NEEDLEWORK_DATA.")
        return Refusal((Reason(str(staff.folder()), problem, do),))
    at = at or timezone.now()
    say(_("Drawing the photographs of people who do not exist …"))
    drawn = album.drawn(timezone.localdate(at), say=say)
    say(_("Taking them through the loop …"))
    with transaction.atomic():
        return _made(at, drawn, say)


def _made(at: datetime, drawn: Mapping[tuple[str, int], bytes], say: Say) -> Demo:
    logins = staff.new_logins()
    clinic = Clinic.objects.create(name=NAME, phone=PHONE, is_demo=True)
    SignInRules.objects.create(second_factor=[])  # a password is enough to look around
    hired = staff.hired(logins)
    staff.trained(hired, at)
    director = hired["medical-director"]
    with audit.acting(director):
        done(edition.sign(digest=load.default().edition.digest, by=director, at=at))
    page, expected = "", iter(EXPECTED)
    for number, somebody in enumerate(PEOPLE, start=1):
        say(f"  {number:>2} of {len(PEOPLE)}  {somebody.name}")
        told = Story(somebody, hired, at, drawn)
        told.tell()
        if number in EXPECTED_WHO:
            told.expected(*next(expected))
        if somebody.key == PATIENT_PAGE_OF:
            page = f"/r/{told.invited()}/"
    staff.keep(logins, page)
    return Demo(clinic.name, logins, page, new=True)


def _standing() -> Demo:
    """The demo clinic that is there, with its logins."""
    if not SignInRules.objects.exists():  # a demo from before there were any
        SignInRules.objects.create(second_factor=[])
    logins, page = staff.kept()
    return Demo(Clinic.current().name, logins, page, new=False)
