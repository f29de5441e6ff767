"""A timetable as somebody reads it on one day: what is now, until when, what comes, what is over."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from needlework.records.recover import Timetable


def reading(timetable: Timetable, *, now: datetime) -> dict[str, Any]:
    """What is normal now and next, and the holds: running, still to come, over."""
    normal = [one for one in timetable.expectations if one.from_at <= now < one.until_at]
    later = [one for one in timetable.expectations if one.from_at > now]
    holds = [
        {
            "hold": hold,
            "from": plainly(hold.from_at, now=now),
            "until": plainly(hold.until_at, now=now),
            "state": "over" if hold.until_at <= now else "to-come" if hold.from_at > now else "running",
        }
        for hold in timetable.holds
    ]
    return {
        "normal": normal,
        "next": {"what": later[0], "from": plainly(later[0].from_at, now=now)} if later else None,
        "running": [one for one in holds if one["state"] == "running"],
        "to_come": [one for one in holds if one["state"] == "to-come"],
        "over": [one for one in holds if one["state"] == "over"],
        "gone_by": plainly(timetable.redness_gone_by, now=now),
    }


def plainly(at: datetime, *, now: datetime) -> str:
    """A moment in plain days: today, 14:00; tomorrow, 14:00; Thursday 3 Dec, 14:00."""
    here, today = timezone.localtime(at), timezone.localtime(now).date()
    clock = date_format(here, "H:i")
    match (here.date() - today).days:
        case 0:
            return _("today, %(clock)s") % {"clock": clock}
        case 1:
            return _("tomorrow, %(clock)s") % {"clock": clock}
        case -1:
            return _("yesterday, %(clock)s") % {"clock": clock}
    year = "" if here.year == today.year else date_format(here, " Y")
    return f"{date_format(here, 'l j M')}{year}, {clock}"
