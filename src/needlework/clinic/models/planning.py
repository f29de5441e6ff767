"""The course that was planned."""

from typing import Self

import msgspec
from django.db import models
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models.once import SentOnce
from needlework.clinic.models.people import Patient
from needlework.clinic.models.screening import Screening
from needlework.records.plan import Judged
from needlework.records.plan import Plan as PlanRecord


class Plan(SentOnce):
    """A course for one person, as it was proposed and taken. A changed plan is a new one that names this."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="plans")
    screening = models.ForeignKey(Screening, models.PROTECT, related_name="plans")
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )
    plan = models.JSONField(_("plan"))
    off_label_reason = models.TextField(_("reason for use outside the label"), blank=True)
    changes = models.JSONField(_("changes of the proposal, and what each went against"), default=list)
    change_reason = models.TextField(_("reason for the changes"), blank=True)
    edition = models.CharField(_("edition"), max_length=80)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["-created_at", "-id"]

    @classmethod
    def from_record(cls, screening: Screening, plan: PlanRecord, **also: object) -> Self:
        return cls(
            patient=screening.patient,
            screening=screening,
            plan=msgspec.to_builtins(plan),
            edition=plan.edition,
            **also,
        )

    def judged(self) -> tuple[Judged, ...]:
        """What the practitioner changed in the proposal, in the words that were shown."""
        return msgspec.convert(self.changes, tuple[Judged, ...])

    def as_record(self) -> PlanRecord:
        return msgspec.convert(self.plan, PlanRecord)
