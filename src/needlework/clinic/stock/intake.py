"""
What stands against taking cartridges into stock, and what somebody should look at before.

A pack that cannot be used does not go on the shelf: it would be refused when somebody lies there, numbed.
What may be a second count of the same packs is asked about: no code of a box tells one box from the next.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from needlework.clinic import fit
from needlework.clinic.models.stock import CartridgeIn
from needlework.clinic.models.treatment import CartridgeUse
from needlework.clinic.templatetags.format import day as written
from needlework.clinic.templatetags.format import moment
from needlework.loop import gs1
from needlework.records.treat import EventKind
from needlework.records.why import Reason

Said = Mapping[str, Any]
"""lot, serial, gtin, expires and quantity of what is taken in."""

SURE = "sure"
"""The key of a reason that somebody may overrule, who has looked at the pack."""


def against(said: Said, *, at: datetime) -> Iterator[Reason]:
    """Why this may not go into stock at all."""
    if said["serial"] and said["quantity"] != 1:
        yield Reason("quantity", _("is more than one."), _("A serial names one cartridge: enter 1."))
    if _day(said["expires"]) < timezone.localdate(at):
        says = _("was %(day)s: this has expired.") % {"day": written(said["expires"])}
        yield Reason("expires", says, _("Do not shelve it. Set it aside and send it back, or throw it away."))
    yield from fit.against_entry(EventKind.CARTRIDGE, said, at=at)
    if said["serial"] and (used := _used(said)):
        says = _("was opened for somebody on %(day)s.") % {"day": written(used.created_at)}
        do = _("Do not shelve it. Set it aside, and tell the medical director.")
        yield Reason("serial", says, do)


def doubts(said: Said) -> Iterator[Reason]:
    """What does not fit what was taken in before. Somebody looks at the pack and says so."""
    before = CartridgeIn.objects.filter(_same_product(said), lot=said["lot"])
    if other := before.exclude(expires=said["expires"]).first():
        says = _("This lot was taken in with another day before, %(day)s.") % {"day": written(other.expires)}
        yield Reason(
            SURE, says, _("Read the pack: only if it shows the day given now, say that you are sure.")
        )
    if said["serial"]:
        counted = before.filter(serial="").aggregate(n=Sum("quantity"))["n"] or 0
        if counted:
            says = _("%(n)d of this lot were taken in by number, without their serials.") % {"n": counted}
            yield Reason(SURE, says, _("Only if this one is not among them, say that you are sure."))
    elif last := before.order_by("-id").first():
        words = ngettext(
            "%(n)d of this lot was taken in on %(when)s by %(who)s.",
            "%(n)d of this lot were taken in on %(when)s by %(who)s.",
            last.quantity,
        )
        who = last.created_by.full_name if last.created_by else "–"
        says = words % {"n": last.quantity, "when": moment(last.created_at), "who": who}
        yield Reason(SURE, says, _("Only if these are others, say that you are sure."))


def counted_before(said: Said) -> CartridgeIn | None:
    """The row by which this single cartridge was taken in, whether or not its product code was read."""
    if not said["serial"]:
        return None
    rows = CartridgeIn.objects.select_related("created_by").filter(_same_product(said))
    return rows.filter(lot=said["lot"], serial=said["serial"]).first()


def _same_product(said: Said) -> Q:
    """Of this product code, or where one of the two was not read."""
    return Q(gtin__in=["", said["gtin"]]) if said["gtin"] else Q()


def _used(said: Said) -> CartridgeUse | None:
    gtin = gs1.article(said["gtin"])
    return CartridgeUse.may_be(gtin=gtin, lot=said["lot"], serial=said["serial"]).first()


def _day(given: date | str) -> date:
    return given if isinstance(given, date) else date.fromisoformat(given)
