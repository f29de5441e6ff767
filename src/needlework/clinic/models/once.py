"""What is sent by a form or a tablet, and may arrive twice."""

from django.db import models
from uuid_utils.compat import uuid7

from needlework.clinic.models.base import Appended


class SentOnce(Appended):
    """
    A row that carries the sender's own key: the same form sent twice makes one row.

    The key is drawn when the form is shown, so a double tap, a reload and a retry all bring the same one.
    """

    once = models.UUIDField(unique=True, default=uuid7, editable=False)

    class Meta:
        abstract = True
