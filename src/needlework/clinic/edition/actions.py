"""Keep an edition of the clinic's own, and sign the one that the clinic decides by."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from needlework.clinic import current
from needlework.clinic.edition import incoming
from needlework.clinic.models.editions import EditionSignature, KeptEdition
from needlework.clinic.models.people import User
from needlework.clinic.once import kept, used
from needlework.protocol import load, write
from needlework.protocol.checks import ids
from needlework.protocol.schema.devices import Device
from needlework.records.why import Reason, Refusal

OWN = "-own"
"""What is added to the id of the edition that ships when a copy of it goes its own way."""


@transaction.atomic
def sign(*, digest: str, by: User, at: datetime) -> EditionSignature | Refusal:
    """
    Sign the edition that was read, told by its digest: every new decision is made with it from now on.

    Signing the one in force again changes nothing. An edition that shipped is kept whole when it is signed.
    """
    protocol = current.known(digest)
    if protocol is None:
        problem, do = (
            "is not one that can be signed here: it has changed since.",
            "Read it again, then sign.",
        )
        return Refusal((Reason("edition", problem, do),))
    standing = current.signature()
    if standing and standing.digest == digest:
        return standing
    _keep_shipped(digest, by=by, at=at)
    signature = EditionSignature(edition=protocol.edition.id, digest=digest, created_by=by, created_at=at)
    signature.save()
    return signature


@transaction.atomic
def add(*, files: Mapping[str, bytes], once: UUID, by: User | None, at: datetime) -> KeptEdition | Refusal:
    """
    Keep an edition, unsigned. The same form sent twice is one edition; one that is here already is refused.

    `by` is None where it comes from the terminal.
    """
    digest = load.digest(files)
    if sent := kept(KeptEdition, once):
        return sent if sent.digest == digest else used()
    protocol = incoming.sound(files)
    if isinstance(protocol, Refusal):
        return protocol
    if digest == load.default().edition.digest or KeptEdition.objects.filter(digest=digest).exists():
        problem = _("Edition %s is here already, to the byte.") % protocol.edition.mark
        return Refusal((Reason(incoming.EDITION, problem, _("Nothing was added. Find it in the list.")),))
    made = KeptEdition.from_files(protocol, dict(files), once=once, created_by=by, created_at=at)
    made.save()
    return made


@transaction.atomic
def add_device(*, device: Device, once: UUID, by: User, at: datetime) -> KeptEdition | Refusal:
    """Keep the current edition with one device more, as a new edition, unsigned."""
    if sent := kept(KeptEdition, once):
        return sent if device in load.parse(sent.as_files()).devices.device else used()
    edition = current.protocol().edition
    own = edition.id if edition.based_on else f"{edition.id}{OWN}"
    title = _("%(title)s, with %(device)s") % {"title": edition.title, "device": device.name}
    head = write.copied(
        current.files(edition.digest), edition,
        id=own, title=title[: ids.TITLE_MAX], note=edition.note, on=timezone.localdate(at),
    )  # fmt: skip
    return add(files=write.with_device(head, device), once=once, by=by, at=at)


def _keep_shipped(digest: str, *, by: User, at: datetime) -> None:
    """The files of the shipped edition, so that it can be read when a newer one has taken its place."""
    files = load.files()
    if load.digest(files) != digest or KeptEdition.objects.filter(digest=digest).exists():
        return
    KeptEdition.from_files(load.parse(files), files, shipped=True, created_by=by, created_at=at).save()
