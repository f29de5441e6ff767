"""
Open a session; chart what is done in it.

An entry is appended, never edited, and it is on the disk before the answer leaves: the transaction begins as
a write, and SQLite syncs each commit. `once` is the sender's own key: what is sent again is kept once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from needlework.clinic import aftercare, audit, consented, current, exposures, fit, spared
from needlework.clinic.models.people import Patient, User, first_site
from needlework.clinic.models.places import Room
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.stock import Unit, UnitUse
from needlework.clinic.models.training import Supervision
from needlework.clinic.models.treatment import CartridgeUse, LateEntry, Session, SessionEntry
from needlework.clinic.once import kept
from needlework.clinic.templatetags.format import day as written
from needlework.clinic.templatetags.format import moment
from needlework.clinic.treat import midway, opening, trained
from needlework.loop import gs1, treat
from needlework.protocol.schema.devices import Device
from needlework.records.treat import Event, EventKind, Late
from needlework.records.why import Reason, Refusal

Data = Mapping[str, str | int | float]

LONGEST_MARK = 40
"""Characters of a lot or serial. A GS1 code has 20."""

SENT_BEFORE = "form"
"""The key of the reason that asks for a fresh form."""

MUST_SAY = {EventKind.ADVERSE: ("what",), EventKind.ENDPOINT: ("endpoint", "bleeding")}
"""What an entry cannot be without, beyond what the loop asks for."""


# ── opening ──────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def open_session(
    *,
    plan: Plan,
    once: UUID,
    by: User,
    at: datetime,
    room: Room | None = None,
    supervisor: User | None = None,
    units: Sequence[Unit] = (),
) -> Session | Refusal:
    """
    Open the next session of a plan, or say every reason why it cannot be opened on that day.

    Without a room it is the first of the opener's site: a clinic with one room need not name it.
    """
    if sent := kept(Session, once):
        return sent if sent.plan_id == plan.pk else Refusal((_sent_before(),))
    # The lock, where a transaction does not bring one: one for all charts of a person.
    Patient.objects.select_for_update(no_key=True).get(pk=plan.patient.survivor.pk)
    on = timezone.localdate(at)
    reasons = opening.against(plan, by=by, on=on) + tuple(trained.unsupervised(plan, by, supervisor, on=on))
    unfit = tuple(reason for unit in units for reason in fit.against_unit(unit, on=on))
    if reasons := reasons + unfit:
        return Refusal(reasons)
    last = plan.sessions.order_by("-number").first()
    number = last.number + 1 if last else 1
    session = Session(
        plan=plan, room=room or _first_room(by), number=number, once=once, created_by=by, created_at=at
    )
    session.save()
    exposures.opened(session)
    for unit in units:
        use = UnitUse(session=session, unit=unit, created_by=by, created_at=at)
        use.save()
        exposures.used(use)
    if supervisor is not None and trained.in_training(plan, by, on=on):
        named = {"trainee": by, "supervisor": supervisor, "created_by": by, "created_at": at}
        Supervision(session=session, **named).save()
    return session


def _first_room(by: User) -> Room:
    return Room.objects.first_or_made(by.site or first_site())


# ── charting ─────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def chart(
    *,
    session: Session,
    kind: EventKind,
    data: Data,
    once: UUID,
    by: User,
    at: datetime,
    said_at: datetime | None = None,
    tablet: str = "",
    n: int | None = None,
    late: Late | None = None,
) -> SessionEntry | Refusal:
    """
    Append one entry to a session's chart, or say why it may not be charted.

    `late` is what a note or an addendum puts down in words: it is kept beside them.
    `at` is when it was made; a tablet that was without the network may send it much later.

    The same entry sent twice is one. What comes with a key that was used for something else is refused, so
    that nothing is taken for charted that is not.
    """
    data = _marked(data) if kind is EventKind.CARTRIDGE else dict(data)
    if sent := kept(SessionEntry, once):
        same = (sent.session_id, sent.kind, sent.data) == (session.pk, kind, data)
        return sent if same else Refusal((_sent_before(),))
    locked = Session.objects.select_for_update(no_key=True).select_related("plan").get(pk=session.pk)
    if n is not None and locked.entries.filter(tablet=tablet, n=n).exists():
        return Refusal((_numbered_before(),))
    if reasons := _against(locked, kind, data, by=by, at=at):
        return Refusal(reasons)
    if kind is EventKind.CARTRIDGE and (used := _use(locked, data, once=once, by=by, at=at)) is not None:
        return Refusal((used,))
    entry = SessionEntry(
        session=locked, number=locked.entries.count() + 1, kind=kind, at=at, data=data, once=once,
        created_by=by, said_at=said_at, tablet=tablet, n=n,
    )  # fmt: skip
    entry.save()
    exposures.charted(entry)
    if late is not None and kind in {EventKind.NOTE, EventKind.ADDENDUM}:
        _put_down(entry, late, by=by)
    if kind is EventKind.SIGNED:
        audit.note("sign", locked, by=by)
        aftercare.keep(locked, by=by, at=at)
    return entry


def device_of(session: Session) -> Device | None:
    """The device of the session's plan, as the edition in use knows it."""
    return trained.device_of(session.plan)


def _against(session: Session, kind: EventKind, data: Data, *, by: User, at: datetime) -> tuple[Reason, ...]:
    signature = session.signature()
    if signature is not None and kind not in treat.MAY_FOLLOW["signed"]:
        return (_locked(signature),)
    device = device_of(session)
    if device is None:
        says = _("is no longer in the protocol."), _("Make a new plan; chart what was done as a note.")
        if kind in {EventKind.PASS, EventKind.CARTRIDGE}:
            return (Reason(_("device"), *says),)
        device = current.protocol().devices.device[0]  # the other entries do not depend on it
    missing = [key for key in MUST_SAY.get(kind, ()) if not str(data.get(key, "")).strip()]
    event = Event(id="", kind=kind, at=at, by=by.full_name, data=data)
    today = timezone.localtime(at).date()
    skilled = trained.against_pass(session, by, device, on=today) if kind is EventKind.PASS else ()
    return (
        *skilled,
        *treat.reasons_against(
            event,
            session.as_events(),
            session.plan.as_record(),
            device,
            current.protocol().treat,
            on=today,
            risk=opening.numbing_risk(session.plan),
        ),
        *(Reason(key, _("is empty."), _("Say what it is.")) for key in missing),
        *fit.against_entry(kind, data, at=at),
        *midway.against_entry(session, kind, data, device, at=at),
        *consented.against_entry(session.plan, kind, at=at),
        *spared.against_entry(session.plan, kind, data, at=at),
    )


def _locked(signature: SessionEntry) -> Reason:
    who = signature.created_by.full_name if signature.created_by else ""
    words = _("was signed by %(who)s on %(when)s and is locked.")
    return Reason(
        _("session"), words % {"who": who, "when": moment(signature.at)}, _("Add an addendum instead.")
    )


def _marked(data: Data) -> dict[str, str | int | float]:
    """Lot and serial in one spelling: no cartridge passes for another by a space or a small letter."""
    marks = [key for key in ("lot", "serial", "handpiece") if key != "handpiece" or data.get(key)]
    return {**data, **{key: "".join(str(data.get(key, "")).split()).upper() for key in marks}}


def _use(session: Session, data: Data, *, once: UUID, by: User, at: datetime) -> Reason | None:
    """Open a cartridge for this session, or say when it was opened before. The database decides."""
    opened = treat.cartridge(data)
    for key in ("lot", "serial"):
        if len(getattr(opened, key)) > LONGEST_MARK:
            return Reason(key, _("is too long."), _("Give %(n)d characters at most.") % {"n": LONGEST_MARK})
    gtin = gs1.article(str(data.get("gtin", "")))
    audit.alone()  # a typed and a scanned pack meet in no constraint
    before = CartridgeUse.may_be(gtin=gtin, lot=opened.lot, serial=opened.serial)
    if other := before.select_related("session__plan").first():
        return _opened_before(other, session)
    use = CartridgeUse(
        session=session,
        gtin=gtin,
        lot=opened.lot,
        serial=opened.serial,
        expires=opened.expires,
        once=once,
        created_by=by,
        created_at=at,
    )
    try:
        with transaction.atomic():
            use.save()
    except IntegrityError:
        return _opened_before(before.select_related("session__plan").get(), session)
    return None


def _put_down(entry: SessionEntry, said: Late, *, by: User) -> None:
    """What the words of an entry say was done: who was exposed is found by it, and a cartridge is used."""
    kind, data = said.kind, dict(said.data)
    if kind is EventKind.CARTRIDGE:
        data = {name: value for name, value in _marked(data).items() if value}
    row = LateEntry(
        entry=entry, kind=kind, data=data, created_by=by,
        why=[[one.key, one.problem, one.do] for one in said.why],
        made_by=User.objects.filter(pk=said.made_by).exclude(pk=by.pk).first() if said.made_by else None,
        served_before=kind is EventKind.CARTRIDGE and _served_before(entry, data, by=by),
    )  # fmt: skip
    row.save()
    exposures.put_down(row)


def _served_before(entry: SessionEntry, data: Data, *, by: User) -> bool:
    """Take a cartridge that was opened and not charted as used; whether it had served in another session."""
    session, (lot, serial) = entry.session, (str(data.get(key, "")) for key in ("lot", "serial"))
    if not lot or not serial or session.cartridges.filter(lot=lot, serial=serial).exists():
        return False
    if not data.get("expires"):
        gtin = gs1.article(str(data.get("gtin", "")))
        return CartridgeUse.may_be(gtin=gtin, lot=lot, serial=serial).exists()
    return _use(session, data, once=entry.once, by=by, at=entry.at) is not None


def _opened_before(other: CartridgeUse, session: Session) -> Reason:
    same = other.session.plan.patient_id == session.plan.patient_id
    words = (
        _("was opened for this person on %(day)s, in session %(number)d. A cartridge serves one session.")
        if same
        else _("was opened for somebody else on %(day)s. A cartridge serves one person, once.")
    )
    told = words % {"day": written(other.created_at), "number": other.session.number}
    return Reason("serial", told, _("Take another, set this one aside, and tell the medical director."))


def _numbered_before() -> Reason:
    return Reason(
        SENT_BEFORE,
        _("has the number of another entry of this tablet."),
        _("See what is charted below, and chart this again if it is missing there."),
    )


def _sent_before() -> Reason:
    return Reason(
        SENT_BEFORE,
        _("was sent before, with something else in it."),
        _("See what is charted below, and send this again if it is missing there."),
    )
