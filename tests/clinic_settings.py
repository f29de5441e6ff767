"""The clinic's settings with a data folder that goes when the tests end, and a hash that costs nothing."""

import atexit
import os
import shutil
import tempfile

os.environ["NEEDLEWORK_DATA"] = tempfile.mkdtemp(prefix="needlework-tests-")
atexit.register(shutil.rmtree, os.environ["NEEDLEWORK_DATA"], ignore_errors=True)

from needlework.server.settings import *  # noqa: E402, F403
from needlework.server.settings import DATA, DATABASES  # noqa: E402

# A file, as in a clinic: threads and the live server see one database, in the clinic's journal mode.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(DATA / "tests.sqlite3")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SECOND_FACTOR_REQUIRED = []  # force_login shows none; tests/clinic/account asks for what ships
