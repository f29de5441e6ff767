"""How long needled skin stays open, as a page tells it: a range, what may not go on it, and whose it is."""

import math
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from needlework.clinic.models.treatment import Session
from needlework.clinic.recover.days import plainly
from needlework.loop import treat
from needlework.protocol.schema.zones import Zones
from needlework.records.recover import OpenSkin, Outlook, Timetable
from needlework.records.why import Citation

APPLIED = ("device-gel", "make-up", "no-sunscreen-yet", "retinoid-and-acid", "vitamin-c")
"""The holds that speak of what is put on open skin. One that an edition lacks is not told here."""


def parts(session: Session, zones: Zones) -> tuple[str, ...]:
    """The parts of the body that were needled; a zone that the edition no longer has names none."""
    chart = treat.chart(session.as_events(), session.plan.as_record())
    needled = {one.zone for one in chart.passes} | {one.zone for one in chart.late}
    return tuple(sorted({zone.where for zone in zones.zone if zone.id in needled}))


def reading(outlook: Outlook, timetable: Timetable, *, now: datetime) -> dict[str, Any]:
    """The range in whole hours, when its longest end is over, and the products that still have to wait."""
    low, high = range_h(outlook.skin)
    ends = timetable.treatment.treated_at + timedelta(hours=high) if math.isfinite(high) else None
    return {
        "skin": outlook.skin,
        "spans": [
            _span(_("Barrier against water"), outlook.skin.barrier_h),
            _span(_("Channels"), outlook.skin.channels_h),
        ],
        "low_h": low,
        "high_h": high if ends else None,
        "ends": plainly(ends, now=now) if ends else "",
        "open_now": ends is None or ends > now,
        "not_yet": [
            {"hold": hold, "until": plainly(hold.until_at, now=now)}
            for hold in outlook.holds
            if hold.id in APPLIED
        ],
        "sources": sources(outlook.skin),
    }


def _span(what: str, hours: tuple[float, float]) -> dict[str, Any]:
    """One of the two ranges; without a latest hour where nobody measured it."""
    return {"what": what, "low": hours[0], "high": hours[1] if math.isfinite(hours[1]) else None}


def range_h(skin: OpenSkin) -> tuple[float, float]:
    """From the soonest that a barrier was seen back to the latest that channels were seen closed. [h]"""
    low, high = skin.barrier_h[0], max(skin.barrier_h[1], skin.channels_h[1])
    return math.floor(low), math.ceil(high) if math.isfinite(high) else high


def sources(skin: OpenSkin) -> tuple[Citation, ...]:
    """Each source once, in the order of the evidence."""
    return tuple(dict.fromkeys(source for one in skin.evidence for source in one.sources))
