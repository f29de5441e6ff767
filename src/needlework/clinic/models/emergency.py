"""Break-glass: a record opened in an emergency by somebody whose role or site does not include it."""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models.once import SentOnce
from needlework.clinic.models.people import Patient, Role, User
from needlework.clinic.models.places import Site

LASTS = timedelta(minutes=60)
"""How long a record stays open."""
REASON_AT_LEAST = 10
"""Characters of a reason. A dot is none."""


class EmergencyAccess(SentOnce):
    """Somebody opened a record in an emergency, and said why. It ends by itself; the director reads of it."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="emergencies", editable=False)
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="+", editable=False)
    role = models.CharField(_("role"), max_length=20, editable=False)
    reason = models.TextField(_("reason"))
    ends_at = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("emergency access")
        verbose_name_plural = _("emergency accesses")
        ordering = ["-id"]
        indexes = [models.Index(fields=["created_by", "ends_at"], name="emergency_by_user")]

    @property
    def role_name(self) -> str:
        return str(Role(self.role).label).lower() if self.role else ""

    @classmethod
    def open_to(cls, user: User, *, at: datetime) -> "models.QuerySet[EmergencyAccess]":
        """What is open to this person at this moment."""
        return cls.objects.filter(created_by=user, created_at__lte=at, ends_at__gt=at)

    @classmethod
    def unread(cls) -> "models.QuerySet[EmergencyAccess]":
        """Those that no medical director has acknowledged, the oldest first."""
        also = ("patient", "created_by", "site", "acknowledged")
        found = cls.objects.filter(acknowledged=None).select_related(*also)
        return found.order_by("id")


class EmergencyAcknowledged(SentOnce):
    """A medical director has read of it, and says whether it was right."""

    access = models.OneToOneField(
        EmergencyAccess, models.PROTECT, related_name="acknowledged", editable=False
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("acknowledgement of an emergency access")
        verbose_name_plural = _("acknowledgements of emergency accesses")
