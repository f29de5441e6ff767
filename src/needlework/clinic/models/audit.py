"""The log's table, to be read. Its lines are written by triggers and by `clinic.audit`, never by saving."""

from django.db import models


class AuditLine(models.Model):
    """
    One line of the log: who did what to which row, chained to the line before.

    It holds no personal data: what a row says stays in the row, the line holds its hash.
    """

    seq = models.BigAutoField(primary_key=True)
    at = models.TextField()
    """UTC, ISO 8601."""
    actor = models.TextField()
    """`user:<id>`, `link:<id>`, anonymous, console, or what audit.acting() was given."""
    action = models.TextField()
    table_name = models.TextField()
    row_id = models.TextField()
    columns = models.TextField()
    """JSON list of the columns that an update changed."""
    row_sha256 = models.TextField()
    """Of the row as it stands after the action; empty when the row is gone, or was only read."""
    detail = models.TextField()
    previous = models.TextField()
    hash = models.TextField()

    class Meta:
        ordering = ["-seq"]
        indexes = [models.Index(fields=["table_name", "row_id", "seq"], name="audit_by_row")]

    def __str__(self) -> str:
        return f"{self.seq} {self.at} {self.actor} {self.action} {self.table_name} {self.row_id}"
