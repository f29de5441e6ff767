"""Check the keys by which people are found against their details: `needlework manage search-keys`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from needlework.clinic import audit
from needlework.clinic.models.merging import Absorbed, Merge
from needlework.clinic.models.people import Patient


class Command(BaseCommand):
    help = (
        "Check that everybody is found by what is known of them, and that merged charts go on where the"
        " merges say; --mend writes what differs anew."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mend", action="store_true", help="Write the keys that differ anew.")

    def handle(self, *, mend: bool, **options: Any) -> None:
        differing = 0
        people = Patient.objects.with_charts().prefetch_related("versions", "search_keys").order_by("pk")
        for person in people.iterator(chunk_size=1000):
            if {one.key for one in person.search_keys.all()} == person.keys_due():
                continue
            differing += 1
            self.stdout.write(f"{person.number}: the keys differ from the details")
            if mend:
                person.rekey()
        differing += self._merged(mend=mend)
        if mend:
            audit.note("mend", "search keys", detail=f"people: {differing}")
        elif differing:
            raise CommandError(f"{differing} people differ. Run it with --mend, then look into why.")
        self.stdout.write(f"Everybody is found by their details; {differing} were mended.")

    def _merged(self, *, mend: bool) -> int:
        """How many charts go on in another than the merges say."""
        charts = {pk for pair in Merge.standing().values_list("patient", "into") for pk in pair}
        there = dict(Absorbed.objects.values_list("patient", "survivor"))
        due = Absorbed.due(charts)
        wrong = {one for one in due.keys() | there.keys() if due.get(one) != there.get(one)}
        for person in Patient.objects.filter(pk__in=wrong).order_by("ordinal"):
            self.stdout.write(f"{person.number}: goes on in another chart than the merges say")
        if mend and wrong:
            Absorbed.reckon(charts | there.keys())
        return len(wrong)
