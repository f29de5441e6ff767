"""Who may needle in a session: the trained, and those in training under a supervisor of that day."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from needlework.clinic import current
from needlework.clinic.models.people import User
from needlework.clinic.models.planning import Plan
from needlework.clinic.models.training import Level, Supervision, Training, here_on, supervisors
from needlework.clinic.models.treatment import Session
from needlework.protocol.schema.devices import Device
from needlework.records.why import Reason


def device_of(plan: Plan) -> Device | None:
    """The device of a plan, as the edition in use knows it."""
    id_ = plan.as_record().device
    return next((device for device in current.protocol().devices.device if device.id == id_), None)


def in_training(plan: Plan, by: User, *, on: date) -> bool:
    """Whether this person may use the plan's device under supervision alone."""
    device = device_of(plan)
    return device is not None and Training.level_of(by, device, on=on) == Level.SUPERVISED


def untrained(plan: Plan, by: User, on: date) -> Iterator[Reason]:
    """A condition of opening: whoever opens has a training for the device that holds that day."""
    device = device_of(plan)
    if device is not None and not Training.level_of(by, device, on=on):
        yield _untrained(by, device)


def unsupervised(plan: Plan, by: User, supervisor: User | None, *, on: date) -> Iterator[Reason]:
    """Why this supervisor, or none, does not do for somebody in training; nothing where nobody is needed."""
    device = device_of(plan)
    if device is None or Training.level_of(by, device, on=on) != Level.SUPERVISED:
        return
    if supervisor is None:
        yield _nobody(device)
    else:
        yield from unfit(supervisor, by, device, on=on)


def unfit(supervisor: User, trainee: User, device: Device, *, on: date) -> Iterator[Reason]:
    """What stands against this supervisor of this person, with this device, on that day."""
    who = {"name": supervisor.full_name, "device": device.name}
    if supervisor.pk == trainee.pk:
        yield Reason("supervisor", _("Nobody supervises themselves."), _("Name somebody else."))
    elif Training.level_of(supervisor, device, on=on) != Level.TRAINED:
        says = _("%(name)s has no training for %(device)s that holds today.") % who
        yield Reason("supervisor", says, _("Name somebody who has."))
    elif not here_on(supervisor, on, site=trainee.site):
        says = _("%(name)s has not signed in today, or does not treat people here.") % who
        yield Reason("supervisor", says, _("Ask them to sign in, or name somebody who is here."))


def against_pass(session: Session, by: User, device: Device, *, on: date) -> Iterator[Reason]:
    """Why this person may not needle in this session on that day."""
    level = Training.level_of(by, device, on=on)
    if not level:
        yield _untrained(by, device)
    elif level == Level.SUPERVISED and not _watched(session, by, on):
        says = _("%(name)s is in training, and nobody supervises them here today.") % {"name": by.full_name}
        yield Reason(_("supervisor"), says, _("Name a supervisor on this page, and chart it again."))


def shown(session: Session, by: User, *, on: date) -> dict[str, Any]:
    """For the session's page: who supervises, who could, and whether one must be named."""
    device = device_of(session.plan)
    level = Training.level_of(by, device, on=on) if device else ""
    locked = session.signature() is not None
    wanted = not locked and level == Level.SUPERVISED and not _watched(session, by, on)
    named = Supervision.of(session)
    return {
        "supervision": named,
        "cosigning": named is not None and named.waits,
        "untrained": not locked and device is not None and not level,
        "supervisor_wanted": wanted,
        "supervisors": supervisors(device, on=on, besides=by) if wanted and device else [],
    }


def _watched(session: Session, by: User, on: date) -> bool:
    named = Supervision.of(session)
    return named is not None and named.trainee_id == by.pk and named.day == on


def _untrained(by: User, device: Device) -> Reason:
    who = {"name": by.full_name, "device": device.name}
    return Reason(
        _("training"),
        _("%(name)s has no training for %(device)s that holds today.") % who,
        _("Have it needled by somebody trained, or let the medical director enter the training."),
    )


def _nobody(device: Device) -> Reason:
    return Reason(
        "supervisor",
        _("You are in training with %(device)s and need a supervisor who is here.") % {"device": device.name},
        _("Ask somebody trained to sign in today, then open the session again and name them."),
    )
