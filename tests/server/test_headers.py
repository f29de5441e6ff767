"""What every answer tells the browser, and how much a request may bring."""

import pytest
from django.http import HttpResponse
from django.test import Client

from needlework.server.limits import UploadLimit


@pytest.fixture
def login_page(client, db):
    return client.get("/login/")


def test_nothing_but_our_own_files_runs_or_loads(login_page):
    policy = login_page["Content-Security-Policy"]
    said = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert said == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "connect-src": "'self'",
        "font-src": "'self'",
        "manifest-src": "'self'",
        "worker-src": "'self'",
        "form-action": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


def test_the_other_headers(login_page):
    assert login_page["X-Frame-Options"] == "DENY"
    assert login_page["X-Content-Type-Options"] == "nosniff"
    assert login_page["Referrer-Policy"] == "same-origin"
    assert "no-store" in login_page["Cache-Control"]
    assert login_page["Cross-Origin-Opener-Policy"] == "same-origin"
    assert login_page["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/login/", "/static/clinic/lock.js", "/no-such-page/"])
def test_a_page_may_use_the_camera_and_nobody_elses_may(client, db, path):
    answer = client.get(path)
    answer.close()
    said = dict(part.split("=") for part in answer["Permissions-Policy"].split(", "))
    assert said["camera"] == "(self)" and said["microphone"] == said["geolocation"] == said["usb"] == "()"
    assert set(said.values()) == {"(self)", "()"}


@pytest.mark.parametrize("path", ["/login/", "/lock/"])
def test_nobody_is_sent_back_what_they_sent(client, db, path):
    assert client.trace(path).status_code == 405


def test_cookies_are_kept_from_scripts_and_from_other_sites(director):
    client = Client()
    answer = client.post("/login/", {"username": "director", "password": "needle-and-thread"})
    session = answer.cookies["sessionid"]
    assert session["httponly"] and session["samesite"] == "Lax"


def test_a_page_without_a_script_or_style_inside(login_page):
    text = login_page.content.decode()
    assert "<style" not in text and " style=" not in text and " onclick=" not in text
    assert all("src=" in part.split(">")[0] for part in text.split("<script")[1:])


def test_static_files_need_no_collecting(client, db):
    answer = client.get("/static/clinic/needlework.css")
    assert answer.status_code == 200
    assert b"--paper" in b"".join(answer.streaming_content)


def test_a_request_that_is_too_large_is_refused_before_it_is_read(client, settings):
    settings.UPLOAD_MB = 1
    answer = client.post("/login/", {"next": "x" * (1024 * 1024 + 1)})
    assert answer.status_code == 413
    assert "larger than 1 MB" in answer.content.decode()


def test_whoever_sends_too_much_is_listened_to_and_hears_why(rf, settings):
    settings.UPLOAD_MB = 1
    request = rf.post("/login/", b"x" * (3 * 1024 * 1024), content_type="multipart/form-data; boundary=x")
    assert UploadLimit(lambda _request: HttpResponse())(request).status_code == 413
    assert request.read(1) == b""
    endless = rf.post("/login/", b"x" * (5 * 1024 * 1024), content_type="multipart/form-data; boundary=x")
    UploadLimit(lambda _request: HttpResponse())(endless)
    assert len(endless.read()) == 1024 * 1024, "no more than four times as much"
    formless = rf.post("/login/", b"x" * (1024 * 1024), content_type="application/x-www-form-urlencoded")
    UploadLimit(lambda _request: HttpResponse(status=400))(formless)
    assert formless.read(1) == b""


def test_a_form_in_other_letters_is_refused(client, db):
    kind = "application/x-www-form-urlencoded; charset=utf-16"
    answer = client.post("/login/", "username=ada", content_type=kind)
    assert answer.status_code == 400 and "UTF-8" in answer.content.decode()
