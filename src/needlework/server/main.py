"""
The one entry point, `needlework`: the pure commands of `cli`, and those that need the clinic.

What the clinic's commands need is imported inside them, so that the pure ones never load Django.
"""

import ipaddress
import json
import os
import socket
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from needlework.cli.app import app

audit_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The log of reads and writes.")
app.add_typer(audit_app, name="audit")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=2, help="Processes.")] = min(2, os.cpu_count() or 1),
    workers_max_rss: Annotated[int, typer.Option(help="Renew a process above this size. [MiB]")] = 1500,
) -> None:
    """Serve the clinic until stopped, with a worker that measures beside it."""
    if not _wildcard(host):
        hosts = os.environ.get("NEEDLEWORK_HOSTS", "localhost,127.0.0.1,[::1]")
        os.environ["NEEDLEWORK_HOSTS"] = f"{hosts},{f'[{host}]' if ':' in host else host}"
    _django()
    if refusal := _not_ready(host) or _taken(host, port):
        typer.echo(refusal, err=True)
        raise typer.Exit(1)
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    from needlework.server import beside

    typer.echo(f"Needlework is on http://{f'[{host}]' if ':' in host else host}:{port}/  (Ctrl+C stops it)")
    sys.stdout.flush()
    server = Server(
        "needlework.server.wsgi:application", address=host, port=port, interface=Interfaces.WSGI,
        workers=workers, workers_max_rss=workers_max_rss, respawn_failed_workers=True, blocking_threads=8,
        workers_kill_timeout=20, websockets=False, log_level=LogLevels.error,
    )  # fmt: skip
    with beside.worker():
        server.serve()


@app.command()
def demo() -> None:
    """Make the demo clinic, or leave it as it is where there is one; say its logins."""
    _django()
    if _outdated():
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
    from needlework.clinic.demo import build
    from needlework.records.why import Refusal

    made = build.build(say=typer.echo)
    if isinstance(made, Refusal):
        typer.echo("\n".join(f"{one.key} {one.problem} {one.do}" for one in made.reasons), err=True)
        raise typer.Exit(1)
    for line in made.lines():
        typer.echo(line)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True}, add_help_option=False
)
def manage(context: typer.Context) -> None:
    """Django's own commands: manage migrate, manage createsuperuser, manage help."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "needlework.server.settings")
    from django.core.management import execute_from_command_line

    if context.args[:1] == ["createsuperuser"]:  # asks before it looks, and would lose what was answered
        _django()
        if _outdated():
            typer.echo("The database is not up to date. Run: needlework manage migrate", err=True)
            raise typer.Exit(1)
    execute_from_command_line(["needlework manage", *context.args])


@audit_app.callback()
def audit_commands() -> None:
    """Keeps `audit verify` two words while it is the only one."""


@audit_app.command()
def verify(
    database: Annotated[
        Path | None, typer.Option(help="The database file; this clinic's by default.")
    ] = None,
    head: Annotated[str | None, typer.Option(help="A hash noted earlier, which the log must hold.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Check that no line of the log was changed, removed or moved, and no row behind its back."""
    from needlework.clinic import audit
    from needlework.server import database as place

    address = "" if database else os.environ.get("NEEDLEWORK_DATABASE", "")
    path = database or place.file()
    try:
        with place.looked_at(path, address) as raw:
            report = audit.examine(raw, head=head)
    except place.failures(address) as error:
        words = f"{'The database' if address else path} cannot be verified: {error}."
        typer.echo(f"{words} Name the clinic's database with --database or NEEDLEWORK_DATABASE.", err=True)
        raise typer.Exit(1) from None
    typer.echo(json.dumps(_as_json(report), indent=2) if as_json else _as_text(report))
    raise typer.Exit(0 if report.whole else 1)


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "needlework.server.settings")
    import django

    django.setup()


def _outdated() -> bool:
    """Whether a migration is still to be applied."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _not_ready(host: str) -> str:
    """Why the clinic cannot be served as it is; empty when it can."""
    from django.core import checks
    from django.db import connection, connections

    from needlework.clinic import audit
    from needlework.clinic.models.people import Clinic

    try:
        if _outdated():
            return "The database is not up to date. Run: needlework manage migrate"
        if missing := audit.gaps(connection.connection):
            return f"The log's trigger {missing[0]} is missing or altered. Run: needlework manage migrate"
        if Clinic.current().is_demo and not _loopback(host):
            return "A demo clinic has logins that everybody knows: it is served on 127.0.0.1 only."
        errors = [issue for issue in checks.run_checks() if issue.is_serious()]
        return "\n".join(str(error) for error in errors)
    finally:
        connections.close_all()


def _taken(host: str, port: int) -> str:
    """Why nobody can listen there; empty when one can. The server itself would share a taken port unasked."""
    try:
        family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return f"Cannot listen on {host}, port {port}: {error.strerror}. Choose another with --port."
    return ""


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _wildcard(host: str) -> bool:
    return host in {"0.0.0.0", "::"}


def _as_json(report: Any) -> dict[str, Any]:
    return {
        "whole": report.whole,
        "lines": report.lines,
        "from": report.first_at,
        "to": report.last_at,
        "head": report.head,
        "erased": list(report.erased),
        "faults": [{"seq": fault.seq, "problem": fault.problem} for fault in report.faults],
    }


def _as_text(report: Any) -> str:
    if report.whole:
        span = f" from {report.first_at} to {report.last_at}, head {report.head}" if report.lines else ""
        told = "".join(f"\n  {one}" for one in report.erased)
        return f"{report.lines:,} lines, chain unbroken{span}{told}"
    shown = "\n".join(f"  {fault.problem}" for fault in report.faults[:20])
    more = f"\n  … and {len(report.faults) - 20:,} more" if len(report.faults) > 20 else ""
    return f"{report.lines:,} lines, not whole:\n{shown}{more}"


def main() -> None:
    # Typer reads its values with pydantic, which would look through every installed package for plug-ins.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    app(prog_name="needlework")


if __name__ == "__main__":
    main()
