"""What somebody answers on their own phone before a visit: as typed, and as sent."""

from collections.abc import Mapping
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models import answers as columns
from needlework.clinic.models.base import Record
from needlework.clinic.models.once import SentOnce
from needlework.clinic.models.people import Patient, PatientLink
from needlework.records.screen import Answers


class Draft(Record):
    """
    A form that is being filled in behind a link: what was typed so far, which is no answer yet.

    The browser in which something was typed first holds its key. A link that was passed on, or that a
    messenger looked at, shows the empty form and nothing of what was typed.
    """

    link = models.OneToOneField(PatientLink, models.PROTECT, related_name="draft")
    typed = models.JSONField(_("typed"), default=dict)
    """By control, the values as the page holds them."""
    browser_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    saved_at = models.DateTimeField(_("saved"))

    ERASES: Mapping[str, object] = {"typed": {}}

    class Meta:
        verbose_name = _("draft of answers")
        verbose_name_plural = _("drafts of answers")

    @classmethod
    def open_links(cls, patient: Patient, *, at: datetime) -> models.QuerySet[PatientLink]:
        """The links with which this person can still answer, newest first."""
        links = patient.links.filter(purpose=PatientLink.ANSWERS, revoked_at=None, expires_at__gt=at)
        used = PatientAnswers.objects.filter(link__patient=patient).values("link")
        return links.exclude(pk__in=used).order_by("-created_at")

    @property
    def zones(self) -> tuple[str, ...]:
        return tuple(self.typed.get("zones", ()))


class PatientAnswers(SentOnce):
    """
    What somebody answered by themselves, as they sent it. It is no screening: staff read it with them first.

    A link is answered once: the database holds that there is no second.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="own_answers")
    link = models.OneToOneField(PatientLink, models.PROTECT, related_name="own_answers")
    answers = models.JSONField(_("answers"))

    ERASES: Mapping[str, object] = {"answers": {}}
    edition = models.CharField(_("edition"), max_length=80)

    class Meta:
        verbose_name = _("answers by phone")
        verbose_name_plural = _("answers by phone")
        ordering = ["-created_at", "-id"]

    @classmethod
    def waiting(cls) -> "models.QuerySet[PatientAnswers]":
        """Those that nobody has read with the person yet, the longest waiting first."""
        unread = cls.objects.filter(screening=None).select_related("patient")
        return unread.order_by("created_at", "id")

    def as_answers(self) -> Answers:
        return columns.restored(self.answers)
