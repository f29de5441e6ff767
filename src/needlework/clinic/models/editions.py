"""The clinic's own editions of the protocol, and the signatures under editions."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from needlework.clinic.models.base import Appended
from needlework.clinic.models.once import SentOnce
from needlework.protocol.schema.edition import Edition
from needlework.protocol.schema.protocol import Protocol


class EditionSignature(Appended):
    """
    A medical director has read this very edition, to the byte, and stands for it.

    The last signature says by which edition the clinic decides; one that is gone back to is signed again.
    """

    edition = models.CharField(_("edition"), max_length=80)
    digest = models.CharField(_("digest"), max_length=64, db_index=True)

    class Meta:
        verbose_name = _("edition signature")
        verbose_name_plural = _("edition signatures")
        ordering = ["-created_at", "-id"]

    @classmethod
    def under(cls, edition: Edition) -> Self | None:
        """The newest signature under this edition, or None while nobody has signed it."""
        return cls.objects.select_related("created_by").filter(digest=edition.digest).first()


class KeptEdition(SentOnce):
    """
    An edition that this clinic keeps, file by file: its own, or one that shipped and was signed here.

    Kept whole, so that a newer program does not change by which rules the clinic decides.
    """

    digest = models.CharField(_("digest"), max_length=64, unique=True)
    mark = models.CharField(_("mark"), max_length=80)
    title = models.CharField(_("title"), max_length=200)
    based_on = models.CharField(_("based on"), max_length=80, blank=True)
    shipped = models.BooleanField(_("came with Needlework"), default=False)
    files = models.JSONField(_("files"))
    """Name to text."""

    class Meta:
        verbose_name = _("kept edition")
        verbose_name_plural = _("kept editions")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.mark

    @classmethod
    def from_files(cls, protocol: Protocol, files: dict[str, bytes], **also: object) -> Self:
        edition = protocol.edition
        return cls(
            digest=edition.digest,
            mark=edition.mark,
            title=edition.title,
            based_on=edition.based_on,
            files={name: content.decode() for name, content in sorted(files.items())},
            **also,
        )

    def as_files(self) -> dict[str, bytes]:
        return {name: text.encode() for name, text in self.files.items()}
