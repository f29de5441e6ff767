"""Check the keys by which people are found against their details: `needlework manage search-keys`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from needlework.clinic import audit
from needlework.clinic.models.people import Patient


class Command(BaseCommand):
    help = "Check that everybody is found by what is known of them; --mend writes the keys that differ anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mend", action="store_true", help="Write the keys that differ anew.")

    def handle(self, *, mend: bool, **options: Any) -> None:
        differing = 0
        people = Patient.objects.prefetch_related("versions", "search_keys").order_by("pk")
        for person in people.iterator(chunk_size=1000):
            if {one.key for one in person.search_keys.all()} == person.keys_due():
                continue
            differing += 1
            self.stdout.write(f"{person.number}: the keys differ from the details")
            if mend:
                person.rekey()
        if mend:
            audit.note("mend", "search keys", detail=f"people: {differing}")
        elif differing:
            raise CommandError(f"{differing} people differ. Run it with --mend, then look into why.")
        self.stdout.write(f"Everybody is found by their details; {differing} were mended.")
