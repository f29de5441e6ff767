"""How somebody says they are after a session, what that called for, and who took it up."""

from collections.abc import Mapping
from typing import Self

import msgspec
from django.db import models
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models import answers as columns
from needlework.clinic.models.once import SentOnce
from needlework.clinic.models.people import ERASED, Patient
from needlework.clinic.models.treatment import Session
from needlework.records.recover import CheckIn as CheckInRecord
from needlework.records.recover import Triage, Urgency

NEEDS_SOMEBODY = sorted((one for one in Urgency if one >= Urgency.CALL_TODAY), reverse=True)


class CheckIn(SentOnce):
    """One check-in with its triage, in the words that were shown. By a patient when nobody is named."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="check_ins")
    at = models.DateTimeField(_("at"))
    answers = models.JSONField(_("answers"))
    triage = models.JSONField(_("triage"))
    urgency = models.CharField(_("urgency"), max_length=12)
    edition = models.CharField(_("edition"), max_length=80)

    ERASES: Mapping[str, object] = {"answers": {}}
    SHOWS = ("session",)

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        ordering = ["-at", "-id"]

    @classmethod
    def from_record(cls, session: Session, check_in: CheckInRecord, triage: Triage, **also: object) -> Self:
        return cls(
            session=session,
            at=check_in.at,
            answers=columns.stored(check_in.answers),
            triage=msgspec.to_builtins(triage),
            urgency=triage.urgency.word,
            edition=triage.edition,
            **also,
        )

    @classmethod
    def waiting(cls) -> models.QuerySet[Self]:
        """The check-ins that call for somebody and that nobody has taken up, worst first, then newest."""
        ranks = [models.When(urgency=one.word, then=-one.rank) for one in NEEDS_SOMEBODY]
        return (
            cls.objects.filter(urgency__in=[one.word for one in NEEDS_SOMEBODY], taken=None)
            .select_related("session__plan__patient")
            .order_by(models.Case(*ranks, output_field=models.IntegerField()), "-at", "-id")
        )

    def as_triage(self) -> Triage:
        return msgspec.convert(self.triage, Triage)

    def as_record(self) -> CheckInRecord:
        return CheckInRecord(at=self.at, answers=columns.restored(self.answers))


class CheckInTaken(SentOnce):
    """Somebody has taken a check-in up: until then it stays on everybody's day."""

    check_in = models.OneToOneField(CheckIn, models.PROTECT, related_name="taken")
    note = models.TextField(_("what was done"))

    ERASES = {"note": ERASED}

    class Meta:
        verbose_name = _("check-in taken up")
        verbose_name_plural = _("check-ins taken up")


class AftercareSheet(SentOnce):
    """What somebody took home after a session, in the words in which it was given. One a session."""

    session = models.OneToOneField(Session, models.PROTECT, related_name="aftercare")
    words = models.JSONField(_("words"))
    edition = models.CharField(_("edition"), max_length=80)

    class Meta:
        verbose_name = _("aftercare sheet")
        verbose_name_plural = _("aftercare sheets")
        ordering = ["-id"]

    @property
    def patient(self) -> Patient:
        return self.session.patient
