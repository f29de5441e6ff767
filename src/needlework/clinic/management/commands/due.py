"""List what is older than the clinic keeps it, and shred what was left of erased photographs."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from needlework.clinic import audit
from needlework.clinic.rights import actions
from needlework.clinic.rights.due import due


class Command(BaseCommand):
    help = "List what the clinic's periods of retention no longer cover. It erases nothing: a person does."

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for one in due(on=timezone.localdate()):
            count += 1
            self.stdout.write(
                f"{one.patient.number}  {one.part.title}  {one.item.pk}  since {one.since}  {one.ground}"
            )
        audit.note("list", "due", detail=str(count))
        self.stdout.write(f"{count} items are due. Decide about each on its person's page.")
        if left := actions.sweep():
            self.stdout.write(f"{left} files of erased photographs were still there, and are shredded.")
