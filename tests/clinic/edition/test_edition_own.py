"""Editions of the clinic's own: brought in whole or not at all, compared, signed, then in force."""

import io
import json
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from clinic import charted
from clinic.edition import own
from needlework.clinic import audit, current
from needlework.clinic.edition import actions, incoming
from needlework.clinic.models.audit import AuditLine
from needlework.clinic.models.base import NeverEdited
from needlework.clinic.models.editions import EditionSignature, KeptEdition
from needlework.clinic.models.screening import Screening
from needlework.clinic.screen import actions as screening
from needlework.protocol import load
from needlework.records.why import Refusal

ADD = "/protocol/editions/add/"


@pytest.fixture(scope="module")
def ours():
    """One cap lower, one interval longer."""
    return own.longer_apart(own.shallower(own.sound(), "cheeks", 0.5), "acne-scars", 45)


def sent(browser, *files, once=None):
    return browser.post(ADD, {"once": str(once or uuid4()), "edition": list(files)})


def as_zip(content, name="leaf.zip"):
    return SimpleUploadedFile(name, content)


def said(answer):
    return answer.content.decode()


# ── in force ─────────────────────────────────────────────────────────────────────────────────────────


def test_before_any_signature_the_edition_that_ships_is_in_force(director, ours):
    assert current.protocol() is load.default() and current.signature() is None
    kept = own.kept(ours, by=director)
    assert current.protocol() is load.default(), "an edition that nobody signed decides nothing"
    assert current.known(kept.digest).edition.mark == kept.mark


def test_what_is_signed_last_is_in_force_and_one_can_go_back(director, ours):
    kept, shipped = own.kept(ours, by=director), load.default().edition.digest
    for hour, digest in enumerate((shipped, kept.digest, shipped, kept.digest, kept.digest)):
        actions.sign(digest=digest, by=director, at=charted.NOON + timedelta(hours=hour))
        assert current.protocol().edition.digest == digest
        assert current.signature().digest == digest
    assert EditionSignature.objects.count() == 4, "signing the one in force again is no second signature"


def test_the_edition_that_ships_is_kept_when_it_is_signed_and_outlives_a_newer_one(
    director, ours, monkeypatch
):
    before = load.default().edition
    actions.sign(digest=before.digest, by=director, at=charted.NOON)
    newer = load.parse(ours)
    monkeypatch.setattr(load, "default", lambda: newer)
    assert current.protocol().edition == before
    assert KeptEdition.objects.get().shipped


def test_an_edition_that_can_no_longer_be_read_is_not_used_and_the_check_says_so(director, ours):
    broken = {**ours, "zones.toml": b"older = true\n"}
    KeptEdition(
        digest=load.digest(broken), mark="old-1", title="Old",
        files={name: text.decode() for name, text in broken.items()},
    ).save()  # fmt: skip
    EditionSignature(edition="old", digest=load.digest(broken), created_by=director).save()
    assert current.protocol() is load.default() and current.signature() is None
    (warning,) = current.faulty()
    assert warning.id == "needlework.W003" and "old" in warning.msg


def test_files_that_are_not_what_their_digest_says_are_not_used(director, ours):
    edition = load.parse(ours).edition
    other = own.shallower(ours, "cheeks", 0.25)
    forged = KeptEdition.from_files(load.parse(ours), other)
    forged.save()
    assert forged.digest == edition.digest
    assert current.known("0" * 64) is None
    current._kept.cache_clear()
    assert current.known(edition.digest) is None
    current._kept.cache_clear()


def test_a_new_decision_is_stamped_with_it_and_the_old_one_keeps_its_own(
    director, practitioner, patient, ours
):
    at = charted.NOON
    first = submitted(patient, practitioner, at)
    words = first.as_verdict()
    kept = own.kept(ours, by=director)
    actions.sign(digest=kept.digest, by=director, at=at)
    second = submitted(patient, practitioner, at + timedelta(hours=1))
    assert (first.edition, second.edition) == (load.default().edition.mark, kept.mark)
    again = Screening.objects.get(pk=first.pk)
    assert again.edition == load.default().edition.mark and again.as_verdict() == words


def submitted(patient, by, at):
    made = screening.submit(
        patient=patient, answers=charted.cast.answers("freya"), once=uuid4(), by=by, at=at
    )
    assert isinstance(made, Screening), made
    return made


def test_one_short_query_tells_which_edition_it_is(director, ours, django_assert_num_queries):
    kept = own.kept(ours, by=director)
    actions.sign(digest=kept.digest, by=director, at=charted.NOON)
    current.protocol()
    with django_assert_num_queries(1):
        assert current.protocol().edition.digest == kept.digest


def test_a_device_that_a_later_edition_drops_is_found_for_what_was_done_with_it(director, ours):
    text = ours["devices.toml"].decode().replace('id = "skinpen-precision"', 'id = "pen-of-ours"', 1)
    own.kept({**ours, "devices.toml": text.encode()}, by=director)
    now = load.default()
    assert current.device("skinpen-precision", now) in now.devices.device
    assert current.device("pen-of-ours", now).name == current.device("skinpen-precision", now).name
    assert current.device("nobodys-pen", now) is None


def test_a_kept_edition_is_never_edited(director, ours):
    kept = own.kept(ours, by=director)
    with pytest.raises(NeverEdited):
        kept.save()
    with pytest.raises(NeverEdited):
        kept.delete()


def test_bringing_in_and_signing_stand_in_the_log(as_director, director, ours):
    sent(as_director, as_zip(own.zipped(ours)))
    as_director.post("/protocol/sign/", {"digest": KeptEdition.objects.get().digest})
    lines = AuditLine.objects.filter(action="insert", actor=f"user:{director.pk}")
    assert {"clinic_keptedition", "clinic_editionsignature"} <= {line.table_name for line in lines}
    assert "Leaf Street" not in "".join(str(line) + line.detail for line in lines)


# ── bringing it in ───────────────────────────────────────────────────────────────────────────────────


def test_a_zip_comes_in_and_leads_to_what_would_change(as_director, director, ours):
    answer = sent(as_director, as_zip(own.zipped(ours)))
    kept = KeptEdition.objects.get()
    assert answer["Location"] == f"/protocol/editions/{kept.digest}/"
    assert (kept.created_by, kept.based_on) == (director, load.default().edition.mark)
    assert kept.as_files() == ours and not kept.shipped
    assert not EditionSignature.objects.exists()


def test_the_files_themselves_come_in_as_well(as_director, ours):
    answer = sent(as_director, *(SimpleUploadedFile(name, text) for name, text in ours.items()))
    assert answer.status_code == 302, said(answer)
    assert KeptEdition.objects.get().as_files() == ours


def test_shadow_files_and_a_readme_are_passed_over(as_director, ours):
    packed = io.BytesIO(own.zipped({**ours, "README.md": b"hello"}))
    with zipfile.ZipFile(packed, "a") as archive:
        for name in ours:
            archive.writestr(f"__MACOSX/leaf/._{name}", b"\x00\x05\x16\x07")
    assert sent(as_director, as_zip(packed.getvalue())).status_code == 302
    assert KeptEdition.objects.get().as_files() == ours


def test_sent_twice_is_one_edition_and_the_same_again_is_refused(as_director, ours):
    once = uuid4()
    for _ in range(2):
        assert sent(as_director, as_zip(own.zipped(ours)), once=once).status_code == 302
    assert KeptEdition.objects.count() == 1
    again = sent(as_director, as_zip(own.zipped(ours)))
    assert again.status_code == 422 and "is here already" in said(again)
    other = sent(as_director, as_zip(own.zipped(own.shallower(ours, "cheeks", 0.25))), once=once)
    assert other.status_code == 422 and "was sent before" in said(other)
    assert KeptEdition.objects.count() == 1


def test_every_fault_is_told_with_file_and_key_and_nothing_is_kept(as_director, ours):
    bad = own.otherwise(ours, "screen.toml", r'^then = "absolute"', 'then = "never"')
    bad = own.otherwise(bad, "zones.toml", r"^cap-mm = .*$", 'cap-mm = "deep"')
    bad = own.otherwise(bad, "devices.toml", r"^needles = ", "needels = ")
    answer = sent(as_director, as_zip(own.zipped(bad)))
    assert answer.status_code == 422
    for part in (
        "screen.toml: rule[", "absolute, defer, caution, label", "zones.toml: zone[", "].cap-mm" ,
        "devices.toml: device[", "did you mean &quot;needles&quot;?",
    ):  # fmt: skip
        assert part.replace("].cap-mm", ".cap-mm") in said(answer), part
    assert not KeptEdition.objects.exists()


def test_what_only_shows_when_the_files_are_read_together_is_told_as_well(as_director, ours):
    bad = own.otherwise(ours, "edition.toml", r'^id = ".*"', 'id = "a b"')
    bad = own.shallower(bad, "cheeks", 9)
    answer = said(sent(as_director, as_zip(own.zipped(bad))))
    assert "zones.toml: zone (cheeks).cap-mm" in answer and "edition.toml: id" in answer
    assert not KeptEdition.objects.exists()


def crowd(files):
    return {**files, **{f"more-{n}.toml": b"" for n in range(20)}}


HOSTILE = {
    "a bomb": (lambda files: own.zipped({**files, "zones.toml": b" " * 30_000_000}), "larger than 1 MB"),
    "a bomb of small ones": (
        lambda files: own.zipped({name: text + b" " * 900_000 for name, text in files.items()}),
        "larger than 1 MB",
    ),
    "a path upwards": (lambda files: own.zipped({**files, "../../zones.toml": b""}), "leads out of it"),
    "an absolute path": (lambda files: own.zipped(files, folder="/etc/"), "leads out of it"),
    "a Windows path": (lambda files: own.zipped(files, folder="C:\\edition\\"), "leads out of it"),
    "a crowd": (lambda files: own.zipped(crowd(files)), "more than 20 files"),
    "two editions": (lambda files: twice(files), "several folders"),
    "the same name twice": (lambda files: doubled(files), "comes twice"),
    "another packing": (lambda files: own.zipped(files, how=zipfile.ZIP_BZIP2), "not read here"),
    "one byte": (lambda files: b"P", "cannot be unpacked"),
    "cut short": (lambda files: own.zipped(files)[:-200], "cannot be unpacked"),
    "a bit turned": (lambda files: turned(own.zipped(files)), "cannot be unpacked"),
    "not UTF-8": (
        lambda files: own.zipped({**files, "places.toml": b"\xff\xfe" + files["places.toml"]}),
        "places.toml: file: is not UTF-8 at byte 0",
    ),
    "nothing in it": (lambda files: own.zipped({}), "There is no TOML file in it"),
    "too large as sent": (
        lambda files: own.zipped({**files, "more.bin": bytes(1_000_001)}, how=zipfile.ZIP_STORED),
        "larger than 1 MB",
    ),
    "a file that is no part": (lambda files: own.zipped({**files, "zone.toml": b""}), "not a file of an edi"),
    "a file missing": (
        lambda files: own.zipped({name: text for name, text in files.items() if name != "treat.toml"}),
        "treat.toml: file: is missing",
    ),
    "a key without end": (
        lambda files: own.zipped({**files, "places.toml": b"a." * 200_000 + b"a = 1\n"}), "dots in line 1"
    ),
    "brackets without end": (
        lambda files: own.zipped({**files, "places.toml": b"a = " + b"[" * 100_000}),
        "places.toml: file: is not TOML",
    ),
}  # fmt: skip


def twice(files):
    packed = io.BytesIO(own.zipped(files))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("other/zones.toml", b"")
    return packed.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def doubled(files):
    packed = io.BytesIO(own.zipped({**files, "zones.tomL": files["zones.toml"]}))
    return packed.getvalue().replace(b"zones.tomL", b"zones.toml")


def turned(content):
    """A bit of a packed file turned over: its checksum no longer fits."""
    at = content.index(b"sources.toml") + 200
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_hostile_or_broken_is_refused_in_a_sentence_and_nothing_is_kept(what, as_director, ours):
    make, says = HOSTILE[what]
    answer = sent(as_director, as_zip(make(ours)))
    assert answer.status_code == 422 and says in said(answer), said(answer)
    assert not KeptEdition.objects.exists()


def test_a_zip_among_others_and_an_empty_file_are_refused(as_director, ours):
    mixed = sent(as_director, as_zip(own.zipped(ours)), SimpleUploadedFile("zones.toml", b""))
    assert mixed.status_code == 422 and "Send the ZIP alone" in said(mixed)
    empty = sent(as_director, SimpleUploadedFile("zones.toml", b""))
    assert empty.status_code == 422 and "screen.toml: file: is missing" in said(empty)
    assert as_director.post(ADD, {"once": str(uuid4())}).status_code == 422
    assert not KeptEdition.objects.exists()


@pytest.mark.parametrize("name", ["../../../etc/zones.toml", "/etc/zones.toml"])
def test_a_path_in_a_files_name_counts_for_nothing(as_director, ours, name):
    files = [SimpleUploadedFile(file, text) for file, text in ours.items() if file != "zones.toml"]
    answer = sent(as_director, *files, SimpleUploadedFile(name, ours["zones.toml"]))
    assert answer.status_code == 302
    assert KeptEdition.objects.get().as_files() == ours


def test_it_comes_in_from_the_terminal(db, tmp_path, ours, capsys):
    for name, text in ours.items():
        (tmp_path / name).write_bytes(text)
    call_command("edition-add", str(tmp_path))
    kept = KeptEdition.objects.get()
    assert kept.mark in capsys.readouterr().out and kept.created_by is None
    with pytest.raises(CommandError, match="is here already"):
        call_command("edition-add", str(tmp_path))
    (tmp_path / "zones.toml").write_text("zone = 5")
    (tmp_path / "treat.toml").write_text("[")
    with pytest.raises(CommandError, match=r"(?s)treat.toml.*zones.toml.*Nothing was added"):
        call_command("edition-add", str(tmp_path))
    with pytest.raises(CommandError, match="is not a folder"):
        call_command("edition-add", str(tmp_path / "none"))
    assert KeptEdition.objects.count() == 1


def test_a_folder_that_is_too_large_is_not_read(tmp_path):
    (tmp_path / "zones.toml").write_bytes(b" " * 1_000_001)
    refused = incoming.in_folder(tmp_path)
    assert isinstance(refused, Refusal) and "larger than 1 MB" in refused.reasons[0].problem


# ── who ──────────────────────────────────────────────────────────────────────────────────────────────


def test_staff_read_and_the_director_alone_changes(as_practitioner, as_front_desk, client, director, ours):
    kept = own.kept(ours, by=director)
    change = f"/protocol/editions/{kept.digest}/"
    for page in ("/protocol/editions/", change, f"{change}files.zip", f"/protocol/?edition={kept.digest}"):
        assert as_practitioner.get(page).status_code == 200
        assert as_front_desk.get(page).status_code == 403
        assert client.get(page)["Location"].startswith("/login/")
    for browser in (as_practitioner, as_front_desk):
        assert browser.get(ADD).status_code == 403
        assert sent(browser, as_zip(own.zipped(own.shallower(ours, "cheeks", 0.25)))).status_code == 403
        assert browser.post("/protocol/sign/", {"digest": kept.digest}).status_code == 403
        assert browser.post("/protocol/editions/device/", {}).status_code == 403
    shown = said(as_practitioner.get(change))
    assert "Sign this edition" not in shown and "Add a device" not in said(
        as_practitioner.get("/protocol/editions/")
    )
    assert KeptEdition.objects.count() == 1 and not EditionSignature.objects.exists()


@pytest.mark.parametrize(
    "page", ["/protocol/editions/{}/", "/protocol/editions/{}/files.zip", "/protocol/?edition={}"]
)
@pytest.mark.parametrize("digest", ["0" * 64, "nothing", "%00"])
def test_an_edition_that_is_not_here_is_a_404(as_director, page, digest):
    assert as_director.get(page.format(digest)).status_code == 404


# ── the pages ────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_says_where_each_is_from_who_signed_it_and_what_is_due(as_director, director, ours):
    kept = own.kept(ours, by=director)
    as_director.post("/protocol/sign/", {"digest": kept.digest})
    shown = said(as_director.get("/protocol/editions/"))
    for part in (
        kept.mark,
        "Leaf Street",
        load.default().edition.mark,
        "came with Needlework",
        "Dr Mara Weiss",
    ):
        assert part in shown, part
    assert shown.count("in force</span>") == 1
    assert "No part of the edition in force is due for review" in shown


def test_overdue_reviews_are_listed_calmly(as_director, director, ours):
    old = own.otherwise(ours, "places.toml", r"again = \d{4}", "again = 2020")
    kept = own.kept(old, by=director)
    actions.sign(digest=kept.digest, by=director, at=charted.NOON)
    shown = said(as_director.get("/protocol/editions/"))
    assert "One part of the edition in force is due for review" in shown
    assert shown.index(">Places<") < shown.index(">Zones<")


def test_what_would_change_names_the_differences_and_the_people(
    as_director, director, practitioner, patient, ours
):
    plan = charted.planned(patient, by=practitioner)
    kept = own.kept(ours, by=director)
    before = AuditLine.objects.filter(row_id="edition-effects").count()
    shown = said(as_director.get(f"/protocol/editions/{kept.digest}/"))
    assert (
        "zone (cheeks).cap-mm" in shown
        and "concern (acne-scars).interval-days" in shown
        and "45 days" in shown
    )
    assert "Of one current plan, 1 would change:" in shown
    assert "Ada Lindqvist" in shown and f"/plans/{plan.pk}/" in shown
    assert "45 days between sessions instead of" in shown and "set depth 0.5 mm instead of" in shown
    assert "Of one standing screening, none would come out otherwise." in shown
    assert "keep the edition that they were made with" in shown
    assert AuditLine.objects.filter(row_id="edition-effects").count() == before + 2
    plan.refresh_from_db()
    assert plan.edition == load.default().edition.mark, "nothing is rewritten"


def test_finished_and_replaced_courses_are_no_work_in_hand(
    as_director, director, practitioner, patient, ours
):
    first = charted.planned(patient, by=practitioner)
    charted.planned(patient, by=practitioner, screening=first.screening, replaces=first)
    kept = own.kept(ours, by=director)
    shown = said(as_director.get(f"/protocol/editions/{kept.digest}/"))
    assert "Of one current plan, 1 would change" in shown


def test_a_course_with_all_its_sessions_signed_is_finished(
    as_director, director, practitioner, patient, ours
):
    from needlework.clinic.models.planning import Plan
    from needlework.clinic.models.treatment import Session, SessionEntry

    plan = charted.planned(patient, by=practitioner)
    kept = own.kept(ours, by=director)
    for number in range(1, plan.as_record().sessions + 1):
        session = Session(plan=plan, number=number, room=charted.a_room())
        session.save()
        SessionEntry(session=session, number=1, kind="signed", at=charted.NOON).save()
    assert Plan.objects.count() == 1
    shown = said(as_director.get(f"/protocol/editions/{kept.digest}/"))
    assert "There is no current plan." in shown and "There is no standing screening." in shown


def test_the_files_go_out_as_they_came_in_and_come_back(as_director, director, ours):
    kept = own.kept(ours, by=director)
    answer = as_director.get(f"/protocol/editions/{kept.digest}/files.zip")
    assert kept.mark in answer["Content-Disposition"]
    files = incoming.unzipped(answer.content)
    assert files == ours
    mine = own.shallower(files, "cheeks", 0.25)
    assert sent(as_director, as_zip(own.zipped(mine))).status_code == 302


def test_an_edition_can_be_read_whole_before_it_is_signed(as_director, director, ours):
    kept = own.kept(ours, by=director)
    shown = said(as_director.get(f"/protocol/?edition={kept.digest}"))
    assert "Leaf Street" in shown and "This edition is not in force" in shown


# ── a device ─────────────────────────────────────────────────────────────────────────────────────────

DEVICE = {
    "name": 'Pen "3000" \\ 😀',
    "maker": "'''Leaf''' # & sons]",
    "kind": "pen",
    "cleared": "yes",
    "needles": "12",
    "shallowest_mm": "0.2",
    "deepest_mm": "2",
    "step_mm": "0.1",
    "slowest_per_s": "90",
    "fastest_per_s": "120",
    "evaluated_mm": "1.5",
    "evaluated_says": 'Manual, page 4:\n[[device]]\nid = "x"',
    "label-1-concern": "acne-scars",
    "label-1-zones": ["cheeks", "forehead"],
    "label-1-skin_types": ["I", "II"],
    "label-1-age_from": "22",
}


@pytest.fixture
def in_force(director, ours):
    """The clinic's own edition, in force: a device is added to that."""
    kept = own.kept(ours, by=director)
    actions.sign(digest=kept.digest, by=director, at=charted.NOON)
    return kept


def added(browser, *, once=None, **changed):
    return browser.post("/protocol/editions/device/", {"once": str(once or uuid4()), **DEVICE, **changed})


def test_a_device_makes_a_new_edition_whatever_its_name_holds(as_director, in_force):
    answer = added(as_director)
    assert answer.status_code == 302, said(answer)
    kept = KeptEdition.objects.exclude(pk=in_force.pk).get()
    assert (kept.based_on, kept.mark.startswith("leaf-street.1-")) == (in_force.mark, True)
    old, new = current.known(in_force.digest), current.known(kept.digest)
    assert new.devices.device[:-1] == old.devices.device
    (made,) = new.devices.device[-1:]
    assert (made.name, made.maker) == (DEVICE["name"], DEVICE["maker"])
    assert made.evaluated_says == 'Manual, page 4: [[device]] id = "x"'
    assert (made.needles, made.range_mm, made.step_mm, made.strokes_per_s) == (12, (0.2, 2.0), 0.1, (90, 120))
    (line,) = made.indication
    assert (line.concern, set(line.zones)) == ("acne-scars", {"forehead", "cheeks"})
    assert (line.skin_types, line.age_from) == (("I", "II"), 22)
    assert current.protocol().edition.digest == in_force.digest, "it is not in force before it is signed"
    shown = said(as_director.get(answer["Location"]))
    assert f"device ({made.id})" in shown


def test_what_was_not_seen_is_left_out_and_not_guessed(as_director, in_force):
    nothing = dict.fromkeys(
        ("needles", "shallowest_mm", "deepest_mm", "step_mm", "slowest_per_s", "fastest_per_s"), ""
    )
    bare = {"label-1-concern": "", "label-1-age_from": "", "label-1-zones": [], "label-1-skin_types": []}
    answer = added(as_director, **nothing, **bare, cleared="no")
    assert answer.status_code == 302, said(answer)
    made = current.known(KeptEdition.objects.exclude(pk=in_force.pk).get().digest).devices.device[-1]
    assert (made.needles, made.range_mm, made.strokes_per_s, made.indication) == (None, None, None, ())
    assert made.cleared is False


def test_a_device_sent_twice_is_one_edition(as_director, in_force):
    once = uuid4()
    for _ in range(2):
        assert added(as_director, once=once).status_code == 302
    assert KeptEdition.objects.count() == 2
    assert added(as_director, once=once, name="Another").status_code == 422
    assert KeptEdition.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"name": ""}, "required"),
        ({"name": "😀"}, "a letter or a digit"),
        ({"name": "SkinPen Precision"}, "in the edition already"),
        ({"deepest_mm": ""}, "Give both, or neither"),
        ({"slowest_per_s": ""}, "Give both, or neither"),
        ({"deepest_mm": "9"}, "less than or equal to 5"),
        ({"evaluated_mm": "2.5"}, "devices.toml: device (pen-3000).evaluated-mm"),
        ({"shallowest_mm": "3"}, "devices.toml: device (pen-3000).range-mm"),
        ({"evaluated_mm": "nan"}, "Enter a number"),
        ({"evaluated_mm": "inf"}, "Enter a number"),
        ({"label-1-concern": ""}, "Say for what"),
        ({"label-1-zones": []}, "Choose the zones"),
        ({"label-1-age_from": ""}, "Give the age"),
        ({"label-1-zones": ["moon"]}, "Select a valid choice"),
        ({"needles": "0"}, "greater than or equal to 1"),
    ],
)
def test_a_device_that_cannot_be_is_refused_and_nothing_is_kept(as_director, in_force, changed, says):
    answer = added(as_director, **changed)
    assert answer.status_code == 422 and says in said(answer), said(answer)
    assert KeptEdition.objects.count() == 1


def test_every_line_of_the_log_is_whole_after_all_of_it(as_director, in_force):
    from django.db import connection

    added(as_director)
    assert list(audit.drift(connection.connection)) == []
    row = KeptEdition.objects.latest("created_at")
    assert json.loads(json.dumps(row.files)) == row.files
