"""Check the index that look-backs read against the charts: `needlework manage exposures`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from needlework.clinic import audit, exposed_days, exposures


class Command(BaseCommand):
    help = "Check that the index of exposures equals what the charts say; --mend adds what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mend", action="store_true", help="Add what is missing.")

    def handle(self, *, mend: bool, **options: Any) -> None:
        differing = 0
        for found in exposures.drift():
            differing += 1
            for trace in found.missing:
                self.stdout.write(f"session {found.session}: {trace.kind} {trace.key} is missing")
            for trace in found.unknown:
                self.stdout.write(f"session {found.session}: {trace.kind} {trace.key} stands in no entry")
            if found.strayed:
                self.stdout.write(f"session {found.session} stands with another person")
            if mend:
                with transaction.atomic():
                    exposures.mend(found)
        if sums := exposed_days.differing():
            self.stdout.write(f"{sums} sums over days are not what the index says")
        if mend:
            exposed_days.anew()
            audit.note("mend", "exposures", detail=f"sessions: {differing}, sums: {sums}")
        elif differing or sums:
            words = f"{differing} sessions and {sums} sums differ. Run it with --mend, then look into why."
            raise CommandError(words)
        self.stdout.write(f"The index equals the charts; {differing} sessions were mended.")
