"""Check the index of who waits for what against the records: `needlework manage waiting`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from needlework.clinic import audit, waits
from needlework.clinic.models.people import Patient


class Command(BaseCommand):
    help = "Check that the index of who waits for what equals what the records say; --mend writes it anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mend", action="store_true", help="Write anew what differs.")

    def handle(self, *, mend: bool, **options: Any) -> None:
        differing = 0
        for found in waits.drift():
            differing += 1
            number = Patient.objects.get(pk=found.patient).number
            for words, rows in (("is missing", found.missing), ("waits no more", found.unknown)):
                for row in rows:
                    self.stdout.write(f"{number}: {row.kind} {row.ref} {words}")
            if mend:
                waits.reckon([found.patient])
        if mend:
            audit.note("mend", "waiting", detail=f"people: {differing}")
        elif differing:
            raise CommandError(f"{differing} people differ. Run it with --mend, then look into why.")
        self.stdout.write(f"The index equals the records; {differing} people were mended.")
