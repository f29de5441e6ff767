"""
For whoever holds the machine: let somebody in again who has lost phone or key, when no director can.

    needlework manage account-reset USERNAME

Takes away their second factors, recovery codes and PIN, lifts a lock-out and signs them out everywhere. The
password stays as it is (`needlework manage changepassword USERNAME` sets a new one). It is entered in the log
as done at the console, and they are told at their next sign-in.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from needlework.clinic.account import actions
from needlework.clinic.models.people import User


class Command(BaseCommand):
    help = "Take away somebody's second factors and PIN, and lift a lock-out. Logged as done at the console."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *, username: str, **options: Any) -> None:
        user = User.objects.filter(username__iexact=username).first()
        if user is None:
            raise CommandError(f"Nobody here signs in as {username}.")
        actions.reset_factors(user=user, why="console", by=None, at=timezone.now())
        actions.release(user=user, by=None)
        self.stdout.write(f"{user.full_name} signs in with the password alone once more.")
