"""The data folder and the secret in it."""

import stat
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings

from needlework.server import folder


def test_the_secret_is_made_once_kept_and_for_its_owner_alone(tmp_path):
    first = folder.secret_key(tmp_path)
    assert len(first) > 80
    assert folder.secret_key(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]


def test_two_clinics_have_two_secrets(tmp_path):
    one, two = folder.prepare(tmp_path / "one"), folder.prepare(tmp_path / "two")
    assert folder.secret_key(one) != folder.secret_key(two)


def test_many_that_start_at_once_agree_on_one_secret(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: folder.secret_key(tmp_path), range(64)))) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]


def test_the_folder_is_closed_to_others(tmp_path):
    made = folder.prepare(tmp_path / "a" / "b")
    assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_the_environment_names_the_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("NEEDLEWORK_DATA", str(tmp_path))
    assert folder.database() == tmp_path / "needlework.sqlite3"
    assert folder.photographs() == tmp_path / "photographs"


def test_the_settings_use_it():
    assert (settings.DATA / "secret-key").read_text() == settings.SECRET_KEY
    assert settings.DEBUG is False
    assert settings.MEDIA_ROOT.parent == settings.DATA
