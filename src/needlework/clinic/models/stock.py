"""What is worked with: the clinic's devices and handpieces, its cartridges, and what is called back."""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models.base import Record
from needlework.clinic.models.once import SentOnce
from needlework.clinic.models.places import Site
from needlework.clinic.models.treatment import Session
from needlework.loop.recalls import Recalled

LONGEST_MARK = 40


class StockRules(Record):
    """
    How this clinic handles what is past due: one row.

    A device past its service is refused unless the clinic says otherwise: how far its needles come out is
    warranted by the maker only while it is serviced, and a depth that is not what the dial says cannot be
    seen on the skin. Whoever runs a clinic may choose a warning, for a service that is booked.
    """

    class PastDue(models.TextChoices):
        REFUSE = "refuse", _("Refuse to open a session with it")
        WARN = "warn", _("Open, and say so")

    only = models.BooleanField(default=True, unique=True, editable=False)
    past_due = models.CharField(
        _("a device past its service"), max_length=8, choices=PastDue, default=PastDue.REFUSE
    )
    expiry_warning_days = models.PositiveSmallIntegerField(_("warn before a cartridge expires"), default=60)
    service_warning_days = models.PositiveSmallIntegerField(_("warn before a service is due"), default=30)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=True), name="one_set_of_stock_rules")]

    @classmethod
    def current(cls) -> "StockRules":
        return cls.objects.first() or cls()


# ── devices ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a unit stands on a day."""

    in_use: bool
    why_not: str
    due_on: date | None

    def past_due(self, on: date) -> bool:
        return self.due_on is not None and self.due_on < on


class Units(models.QuerySet["Unit"]):
    def with_standing(self) -> "Units":
        """With what was said of them since, in three queries however many they are."""
        return self.select_related("site").prefetch_related("states", "services__corrected_by")


class Unit(SentOnce):
    """One of the clinic's own devices or handpieces. What happens to it is added as rows of its own."""

    class Part(models.TextChoices):
        DEVICE = "device", _("Device")
        HANDPIECE = "handpiece", _("Handpiece")

    part = models.CharField(_("part"), max_length=10, choices=Part, default=Part.DEVICE)
    device = models.CharField(_("model"), max_length=80)
    """The id of the protocol's device that it is one of, or belongs to."""
    serial = models.CharField(_("serial"), max_length=LONGEST_MARK)
    udi = models.CharField(_("UDI"), max_length=120, blank=True)
    label = models.CharField(_("name on it"), max_length=80, blank=True)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="units")
    """Where it stands; none where it travels."""
    bought_on = models.DateField(_("bought on"), null=True, blank=True)

    objects = Units.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["device", "part", "serial"]
        constraints = [models.UniqueConstraint(fields=["device", "part", "serial"], name="unit_by_serial")]

    def __str__(self) -> str:
        return f"{self.label} ({self.serial})" if self.label else self.serial

    def standing(self) -> Standing:
        """In use unless the last word on it says otherwise; due when the last service that stands says."""
        last = max(self.states.all(), key=lambda one: one.id, default=None)
        services = [one for one in self.services.all() if not hasattr(one, "corrected_by")]
        newest = max(services, key=lambda one: (one.done_on or date.min, one.id), default=None)
        in_use = last is None or last.in_use
        return Standing(
            in_use, "" if last is None or in_use else last.reason, newest.due_on if newest else None
        )


class UnitState(SentOnce):
    """A unit was taken out of use, for good or for a while, or put back into use."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="states")
    in_use = models.BooleanField(_("in use"))
    retired = models.BooleanField(_("for good"), default=False)
    on = models.DateField(_("on"))
    reason = models.CharField(_("why"), max_length=400)

    class Meta:
        ordering = ["-id"]


class Service(SentOnce):
    """A service that was done, and when the next is due; or only when it is due. Corrected by a new row."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="services")
    done_on = models.DateField(_("done on"), null=True, blank=True)
    due_on = models.DateField(_("next due on"), null=True, blank=True)
    done_by = models.CharField(_("done by"), max_length=120, blank=True)
    note = models.TextField(_("note"), blank=True)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by", editable=False
    )

    class Meta:
        ordering = ["-id"]


class UnitUse(SentOnce):
    """A device or handpiece that served a session."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="units")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="uses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "unit"], name="unit_once_in_session")]


# ── cartridges ───────────────────────────────────────────────────────────────────────────────────────


class CartridgeIn(SentOnce):
    """Cartridges taken into stock: one with its serial, or a box of a lot."""

    gtin = models.CharField(_("product code (GTIN)"), max_length=14, blank=True)
    lot = models.CharField(_("lot"), max_length=LONGEST_MARK, db_index=True)
    serial = models.CharField(_("serial"), max_length=LONGEST_MARK, blank=True)
    expires = models.DateField(_("expires"))
    quantity = models.PositiveSmallIntegerField(_("how many"), default=1)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="taken_in_at_least_one"),
            models.UniqueConstraint(
                fields=["gtin", "lot", "serial"], condition=~Q(serial=""), name="taken_in_once"
            ),
        ]


class StockChange(SentOnce):
    """Cartridges that left unused, or were counted otherwise; why."""

    lot = models.CharField(_("lot"), max_length=LONGEST_MARK, db_index=True)
    gtin = models.CharField(_("product code (GTIN)"), max_length=14, blank=True, default="")
    """Of the article; empty where only one product has this lot, or nobody read a code."""
    change = models.SmallIntegerField(_("more or fewer"))
    reason = models.CharField(_("why"), max_length=400)


# ── recalls ──────────────────────────────────────────────────────────────────────────────────────────


class Recalls(models.QuerySet["Recall"]):
    def standing(self) -> "Recalls":
        """Those that were not withdrawn, newest first."""
        return self.filter(withdrawn=None).order_by("-id")


class Recall(SentOnce):
    """Something is called back, from the moment of this row on. Withdrawn by a row that names it."""

    gtin = models.CharField(_("product code (GTIN)"), max_length=14, blank=True)
    lot = models.CharField(_("lot"), max_length=LONGEST_MARK, blank=True)
    serial_from = models.CharField(_("serial from"), max_length=LONGEST_MARK, blank=True)
    serial_to = models.CharField(_("serial to"), max_length=LONGEST_MARK, blank=True)
    device = models.CharField(_("device model"), max_length=80, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="recalls", verbose_name=_("one device")
    )
    topical = models.CharField(_("topical"), max_length=80, blank=True)
    topical_lot = models.CharField(_("lot of the topical"), max_length=LONGEST_MARK, blank=True)
    source = models.CharField(_("source"), max_length=400)
    issued_on = models.DateField(_("issued on"))
    todo = models.TextField(_("what to do"))

    objects = Recalls.as_manager()

    class Meta:
        verbose_name = _("recall")
        verbose_name_plural = _("recalls")
        ordering = ["-id"]

    def as_record(self) -> Recalled:
        return Recalled(
            gtin=self.gtin, lot=self.lot, serial_from=self.serial_from, serial_to=self.serial_to,
            device=self.unit.device if self.unit else self.device,
            unit=self.unit.serial if self.unit else "",
            topical=self.topical, topical_lot=self.topical_lot,
        )  # fmt: skip


class RecallWithdrawn(SentOnce):
    recall = models.OneToOneField(Recall, models.PROTECT, related_name="withdrawn")
    reason = models.TextField(_("why, and by whose word"))
