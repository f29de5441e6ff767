"""What is taken home: made of what was charted, kept in its words, as a page, a PDF and behind the link."""

from html import unescape
from uuid import uuid4

import pytest

from clinic import charted
from needlework.clinic import aftercare
from needlework.clinic.models.recovery import AftercareSheet
from needlework.clinic.recover import actions
from needlework.exchange import aftersheet
from needlework.records.treat import EventKind

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def session(patient, practitioner):
    session = charted.needled(
        charted.opened(charted.planned(patient, by=practitioner), by=practitioner), by=practitioner
    )
    charted.chart(session, EventKind.PASS, charted.a_pass("forehead", set_depth_mm=0.6), by=practitioner)
    charted.chart(session, EventKind.TOPICAL, {"topical": "device-gel", "lot": "G1"}, by=practitioner)
    put = {"topical": "cool-compress", "without_lot": True}
    wrong = charted.chart(session, EventKind.TOPICAL, put, by=practitioner)
    struck = {"corrects": str(wrong.pk), "reason": "Was not used."}
    charted.chart(session, EventKind.STRUCK, struck, by=practitioner)
    return session


@pytest.fixture
def signed(session, practitioner):
    charted.chart(session, EventKind.SIGNED, {}, by=practitioner)
    return session


def lines(sheet, part):
    return [f"{one.head} {one.text}" for it in sheet.parts if it.id == part for one in it.lines]


def test_the_signature_makes_one_sheet_of_what_was_done(signed):
    sheet = aftercare.of(signed)
    done = lines(sheet, "done")
    assert done[:2] == [
        "Cheeks: needles set to 0.5 mm at the deepest, 2 passes.",
        "Forehead: needles set to 0.6 mm at the deepest, 2 passes.",
    ]
    told = " ".join(done)
    assert "lot L1" in told and "hydrogel" in told and "compress" not in told  # what was struck was not done
    assert AftercareSheet.objects.get().session_id == signed.pk


def test_what_cannot_wait_stands_before_what_reassures(signed):
    order = [part.id for part in aftercare.of(signed).parts]
    assert order.index("emergency") < order.index("urgent") < order.index("normal")


def test_the_days_are_those_of_this_depth_and_skin(signed):
    told = " ".join(lines(aftercare.of(signed), "holds"))
    assert "No make-up, until Sun 22 Nov 2026, 12:00:" in told  # 48 hours above 0.5 mm
    assert lines(aftercare.of(signed), "next") == ["Not before Friday 18 Dec 2026. "]


def test_a_sheet_that_was_given_is_not_rewritten(signed, monkeypatch):
    before = aftercare.of(signed)
    monkeypatch.setattr(aftercare, "compose", lambda *_: pytest.fail("it was composed again"))
    assert aftercare.of(signed) == before


def test_a_session_signed_without_a_pass_has_none(patient, practitioner, as_practitioner):
    session = charted.opened(charted.planned(patient, by=practitioner), by=practitioner)
    charted.chart(session, EventKind.NOTE, {"text": "Went home."}, by=practitioner)
    charted.chart(session, EventKind.SIGNED, {}, by=practitioner)
    assert not AftercareSheet.objects.exists()
    assert as_practitioner.get(f"/sessions/{session.pk}/aftercare/").status_code == 404


def test_the_page_and_the_end_of_the_session_offer_it(as_practitioner, signed):
    end = as_practitioner.get(f"/sessions/{signed.pk}/").content.decode()
    assert f"/sessions/{signed.pk}/aftercare/" in end and "Show the code for their phone" in end
    shown = unescape(as_practitioner.get(f"/sessions/{signed.pk}/aftercare/").content.decode())
    for part in aftercare.of(signed).parts:
        assert part.title in shown and all(line.text in shown for line in part.lines)


def test_the_file_is_the_same_each_time_and_the_patients_has_the_code(
    as_practitioner, signed, practitioner, client
):
    pdf = as_practitioner.get(f"/sessions/{signed.pk}/aftercare.pdf")
    assert pdf["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF-")
    assert as_practitioner.get(f"/sessions/{signed.pk}/aftercare.pdf").content == pdf.content
    token = actions.invite(session=signed, by=practitioner, at=charted.NOON)
    theirs = client.get(f"/r/{token}/aftercare.pdf")
    assert theirs.content.startswith(b"%PDF-") and len(theirs.content) > len(pdf.content)
    assert "Ada" not in str(aftercare.of(signed))  # the paper names nobody
    actions.revoke(session=signed, at=charted.NOON)
    assert client.get(f"/r/{token}/aftercare.pdf").status_code == 404


def test_words_of_a_sheet_are_never_markup(signed):
    sheet = aftercare.of(signed)
    hostile = aftersheet.Line('#panic("x")', "$ \\ ` *bold* @ref \x00\u202e <a> " + "x" * 500)
    made = aftersheet.Sheet(sheet.title, (), sheet.at, (aftersheet.Part("done", "= #eval", (hostile,)),), "1")
    assert aftersheet.write(made, link="https://example.test/r/" + uuid4().hex).startswith(b"%PDF-")
