"""When somebody is expected, for how long, what for, where and with whom."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from needlework.clinic.dayfield import DayField
from needlework.clinic.models.people import TREATS, User
from needlework.clinic.models.places import Room, Site
from needlework.clinic.models.visits import Visit

AHEAD = timedelta(days=730)
LONGEST = 480


class VisitForm(forms.Form):
    once = forms.UUIDField(widget=forms.HiddenInput)
    day = DayField(label=_("Day"))
    clock = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=LONGEST, initial=60)
    kind = forms.ChoiceField(
        label=_("What for"),
        choices=Visit.Kind.choices,
        widget=forms.RadioSelect,
        initial=Visit.Kind.TREATMENT,
    )
    practitioner = forms.ModelChoiceField(
        User.objects.none(), label=_("With"), required=False, empty_label=_("Whoever is free")
    )
    room = forms.ModelChoiceField(
        Room.objects.none(), label=_("Room"), required=False, empty_label=_("Not said yet")
    )

    def __init__(self, data: Any = None, *, site: Site | None, on: date, like: Visit | None = None) -> None:
        super().__init__(data, initial={"once": uuid7(), "day": on, **(_of(like) if like else {})})
        self.on = on
        here = User.objects.filter(is_active=True, memberships__site=site, memberships__role__in=TREATS)
        for name, rows in {
            "practitioner": here.filter(memberships__ends_at=None).distinct(),
            "room": Room.objects.open().filter(site=site),
        }.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day < self.on:
            raise ValidationError(_("This day is over. Choose one that is not."))
        if day > self.on + AHEAD:
            raise ValidationError(_("That is more than two years ahead. Check the year."))
        return day

    def booked(self) -> dict[str, Any]:
        """What goes into the row. Only after is_valid()."""
        said = self.cleaned_data
        starts_at = timezone.make_aware(datetime.combine(said["day"], said["clock"]))
        also = {name: said[name] for name in ("minutes", "kind", "practitioner", "room")}
        return {"starts_at": starts_at, **also}


def _of(visit: Visit) -> dict[str, Any]:
    at = timezone.localtime(visit.starts_at)
    return {
        "clock": at.time(), "minutes": visit.minutes, "kind": visit.kind,
        "practitioner": visit.practitioner_id, "room": visit.room_id,
    }  # fmt: skip
