"""Do what was put into the queue: `needlework manage work`. `needlework serve` runs one by itself."""

import signal
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from needlework.clinic.work import Stopped, Worker


class Command(BaseCommand):
    help = "Measure what waits to be measured, until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="End when the queue is empty.")
        parser.add_argument(
            "--beside", type=int, default=0, metavar="PID", help="End when this parent process has ended."
        )

    def handle(self, *, once: bool, beside: int, **options: Any) -> None:
        worker = Worker(parent=beside)
        if once:
            while worker.once():
                pass
            return

        def stop(*signal_: Any) -> None:
            worker.stop()
            raise Stopped  # out of the middle of a task, which is then put back

        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, stop)
        with suppress(Stopped):
            worker.run()
