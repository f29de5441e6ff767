"""
Who may needle with what, under whose eyes, and who stands for it afterwards.

A training is for one device, or for every device of a kind, from its day until it expires. Somebody who is in
training needles under a supervisor who is named, trained and there that day, and who signs after them.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models.account import SignIn
from needlework.clinic.models.once import SentOnce
from needlework.clinic.models.people import TREATS, Role, User
from needlework.clinic.models.places import Site
from needlework.clinic.models.treatment import Session, SessionEntry
from needlework.protocol.schema.devices import Device
from needlework.records.treat import EventKind

KIND = "kind:"
"""Before the kind of device, where a training is for all of a kind."""
AHEAD = timedelta(days=60)
"""How long before it expires a training is shown as expiring."""


KINDS = {f"{KIND}pen": _("Every pen"), f"{KIND}roller": _("Every roller")}
"""What may be trained for beside single devices."""


class Level(models.TextChoices):
    TRAINED = "trained", _("Trained")
    SUPERVISED = "supervised", _("In training, under supervision")


class Trainings(models.QuerySet["Training"]):
    def standing(self) -> "Trainings":
        """Those that no later row corrects."""
        return self.filter(corrected_by=None)

    def valid(self, on: date) -> "Trainings":
        """Those that hold on this day: begun, not expired, not taken back by then."""
        return self.standing().filter(on__lte=on, expires__gte=on).exclude(revoked__on__lte=on)

    def for_device(self, device: Device) -> "Trainings":
        return self.filter(device__in=[device.id, f"{KIND}{device.kind}"])

    def expiring(self, on: date) -> "Trainings":
        """
        The valid ones that end soon, the first to end first: of people who work here, where no other
        training of the same person for the same device goes on.
        """
        longer = Training.objects.valid(on).filter(
            professional=OuterRef("professional"), device=OuterRef("device"), expires__gt=on + AHEAD
        )
        soon = self.valid(on).filter(expires__lte=on + AHEAD, professional__is_active=True)
        return soon.exclude(Exists(longer)).select_related("professional").order_by("expires")


class Training(SentOnce):
    """That somebody was taught a device. What was written wrongly is corrected by another row."""

    professional = models.ForeignKey(User, models.PROTECT, related_name="trainings", editable=False)
    device = models.CharField(_("device"), max_length=80)
    """The protocol's id of a device, or `kind:pen` for every device of a kind."""
    level = models.CharField(_("level"), max_length=12, choices=Level)
    on = models.DateField(_("day of the training"))
    expires = models.DateField(_("expires"))
    """The last day on which it holds."""
    given_by = models.CharField(_("given by"), max_length=120)
    evidence = models.TextField(_("evidence"), blank=True)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by", editable=False
    )

    objects = Trainings.as_manager()

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(expires__gte=F("on")), name="training_ends_after_it_began"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="training_level_known"),
        ]

    def __str__(self) -> str:
        return f"{self.professional_id}: {self.device}"

    def called(self, devices: Iterable[Device]) -> str:
        """What it is for, in words."""
        names = {**KINDS, **{one.id: one.name for one in devices}}
        return str(names.get(self.device, self.device))

    def clean(self) -> None:
        if self.on and self.expires and self.expires < self.on:
            raise ValidationError({"expires": _("It ends before it began.")})

    @classmethod
    def level_of(cls, user: User, device: Device, *, on: date) -> str:
        """The best level at which somebody may use a device on a day; empty where none holds."""
        levels = set(
            cls.objects.valid(on).for_device(device).filter(professional=user).values_list("level", flat=True)
        )
        return next((level for level in Level.values if level in levels), "")


class TrainingRevoked(SentOnce):
    """A training was taken back, from a day on, with the reason. What was done before stays as it was."""

    training = models.OneToOneField(Training, models.PROTECT, related_name="revoked", editable=False)
    on = models.DateField(_("from"))
    reason = models.TextField(_("reason"))

    class Meta:
        verbose_name = _("revocation of a training")
        verbose_name_plural = _("revocations of trainings")


class Supervisions(models.QuerySet["Supervision"]):
    def current(self) -> "Supervisions":
        """The newest of each session: when a supervisor leaves, another is named."""
        newer = Supervision.objects.filter(session=OuterRef("session"), pk__gt=OuterRef("pk"))
        return self.exclude(Exists(newer))

    def waiting(self) -> "Supervisions":
        """Of the sessions that were signed by somebody else than the supervisor, who has not agreed yet."""
        signed = SessionEntry.objects.filter(session=OuterRef("session"), kind=EventKind.SIGNED)
        agreed = CoSignature.objects.filter(session=OuterRef("session"), agrees=True)
        return self.current().filter(
            Exists(signed.exclude(created_by=OuterRef("supervisor"))), ~Exists(agreed)
        )


class Supervision(SentOnce):
    """Who watches over somebody in training, in one session, on one day."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="supervisions", editable=False)
    trainee = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    supervisor = models.ForeignKey(User, models.PROTECT, related_name="supervisions", editable=False)

    objects = Supervisions.as_manager()

    class Meta:
        verbose_name = _("supervision")
        verbose_name_plural = _("supervisions")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(trainee=F("supervisor")), name="nobody_supervises_themselves")
        ]

    @property
    def day(self) -> date:
        return timezone.localdate(self.created_at)

    @property
    def answer(self) -> "CoSignature | None":
        """What the supervisor said last, once the session was signed."""
        return next(iter(self.session.cosignatures.all()), None)

    @property
    def waits(self) -> bool:
        return Supervision.objects.filter(pk=self.pk).waiting().exists()

    @classmethod
    def of(cls, session: Session) -> "Supervision | None":
        """The supervision that counts; None where nobody was named."""
        return session.supervisions.select_related("supervisor", "trainee").first()


class CoSignature(SentOnce):
    """What the supervisor says of a session that somebody in training signed: agreed, or not, and why."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="cosignatures", editable=False)
    agrees = models.BooleanField()
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("co-signature")
        verbose_name_plural = _("co-signatures")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["session"], condition=Q(agrees=True), name="cosigned_once"),
            models.CheckConstraint(condition=Q(agrees=True) | ~Q(reason=""), name="refused_with_a_reason"),
        ]


def here_on(user: User, day: date, *, site: Site | None) -> bool:
    """Whether somebody who treats people at this site was signed in at some moment of this day."""
    begins = timezone.make_aware(datetime.combine(day, time.min))
    shown = SignIn.objects.filter(user=user, created_at__lt=begins + timedelta(days=1), seen_at__gte=begins)
    directs, treats = Q(role=Role.MEDICAL_DIRECTOR), Q(site=site, role__in=TREATS)
    return user.is_active and shown.exists() and user.memberships.now().filter(directs | treats).exists()


def supervisors(device: Device, *, on: date, besides: User) -> list[User]:
    """Who may supervise this person with this device on that day: trained, there in a role that treats."""
    trained = Training.objects.valid(on).for_device(device).filter(level=Level.TRAINED)
    people = User.objects.filter(pk__in=trained.values("professional"), is_active=True).exclude(pk=besides.pk)
    return [one for one in people.order_by("full_name") if here_on(one, on, site=besides.site)]
