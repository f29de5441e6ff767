"""Where the clinic works: its sites, and the rooms in which people are treated."""

import zoneinfo
from datetime import tzinfo

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models.base import Record

PHONE = RegexValidator(r"^\+?[\d ().\-/]+$", _("Give digits, and a + in front where needed."))


def known_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("There is no such time zone. Write it like Europe/Lisbon."))


class Sites(models.QuerySet["Site"]):
    def open(self) -> "Sites":
        """Those that are in use, the oldest first."""
        return self.filter(is_open=True)

    def first_or_made(self, *, name: str, phone: str) -> "Site":
        """The oldest open site; where there is none, one of this name."""
        zone = timezone.get_default_timezone_name()
        return self.open().first() or self.create(name=name, phone=phone, time_zone=zone)


class Site(Record):
    """One address at which the clinic works. People belong to the clinic; what is done to them to a site."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    time_zone = models.CharField(_("time zone"), max_length=60, validators=[known_time_zone])
    phone = models.CharField(_("phone"), max_length=40, blank=True, validators=[PHONE])
    emergency_phone = models.CharField(_("emergency phone"), max_length=40, blank=True, validators=[PHONE])
    """What patients and staff of this site call when somebody is in danger."""
    is_open = models.BooleanField(_("in use"), default=True)

    objects = Sites.as_manager()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> tzinfo:
        """Whose days and hours count at this site; the clinic's where the machine knows no such zone."""
        try:
            return zoneinfo.ZoneInfo(self.time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            return timezone.get_default_timezone()


class Rooms(models.QuerySet["Room"]):
    def open(self) -> "Rooms":
        return self.filter(is_open=True, site__is_open=True)

    def first_or_made(self, site: Site) -> "Room":
        """The oldest open room of a site, which is its only one until somebody adds another."""
        return self.open().filter(site=site).first() or self.create(site=site, name=_now("Treatment room"))


class Room(Record):
    """A room in which people are treated. A session is opened in one, so that it can be looked back to."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="rooms", editable=False)
    name = models.CharField(_("name"), max_length=80)
    is_open = models.BooleanField(_("in use"), default=True)

    objects = Rooms.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="room_name_at_site")]

    def __str__(self) -> str:
        return self.name
