"""The signature under an edition of the protocol."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models.base import Appended
from needlework.protocol.schema import Edition


class EditionSignature(Appended):
    """A medical director has read this very edition, to the byte, and stands for it."""

    edition = models.CharField(_("edition"), max_length=80)
    digest = models.CharField(_("digest"), max_length=64, unique=True)

    class Meta:
        verbose_name = _("edition signature")
        verbose_name_plural = _("edition signatures")

    @classmethod
    def under(cls, edition: Edition) -> Self | None:
        """The signature under this edition, or None while nobody has signed it."""
        return cls.objects.select_related("created_by").filter(digest=edition.digest).first()
