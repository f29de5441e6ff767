"""What somebody answered, what the protocol said of it, and who decided otherwise."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Self

import msgspec
from django.db import models
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models import answers as columns
from needlework.clinic.models.asked import PatientAnswers
from needlework.clinic.models.once import SentOnce
from needlework.clinic.models.people import Patient
from needlework.records.screen import Answers, Finding, Outcome, Verdict


class Screening(SentOnce):
    """One set of answers on one day, with the verdict in the words that were shown."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="screenings")
    on = models.DateField(_("day"))
    answers = models.JSONField(_("answers"))
    verdict = models.JSONField(_("verdict"))
    outcome = models.CharField(_("outcome"), max_length=12)
    edition = models.CharField(_("edition"), max_length=80)
    said = models.OneToOneField(
        PatientAnswers, models.PROTECT, null=True, blank=True, related_name="screening",
        verbose_name=_("as answered by phone"),
    )  # fmt: skip
    """What the person had answered by themselves, where this screening began from it."""

    skin = models.JSONField(_("skin type"), default=dict, blank=True)
    """Each way of finding it as known then, and what the verdict went by; empty before this was kept."""

    ERASES: Mapping[str, object] = {"answers": {}, "skin": {}}

    class Meta:
        verbose_name = _("screening")
        verbose_name_plural = _("screenings")
        ordering = ["-created_at", "-id"]

    @classmethod
    def from_record(cls, patient: Patient, answers: Answers, verdict: Verdict, **also: object) -> Self:
        return cls(
            patient=patient,
            on=verdict.on,
            answers=columns.stored(answers),
            verdict=msgspec.to_builtins(verdict),
            outcome=verdict.outcome.word,
            edition=verdict.edition,
            **also,
        )

    def as_verdict(self) -> Verdict:
        return msgspec.convert(self.verdict, Verdict)

    def as_answers(self) -> Answers:
        return columns.restored(self.answers)

    @property
    def skin_type(self) -> str | None:
        """The type that the verdict went by."""
        return self.skin.get("used") or self.answers.get("skin-type")

    def as_weighed(self) -> Answers:
        """The answers with the skin type that the verdict went by, where another was found than answered."""
        given = dict(self.as_answers().given)
        return Answers(given | ({"skin-type": self.skin["used"]} if self.skin.get("used") else {}))

    def overridden(self) -> set[str]:
        """The rules that somebody has decided to treat in spite of."""
        return {override.rule for override in self.overrides.all()}

    def standing(self) -> tuple[Finding, ...]:
        """The findings that still bar a treatment: no override, and no day that ends them."""
        done = self.overridden()
        return tuple(
            finding
            for finding in self.as_verdict().findings
            if finding.outcome >= Outcome.CAUTION and finding.rule not in done
        )

    def bars(self, *, on: date, zones: Collection[str] = ()) -> tuple[Finding, ...]:
        """
        What forbids treating on a day, in these zones: deferrals not yet ended, the absolute, and what a
        prescriber has yet to decide.
        """
        return tuple(
            finding
            for finding in self.standing()
            if (finding.outcome >= Outcome.DEFER or finding.to_decide)
            and not (finding.until and finding.until <= on)
            and (not zones or not finding.zones or not set(finding.zones).isdisjoint(zones))
        )


class Override(SentOnce):
    """Somebody who may has decided to treat in spite of a finding, and said why."""

    screening = models.ForeignKey(Screening, models.PROTECT, related_name="overrides")
    rule = models.CharField(_("finding"), max_length=80)
    reason = models.TextField(_("reason"))

    class Meta:
        verbose_name = _("override")
        verbose_name_plural = _("overrides")
        constraints = [models.UniqueConstraint(fields=["screening", "rule"], name="one_override_per_finding")]
