"""needlework manage edition-add FOLDER: bring an edition of the clinic's own in, unsigned."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from uuid_utils.compat import uuid7

from needlework.clinic.edition import actions, incoming
from needlework.records.why import Refusal


class Command(BaseCommand):
    help = "Bring in an edition of the protocol from a folder. A medical director signs it in the clinic."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="The folder with the edition's TOML files.")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        files = incoming.in_folder(folder)
        made = (
            files
            if isinstance(files, Refusal)
            else actions.add(files=files, once=uuid7(), by=None, at=timezone.now())
        )
        if isinstance(made, Refusal):
            faults = "\n".join(f"refused: {one.key}: {one.problem} {one.do}".rstrip() for one in made.reasons)
            raise CommandError(f"{faults}\nNothing was added.")
        self.stdout.write(
            f"Edition {made.mark} is added, unsigned. A medical director signs it in the clinic."
        )
