"""The clinic, those who work there, those who come, and the links that are sent to them."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models, transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models import finding
from needlework.clinic.models.base import Appended, Record
from needlework.clinic.models.once import SentOnce
from needlework.clinic.models.places import Site

ERASED = "(erased)"
"""What stands in place of words that were erased."""


class Role(models.TextChoices):
    """What somebody is here. The values are the protocol's words."""

    PRACTITIONER = "practitioner", _("Practitioner")
    PRESCRIBER = "prescriber", _("Prescriber")
    MEDICAL_DIRECTOR = "medical-director", _("Medical director")
    FRONT_DESK = "front-desk", _("Front desk")


TREATS = frozenset({Role.PRACTITIONER.value, Role.PRESCRIBER.value, Role.MEDICAL_DIRECTOR.value})
"""Those who treat people."""


class Clinic(Record):
    """The clinic itself: one row."""

    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)
    is_demo = models.BooleanField(default=False)
    only = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=True), name="one_clinic")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "Clinic":
        """The clinic of this database; an unsaved one, called Needlework, before it has been named."""
        return cls.objects.first() or cls(name="Needlework")


def first_site() -> Site:
    """The oldest site. A clinic that never named one works at a single site, called like itself."""
    clinic = Clinic.current()
    return Site.objects.first_or_made(name=clinic.name, phone=clinic.phone)


class Users(BaseUserManager["User"]):
    @transaction.atomic
    def create_user(
        self, username: str, password: str | None = None, *, role: str = "", site: Site | None = None,
        **fields: Any,
    ) -> "User":  # fmt: skip
        """Somebody new; with a role, they have it at this site, or at the first, from now on."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        if role:
            Membership.objects.create(
                user=user, site=site or first_site(), role=role, begins_at=user.created_at,
                created_by=user.created_by, created_at=user.created_at,
            )  # fmt: skip
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """The first account of a clinic, from the command line: its medical director."""
        return self.create_user(username, password, **{"role": Role.MEDICAL_DIRECTOR, **fields})


class User(Record, AbstractBaseUser):
    """
    Somebody who works here. What a role may do stands in `clinic.permissions`, and nowhere else.

    A role is had at a site (`Membership`); `role` and `site` are those of the one at which they work now.
    """

    username = models.CharField(
        _("user name"), max_length=80, unique=True, validators=[UnicodeUsernameValidator()]
    )
    full_name = models.CharField(_("full name"), max_length=120)
    place = models.CharField(_("licence"), max_length=40, default="clinician")
    """The id of the protocol's place under whose licence this person needles."""
    is_active = models.BooleanField(default=True)

    objects = Users()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        ordering = ["full_name"]

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        return self.full_name

    def standing(self) -> "list[Membership]":
        """The roles that they have now, each at its site, the oldest first."""
        return list(self.memberships.now().select_related("site"))

    @property
    def membership(self) -> "Membership | None":
        """Where they work and as what: as `work_as` said in this request, else their oldest."""
        if "_membership" in self.__dict__:
            return self._membership
        return next(iter(self.standing()), None)

    def work_as(self, membership: "Membership | None") -> None:
        """From now on, for as long as this object lives, they act at this site in this role."""
        self._membership = membership

    @property
    def role(self) -> str:
        """Their role at the site where they work; empty where they have none."""
        return self.membership.role if self.membership else ""

    @property
    def site(self) -> Site | None:
        return self.membership.site if self.membership else None

    @property
    def roles(self) -> set[str]:
        """All that they are now, anywhere."""
        return {one.role for one in self.standing()}

    def get_role_display(self) -> str:
        return str(Role(self.role).label) if self.role else ""


class Memberships(models.QuerySet["Membership"]):
    def now(self, at: datetime | None = None) -> "Memberships":
        """Those that hold at this moment, at a site that is in use."""
        at = at or timezone.now()
        held = self.filter(begins_at__lte=at, site__is_open=True)
        return held.filter(Q(ends_at=None) | Q(ends_at__gt=at)).order_by("begins_at", "id")


class Membership(Record):
    """That somebody has a role at a site, from a moment until another. It is ended, never rewritten."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships", editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="memberships", editable=False)
    role = models.CharField(_("role"), max_length=20, choices=Role, editable=False)
    begins_at = models.DateTimeField(_("from"), editable=False)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = Memberships.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["begins_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
            models.UniqueConstraint(
                fields=["user", "site"], condition=Q(ends_at=None), name="one_role_at_a_site"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role} at {self.site_id}"


MOST_FOUND = 500
"""So many are found at most: nobody reads on, and one more word finds fewer."""


def _all_at(site: Site | None) -> bool:
    """Whether everybody is known there: where no site is meant, or there is no other."""
    return site is None or not Site.objects.exclude(pk=site.pk).exists()


def _known(site: Site | None, patient: OuterRef) -> Exists:
    """That somebody is known at a site, by this chart or by one that was merged into it."""
    here = KnownAt.objects.filter(site=site)
    merged = here.filter(patient__absorbed_by__survivor=patient)
    return Exists(here.filter(patient=patient)) | Exists(merged)  # type: ignore[return-value]


class Patients(models.QuerySet["Patient"]):
    def with_details(self) -> "Patients":
        """With their details, in one query more for the whole page."""
        return self.prefetch_related("versions")

    def with_charts(self) -> "Patients":
        """With what was merged into each chart, and into which it was, however many they are."""
        return self.select_related("absorbed_by__survivor").prefetch_related("absorbed__patient__versions")

    def going_on(self) -> "Patients":
        """Each person once: without the charts that go on in another."""
        return self.filter(absorbed_by=None)

    def at(self, site: Site | None) -> "Patients":
        """Those who are known at this site, by any of their charts; everybody where none is meant."""
        return self if _all_at(site) else self.filter(_known(site, OuterRef("pk")))

    def asked_for(self, asked: str, *, site: Site | None = None) -> list[UUID]:
        """
        Those whom a number means, or every part of a name, or a phone, or a birthday: the number first, then
        the newest, no more than `MOST_FOUND` and one, which says that there are more.

        Only the index of keys is read, whatever the archive holds: a key names the chart that goes on.
        """
        ordinal = Patient.ordinal_of(asked) or 0
        named = (
            Patient.objects.filter(ordinal=ordinal).at(site).select_related("absorbed_by__survivor").first()
        )
        numbered = [named.survivor.pk] if named else []
        parts = finding.meaning(asked) if asked.strip().isdigit() or not ordinal else []  # N-0012 is no name
        held = [finding.SearchKey.objects.filter(part) for part in parts]
        if held and not _all_at(site):
            held[0] = held[0].filter(_known(site, OuterRef("patient")))
        keyed = [rows.order_by().values_list("patient", flat=True) for rows in held]
        found = (
            keyed[0].intersection(*keyed[1:]) if len(keyed) > 1 else keyed[0].distinct() if keyed else None
        )
        newest = list(found.order_by("-patient")[: MOST_FOUND + 1]) if found is not None else []
        return list(dict.fromkeys(numbered + newest))

    def admit(self, *, site: Site | None = None, **made: Any) -> "Patient":
        """
        A new patient with the next number, known at this site, or at the first.

        The write lock is taken first, so no two get the same number.
        """
        with transaction.atomic():
            # The lock, where a transaction does not bring one.
            list(Clinic.objects.select_for_update(no_key=True)[:1])
            last = self.model.objects.aggregate(last=Max("ordinal"))["last"] or 0
            admitted = self.create(ordinal=last + 1, **made)
            KnownAt(patient=admitted, site=site or first_site(), **made).save()
            return admitted


class Patient(Appended):
    """Somebody who comes here: an identity and a number, which never change."""

    ordinal = models.PositiveIntegerField(unique=True, editable=False)

    objects = Patients.as_manager()

    class Meta:
        ordering = ["ordinal"]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """As it is spoken and printed: N-0001."""
        return f"N-{self.ordinal:04d}"

    @staticmethod
    def ordinal_of(text: str) -> int | None:
        """
        The ordinal in a number as somebody types it, None where it is none.

        >>> Patient.ordinal_of("n-0012"), Patient.ordinal_of("12"), Patient.ordinal_of("Ada")
        (12, 12, None)
        """
        match = re.fullmatch(r"\s*(?:[nN]-?)?(\d{1,9})\s*", text)
        return int(match[1]) if match else None

    @cached_property
    def details(self) -> "PatientDetails":
        """What is known of them now: the newest version. Adding a version forgets what was cached."""
        return self.versions.all()[0]

    # ── charts of one person (models/merging.py) ──

    @property
    def survivor(self) -> "Patient":
        """The chart that goes on for this one: itself, unless it was merged into another."""
        merged = getattr(self, "absorbed_by", None)
        return merged.survivor if merged else self

    @cached_property
    def charts(self) -> list[UUID]:
        """What this chart shows: its own, and those that were merged into it."""
        return [self.pk, *(one.patient_id for one in self.absorbed.all())]

    @cached_property
    def family(self) -> list[UUID]:
        """Every chart of this person, the one that goes on first: what is weighed for their safety."""
        return self.survivor.charts

    # ── by what they are found (models/finding.py) ──

    def keys_due(self) -> set[str]:
        """
        By what they are to be found: the newest details, as far as they were not erased.

        A chart that was merged into another is found by that one, which is found by the details of both.
        """
        if self.survivor != self:
            return set()
        merged = [one.patient for one in self.absorbed.all()]
        return {key for one in (self, *merged) for key in one._own_keys()}

    def _own_keys(self) -> set[str]:
        if not (newest := next(iter(self.versions.all()), None)):
            return set()
        name = "" if newest.full_name == ERASED else newest.full_name
        return finding.keys(name=name, phone=newest.phone, born_on=newest.born_on)

    @transaction.atomic
    def rekey(self) -> None:
        """From now on they are found by their newest details, and by nothing that was known before."""
        self.search_keys.all().delete()
        now = Patient.objects.get(pk=self.pk).survivor
        due = now.keys_due()
        now.search_keys.exclude(key__in=due).delete()
        finding.SearchKey.objects.bulk_create(
            (finding.SearchKey(patient=now, key=key) for key in sorted(due)), ignore_conflicts=True
        )


class KnownAt(SentOnce):
    """
    That somebody comes to a site: those who work there may read their record, others not (`clinic.whose`).

    The first is where they were admitted; another is added when they come elsewhere, by whoever receives
    them there.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="known_at", editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="patients", editable=False)

    class Meta:
        verbose_name = _("site of a patient")
        verbose_name_plural = _("sites of patients")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["patient", "site"], name="known_once_at_a_site")]


class PatientDetails(SentOnce):
    """A patient's details from a moment on. A correction is a new version and names the one it corrects."""

    class Sex(models.TextChoices):
        FEMALE = "female", _("Female")
        MALE = "male", _("Male")
        UNSURE = "unsure", _("Unsure, or neither")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="versions", editable=False)
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by", editable=False
    )
    full_name = models.CharField(_("full name"), max_length=120)
    born_on = models.DateField(_("date of birth"))
    sex = models.CharField(_("sex"), max_length=10, choices=Sex, default=Sex.UNSURE)
    phone = models.CharField(_("phone"), max_length=40)
    email = models.EmailField(_("email"), blank=True)
    note = models.TextField(_("note"), blank=True)

    ERASES = {"full_name": ERASED, "phone": "", "email": "", "note": ""}

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "patient details"
        constraints = [
            models.CheckConstraint(
                condition=Q(sex__in=["female", "male", "unsure"]), name="patient_sex_known"
            ),
            models.UniqueConstraint(
                fields=["patient"], condition=Q(corrects=None), name="patient_first_details"
            ),
        ]
        indexes = [models.Index(fields=["patient"], condition=Q(phone=""), name="details_without_phone")]

    def __str__(self) -> str:
        return self.full_name

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self.patient.__dict__.pop("details", None)
        self.patient.rekey()


class PatientLink(Record):
    """
    A link sent to a patient: who holds it sees one thing of one person, until it ends or is revoked.

    Only the hash of its token is kept, so a copy of the database opens nothing.
    """

    RECOVER = "recover"
    """The purpose of the links to a session's page for its patient."""
    ANSWERS = "answers"
    """The purpose of the links to the questions before a visit."""

    CONSENT = "consent"
    """The purpose of the links to a consent that waits for its signature."""

    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="links", editable=False)
    purpose = models.CharField(max_length=20, editable=False)
    object_id = models.UUIDField(null=True, editable=False)
    """What it shows, where that is one record: a session's id."""
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.purpose} for {self.patient_id}"

    @classmethod
    def opening(cls, object_id: UUID, *, purpose: str, at: datetime) -> "models.QuerySet[PatientLink]":
        """The links that open this record at this moment, newest first."""
        ours = cls.objects.filter(purpose=purpose, object_id=object_id)
        return ours.filter(revoked_at=None, expires_at__gt=at).order_by("-created_at")
