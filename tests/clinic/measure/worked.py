"""The queue, worked off by a real worker; for tests with real commits, as in a clinic."""

from django.core.management import call_command


def off() -> None:
    call_command("work", "--once")
