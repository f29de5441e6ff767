"""What every row of the clinic has, and what a row that is never edited refuses."""

from typing import Any

from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7


class Record(models.Model):
    """A row with a key that sorts by the time it was made, and who made it when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        "clinic.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    """Null only where nobody of the staff acts: a patient's link, the first account."""

    class Meta:
        abstract = True


class NeverEdited(Exception):
    """Somebody tried to change or delete a row that may only be added to."""


class Appended(Record):
    """
    A row that is added and never edited; a correction is a new row that names what it corrects.

    The database refuses as well (see audit.install), for writes that do not come by this class.
    """

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise NeverEdited(f"{self._meta.label} {self.pk} is never edited. Add a row that corrects it.")
        super().save(*args, force_insert=True, **{k: v for k, v in kwargs.items() if k != "force_insert"})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise NeverEdited(f"{self._meta.label} {self.pk} is never deleted. Add a row that corrects it.")
