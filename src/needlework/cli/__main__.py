"""`python -m needlework.cli`: the pure commands alone, without the clinic's."""

from needlework.cli.app import app

app(prog_name="needlework")
