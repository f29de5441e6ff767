"""What somebody was asked to agree to, what they said to it, and what their pictures may be used for."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models.base import Appended
from needlework.clinic.models.once import SentOnce
from needlework.clinic.models.people import Patient, PatientLink
from needlework.clinic.models.planning import Plan
from needlework.loop import consent
from needlework.records.consent import ConsentText as ConsentTextRecord


class ConsentRules(Appended):
    """How long somebody thinks it over, as the clinic sets it. The newest row holds."""

    cooling_hours = models.PositiveSmallIntegerField(_("hours from the text to the signature"), default=0)
    reason = models.CharField(_("reason"), max_length=400)

    class Meta:
        ordering = ["-created_at", "-id"]

    @classmethod
    def hours(cls) -> int:
        return cls.objects.values_list("cooling_hours", flat=True).first() or 0


class ConsentText(SentOnce):
    """
    A text that was given to somebody, at the moment of this row. It is never edited: a new one is a new row.

    `exact` is what was read, to the byte; `sha256` is over it, and is what a signature names.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="consent_texts")
    number = models.PositiveSmallIntegerField(_("version"))
    exact = models.TextField(_("exact text"))
    sha256 = models.CharField(_("hash of the text"), max_length=64)
    edition = models.CharField(_("edition"), max_length=80)
    cooling_hours = models.PositiveSmallIntegerField(_("hours to think it over"), default=0)

    class Meta:
        verbose_name = _("consent text")
        verbose_name_plural = _("consent texts")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="consent_version_in_plan")]

    @property
    def patient(self) -> Patient:
        return self.plan.patient

    @property
    def is_whole(self) -> bool:
        """Whether the words are still those that the hash was taken of."""
        return consent.digest(self.exact) == self.sha256

    @property
    def may_sign_from(self) -> datetime:
        return consent.may_sign_from(self.created_at, cooling_hours=self.cooling_hours)

    def as_record(self) -> ConsentTextRecord:
        return consent.restored(self.exact)


class ConsentAnswer(SentOnce):
    """What somebody said to a text: signed, declined, or taken back."""

    class Said(models.TextChoices):
        SIGNED = "signed", _("signed")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("taken back")

    class How(models.TextChoices):
        DRAWN = "drawn", _("signed by hand on the screen")
        TYPED = "typed", _("name typed, and ticked")
        PAPER = "paper", _("signed by hand on paper")
        SPOKEN = "spoken", _("said before a witness, unable to sign")

    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="answers")
    said = models.CharField(_("said"), max_length=10, choices=Said)
    how = models.CharField(_("how"), max_length=10, choices=How, blank=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    """As the signer wrote it."""
    strokes = models.JSONField(_("strokes"), default=list)
    """As it was drawn: strokes of points x, y and pressure, in thousandths of the pad's width."""
    witness = models.CharField(_("witness or interpreter"), max_length=160, blank=True)
    why = models.TextField(_("reason"), blank=True)
    text_sha256 = models.CharField(_("hash of the text"), max_length=64)
    """Of the words that were on the screen: equal to the text's, or nothing is signed."""
    link = models.OneToOneField(
        PatientLink, models.PROTECT, null=True, blank=True, related_name="consent_answer"
    )
    """The link by which it came; a link is used once."""
    pdf_sha256 = models.CharField(_("hash of the document"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("answer to a consent")
        verbose_name_plural = _("answers to consents")
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["text", "said"], name="consent_said_once"),
            models.CheckConstraint(
                condition=models.Q(said__in=["signed", "declined", "withdrawn"]), name="consent_said_known"
            ),
        ]

    @property
    def patient(self) -> Patient:
        return self.text.plan.patient

    @property
    def document(self) -> str:
        """The file that was made of it."""
        return f"consents/{self.pdf_sha256}.pdf" if self.pdf_sha256 else ""


class PhotoConsent(SentOnce):
    """Whether somebody's photographs may be used for one purpose, from this moment on."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="photo_consents")
    purpose = models.CharField(_("purpose"), max_length=20)
    """An id of the protocol's purposes."""
    given = models.BooleanField(_("agreed"))
    words = models.TextField(_("words that were shown"))
    edition = models.CharField(_("edition"), max_length=80)

    class Meta:
        verbose_name = _("photo consent")
        verbose_name_plural = _("photo consents")
        ordering = ["-created_at", "-id"]

    @classmethod
    def now(cls, patient: Patient) -> "dict[str, Self]":
        """The newest word on each purpose that anything was said of."""
        newest: dict[str, Self] = {}
        for row in cls.objects.filter(patient__in=patient.family).select_related("created_by"):
            newest.setdefault(row.purpose, row)
        return newest
