"""Sign the edition of the protocol that the clinic works by."""

from datetime import datetime

from django.db import transaction

from needlework.clinic.models.editions import EditionSignature
from needlework.clinic.models.people import User
from needlework.protocol import load
from needlework.records import Reason, Refusal


@transaction.atomic
def sign(*, digest: str, by: User, at: datetime) -> EditionSignature | Refusal:
    """Sign the edition that was read, told by its digest. Signed before, it stays with whoever was first."""
    edition = load.default().edition
    if digest != edition.digest:
        reason = Reason(
            "edition", "is not the one that you read: it has changed since.", "Read it again, then sign."
        )
        return Refusal((reason,))
    if signed := EditionSignature.under(edition):
        return signed
    signature = EditionSignature(edition=edition.id, digest=edition.digest, created_by=by, created_at=at)
    signature.save()
    return signature
