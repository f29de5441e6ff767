"""`python -m needlework.cli`: the pure commands alone, without the clinic's."""

from needlework.cli.app import app

if __name__ == "__main__":  # a worker of a batch reads this file too
    app(prog_name="needlework")
