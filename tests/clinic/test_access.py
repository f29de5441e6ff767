"""Who may do what: the table, every route walked as each role and as a stranger, objects, lists and links."""

import re
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import clear_url_caches, path, reverse
from django.utils import timezone

from clinic import charted
from needlework.clinic import access, audit, gate, links, permissions
from needlework.clinic.models.audit import AuditLine
from needlework.clinic.models.people import Clinic, Patient, PatientLink, Role, User

ROUTES = list(gate.views())


# ── the table ────────────────────────────────────────────────────────────────────────────────────────


def test_every_permission_has_roles_and_they_exist():
    assert all(roles and roles - {""} <= set(Role.values) for roles in permissions.PERMISSIONS.values())


def test_the_director_may_do_everything():
    assert all(Role.MEDICAL_DIRECTOR in roles for roles in permissions.PERMISSIONS.values())


def test_the_front_desk_sees_who_comes_and_nothing_of_what_is_treated():
    allowed = {name for name, roles in permissions.PERMISSIONS.items() if Role.FRONT_DESK in roles}
    assert allowed == {
        "me",
        "today",
        "visits.keep",
        "patients.list",
        "patients.create",
        "patient.read",
        "patient.correct",
        "patient.link",
        "patient.receive",
        "emergency.open",
        "stock.read",
    }


def test_signing_the_edition_reading_the_log_and_taking_data_away_are_the_directors():
    for permission in ("edition.sign", "audit.read", "learn.export"):
        assert permissions.PERMISSIONS[permission] == {Role.MEDICAL_DIRECTOR}


def test_nobody_may_what_the_table_does_not_name(director):
    assert permissions.may(director, "plan.make")
    assert not permissions.may(director, "plan.delete")
    assert not permissions.may(AnonymousUser(), "me")
    assert permissions.held(AnonymousUser()) == frozenset()


def test_a_permission_that_is_not_in_the_table_cannot_be_asked_for():
    with pytest.raises(ValueError, match="PERMISSIONS"):
        access.needs("plan.delete")


# ── every route ──────────────────────────────────────────────────────────────────────────────────────


def _address(route):
    """An address of this route, with ids that nobody has."""
    example = {"uuid": str(uuid.UUID(int=7)), "int": "7"}
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda part: example.get(part[1], "nothing"), route)


def _declared(kind):
    return [
        pytest.param(_address(route), entry.callback.access.name, id=route or "/")
        for route, entry in ROUTES
        if entry.callback.access.kind == kind
    ]


def test_every_view_says_who_may_see_it():
    assert gate.undeclared() == []
    assert len(ROUTES) >= 3


DANGEROUS = {"learn.export", "lookback.export", "incident.report", "rights.manage"}
"""What takes data off the machine, or away for good."""
NO_SUCH_THING = {"rights", "clocks", "clock", "clock_new"}
"""What has the same permission, and does neither."""


def test_a_dangerous_act_wants_a_proof_of_the_last_minutes():
    views = [entry.callback for _route, entry in ROUTES]
    bare = {
        view.__name__ for view in views if view.access.name in DANGEROUS and not getattr(view, "fresh", False)
    }
    assert bare == NO_SUCH_THING


@pytest.mark.parametrize(("address", "permission"), _declared("permission"))
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_sent_to_the_login(client, db, address, permission, method):
    answer = getattr(client, method)(address)
    assert answer.status_code == 302 and answer["Location"].startswith("/login/")


@pytest.mark.parametrize(("address", "permission"), _declared("permission"))
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_role_gets_in_where_the_table_says_so_and_nowhere_else(
    users, signed_in, address, permission, method
):
    for role, user in users.items():
        answer = getattr(signed_in(user), method)(address)
        if role in permissions.PERMISSIONS[permission]:
            assert answer.status_code in {200, 204, 302, 303, 400, 404, 405, 409, 422}, role
            assert not answer.get("Location", "").startswith("/login/?next"), role
        else:
            assert answer.status_code == 403, role


@pytest.mark.parametrize(("address", "purpose"), _declared("link"))
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_was_never_given_opens_nothing(client, as_director, address, purpose, method):
    for browser in (client, as_director):
        assert getattr(browser, method)(address).status_code in {404, 405}
    assert not AuditLine.objects.filter(action="read").exists()


@pytest.mark.parametrize(("address", "name"), _declared("public"))
def test_a_public_page_opens_to_a_stranger_or_leads_to_the_login(client, db, address, name):
    answer = client.get(address)
    assert answer.status_code in {200, 405} or answer["Location"] == "/login/"


def test_an_address_that_does_not_exist_is_a_404_for_everybody(client, as_director):
    assert client.get("/no-such-page/").status_code == 404
    assert as_director.get("/no-such-page/").status_code == 404


# ── pages made for these tests ───────────────────────────────────────────────────────────────────────


def _forgotten(request):
    return HttpResponse("shown")


@access.public
def _door(request):
    return HttpResponse("come in")


@access.needs("patient.read")
def _one(request, id):  # noqa: A002
    return HttpResponse(access.patient(request, id).details.full_name)


@access.needs("patients.list")
def _all(request):
    return HttpResponse(str(len(access.listed(request, "patients", Patient.objects.all()))))


@access.needs("learn.read")
def _unlogged(request):
    raise audit.Unlogged("disk full")


@access.public
def _leaky(request, id):  # noqa: A002
    return HttpResponse(str(access.patient(request, id)))


@access.by_link("recover")
def _linked(request, link, id=None):  # noqa: A002
    return HttpResponse(str(access.patient(request, id or link.patient_id)))


urlpatterns = [
    path("forgotten/", _forgotten),
    path("login/", _door, name="account_login"),
    path("patients/", _all),
    path("patients/<uuid:id>/", _one),
    path("unlogged/", _unlogged),
    path("leaky/<uuid:id>/", _leaky),
    path("r/<str:token>/", _linked),
    path("r/<str:token>/<uuid:id>/", _linked),
]


@pytest.fixture
def pages(settings, db):
    settings.ROOT_URLCONF = __name__
    clear_url_caches()
    yield
    clear_url_caches()


def test_a_view_that_says_nothing_is_refused_to_all_and_named_by_the_check(pages, client, as_director):
    assert client.get("/forgotten/").status_code == 404
    assert as_director.get("/forgotten/").status_code == 404
    (error,) = gate.undeclared()
    assert "/forgotten/" in error.msg and error.is_serious()


def test_the_stranger_comes_back_to_the_page_after_the_login(pages, client):
    assert client.get("/patients/?q=a")["Location"] == "/login/?next=/patients/%3Fq%3Da"
    assert client.get("/patients/", headers={"HX-Request": "true"})["HX-Redirect"] == "/login/"


def test_an_account_that_was_closed_is_a_stranger(pages, signed_in, practitioner):
    browser = signed_in(practitioner)
    assert browser.get("/patients/").status_code == 200
    User.objects.update(is_active=False)
    assert browser.get("/patients/").status_code == 302


def test_a_refusal_is_logged(pages, as_front_desk, front_desk):
    assert as_front_desk.get("/unlogged/").status_code == 403
    (line,) = AuditLine.objects.filter(action="refused")
    assert (line.actor, line.row_id) == (f"user:{front_desk.pk}", "learn.read")


def test_a_refusal_within_a_page_is_logged(patient, as_practitioner, practitioner):
    recall = charted.recalled(by=practitioner, lot="L1")
    assert as_practitioner.post(reverse("recall", args=[recall.pk]), {"reason": "x"}).status_code == 403
    assert AuditLine.objects.filter(action="refused", row_id="recall.withdraw").exists()


def test_an_object_comes_with_a_line_in_the_log(pages, as_practitioner, practitioner, patient):
    answer = as_practitioner.get(f"/patients/{patient.pk}/")
    assert answer.content == b"Ada Lindqvist"
    assert "no-store" in answer["Cache-Control"]
    (line,) = AuditLine.objects.filter(action="read")
    assert (line.actor, line.row_id) == (f"user:{practitioner.pk}", patient.pk.hex)


def test_an_object_that_is_not_there_is_a_404_without_a_line(pages, as_practitioner):
    assert as_practitioner.get(f"/patients/{uuid.uuid4()}/").status_code == 404
    assert not AuditLine.objects.filter(action="read").exists()


@pytest.mark.parametrize("id", ["not-an-id", "", "1", None])
def test_an_id_that_is_none_is_a_404(rf, director, id):  # noqa: A002
    request = rf.get("/")
    request.user = director
    with pytest.raises(Http404):
        access.get(request, Patient, id)


def test_a_list_comes_with_its_length_in_the_log(pages, as_front_desk, patient):
    assert as_front_desk.get("/patients/").content == b"1"
    (line,) = AuditLine.objects.filter(action="list")
    assert (line.row_id, line.detail) == ("patients", "clinic_patient: 1")


def test_a_public_page_gives_nobodys_record_to_a_stranger(pages, client, patient):
    assert client.get(f"/leaky/{patient.pk}/").status_code == 404


def test_where_the_log_cannot_be_written_nothing_is_shown_and_it_says_why(pages, as_director):
    answer = as_director.get("/unlogged/")
    assert answer.status_code == 503
    assert "log cannot be written" in answer.content.decode() and "disk full" in answer.content.decode()


# ── links ────────────────────────────────────────────────────────────────────────────────────────────


def _link(patient, *, hours=1, purpose="recover"):
    return links.make(
        patient=patient, purpose=purpose, expires_at=timezone.now() + timedelta(hours=hours), by=None
    )


def test_a_link_opens_its_patients_page_and_says_who_came(pages, client, patient):
    link, token = _link(patient)
    answer = client.get(f"/r/{token}/")
    assert answer.content == b"N-0001"
    assert answer["Referrer-Policy"] == "no-referrer" and answer["X-Robots-Tag"] == "noindex"
    lines = AuditLine.objects.filter(actor=f"link:{link.pk}").order_by("seq")
    assert [line.table_name for line in lines] == ["clinic_patientlink", "clinic_patient"]


def test_the_token_is_long_and_only_its_hash_is_kept(patient):
    token = _link(patient)[1]
    assert len(token) >= 43
    stored = PatientLink.objects.values_list().get()
    assert token not in str(stored)


def test_a_link_shows_nobody_else(pages, client, patient):
    token = _link(patient)[1]
    other = Patient.objects.admit()
    assert client.get(f"/r/{token}/{patient.pk}/").status_code == 200
    assert client.get(f"/r/{token}/{other.pk}/").status_code == 404


def test_a_record_that_is_nobodys_is_not_shown_by_a_link(patient):
    request = RequestFactory().get("/")
    request.user, request.link = AnonymousUser(), _link(patient)[0]
    clinic = Clinic.objects.create(name="Thread Street")
    with pytest.raises(Http404):
        access.get(request, Clinic, clinic.pk)


def test_a_link_ends_and_can_be_revoked_and_serves_one_purpose(pages, client, patient):
    link, token = _link(patient)
    assert client.get(f"/r/{token}/").status_code == 200
    links.revoke(link, on=timezone.now())
    assert client.get(f"/r/{token}/").status_code == 404
    assert client.get(f"/r/{_link(patient, hours=-1)[1]}/").status_code == 404
    assert client.get(f"/r/{_link(patient, purpose='screen')[1]}/").status_code == 404
    assert client.get(f"/r/{token[:-1]}/").status_code == 404
