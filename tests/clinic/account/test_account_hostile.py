"""Whatever is sent to the doors: an answer, never a broken page, and nobody let in."""

import pytest

from clinic.account.door import entered, locked, with_pin
from needlework.clinic.models.account import SignIn

NONSENSE = [
    "",
    "a\0b",
    "x" * 100_000,
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "\u202e\u0000\uffff",
    "１２３４５６",
    "[]",
    '{"id": {"id": []}}',
    "1e309",
]
FIELDS = {
    "/login/": ("username", "password", "next"),
    "/login/second/": ("code", "credential"),
    "/login/passkey/": ("credential",),
    "/login/anew/": ("x",),
    "/lock/": ("who", "pin", "where", "draft"),
}
MINE = {
    "/me/confirm/": ("password", "next"),
    "/me/factors/app/": ("code",),
    "/me/factors/passkeys/add/": ("credential", "name", "passwordless"),
    "/me/pin/": ("pin", "again"),
    "/me/sign-ins/": ("which",),
    "/clinic/sign-in/": ("second_factor", "lock_minutes", "hours"),
    "/lock/": ("where", "draft"),
}


@pytest.mark.parametrize("said", NONSENSE)
@pytest.mark.parametrize("address", FIELDS)
def test_a_stranger_who_sends_nonsense_gets_an_answer_and_nothing_else(client, db, address, said):
    answer = client.post(address, dict.fromkeys(FIELDS[address], said))
    assert answer.status_code in {200, 302, 422, 429}
    assert not SignIn.objects.exists() and client.get("/")["Location"].startswith("/login/")


@pytest.mark.parametrize("said", NONSENSE)
def test_a_locked_tablet_stays_locked(practitioner, said):
    with_pin(practitioner)
    tablet = locked(entered(practitioner))
    for sent in ({"who": said, "pin": said}, {"who": str(SignIn.objects.get().pk), "pin": said}):
        assert tablet.post("/lock/", sent).status_code in {200, 422}
    assert tablet.get("/")["Location"] == "/lock/"


@pytest.mark.parametrize("said", NONSENSE)
@pytest.mark.parametrize("address", MINE)
def test_who_is_signed_in_and_sends_nonsense_changes_nothing(director, address, said):
    client = entered(director)
    client.get(address)
    answer = client.post(address, dict.fromkeys(MINE[address], said))
    assert answer.status_code in {200, 302, 405, 422, 429}
    standing = SignIn.objects.get()
    assert standing.ended_at is None and standing.where in {"", said[:500]} and "\0" not in standing.draft
    assert not client.session.get("_auth_user_id") or client.get("/me/").status_code == 200


@pytest.mark.parametrize("cookie", NONSENSE)
def test_a_device_that_is_none_is_nobodys(client, db, cookie):
    client.cookies["device"] = cookie.encode("ascii", "ignore").decode().replace("\0", "")[:3000]
    assert client.get("/lock/")["Location"] == "/login/"
    assert client.get("/patients/").status_code == 302
