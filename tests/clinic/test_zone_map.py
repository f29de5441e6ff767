"""The map of zones: each in its state on every figure that shows it; a page about a face stays one."""

import re
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string

from needlework.clinic.figures import drawn
from needlework.protocol import load

BODY = {"decolletage", "arms", "abdomen", "thighs", "back"}
SVG = "{http://www.w3.org/2000/svg}"
TWICE = {"temples", "periorbital", "cheeks", "jawline", "hands", "thighs"}


def _zones(**states):
    """Every zone of the protocol, in the states named; an underscore stands for the hyphen of an id."""
    named = {key.replace("_", "-"): value for key, value in states.items()}
    return [
        {"id": zone.id, "name": zone.name, "state": "none", "value": "", "fill": None, "reason": "",
         "url": f"?zone={zone.id}", **named.get(zone.id, {})}
        for zone in load.default().zones.zone
    ]  # fmt: skip


def _map(zones, mode):
    return render_to_string(
        "clinic/pieces/zone_map.html", {"zones": zones, "mode": mode, "field_name": "zones"}
    )


def _figures(shown):
    """The drawings of the map, read as strictly as XML is, which wants a value for each attribute."""
    shown = shown.replace(" data-fixed>", ' data-fixed="">')
    drawn = re.findall(r'<svg class="zones-svg.*?</svg>', shown, re.DOTALL)
    return [ElementTree.fromstring(one.replace("<svg", f'<svg xmlns="{SVG[1:-1]}"', 1)) for one in drawn]


def _drawn(figure):
    return {group.get("data-zone"): group for group in figure.iter(f"{SVG}g") if group.get("data-zone")}


def _layers(group, name):
    return [path for path in group.iter(f"{SVG}path") if name in path.get("class").split()]


def _one(zone, mode, **state):
    """One zone as it is drawn in this state, with the figure that it stands in."""
    figure = next(one for one in _figures(_map(_zones(**{zone: state}), mode)) if zone in _drawn(one))
    return _drawn(figure)[zone], figure


def test_every_zone_of_the_protocol_is_drawn_on_the_face_or_on_the_body():
    face, left, right, body = (_drawn(figure) for figure in _figures(_map(_zones(), "choose")))
    assert not set(face) & set(body)
    assert set(body) == BODY
    assert set(face) | set(body) == {zone.id for zone in load.default().zones.zone}
    assert set(left) == set(right) == set(face) - {"hands"}


def test_one_oblique_is_the_mirror_of_the_other_and_each_side_is_its_own():
    measured = {"state": "worse", "left": "improved", "right": "worse"}
    _front, left, right, *_body = _figures(_map(_zones(cheeks=measured), "show"))
    for figure, near, far in ((left, "left", "right"), (right, "right", "left")):
        skins = {path.get("class").split()[-1] for path in _layers(_drawn(figure)["cheeks"], "zone-skin")}
        assert skins == {f"side-{measured[near]}", f"side-{measured[far]}"}
    for zone in ("nose", "scalp", "cheeks"):
        layers = (_layers(_drawn(figure)[zone], "zone-skin") for figure in (left, right))
        ours, theirs = ([(path.get("d"), path.get("transform", "")) for path in one] for one in layers)
        assert theirs == [(outline, "scale(-1 1)") for outline, _moved in ours]


def test_the_view_is_chosen_by_radio_buttons_that_no_form_sends():
    shown = _map(_zones(back={"state": "planned"}), "show")
    views = re.findall(
        r'<input type="radio" name="map-view" value="(\w+)" form="map-no-form"( checked)?>', shown
    )
    assert views == [("front", ""), ("left", ""), ("right", ""), ("body", " checked")]
    assert 'id="map-no-form"' not in shown


@pytest.mark.parametrize("figure", drawn.FIGURES)
def test_a_place_in_the_middle_of_a_label_lies_in_the_zone_that_it_names(figure):
    every = [zone.id for zone in load.default().zones.zone]
    named = [(zone, at) for zone in every if (at := drawn.label(zone, figure))]
    assert len(named) >= 5
    for zone, at in named:
        assert drawn.zone_at(figure, at.x, at.y, every)[0] == zone
    assert drawn.zone_at(figure, 0, -500, every) is None


def test_the_list_offers_what_the_drawing_does():
    shown = _map(_zones(), "choose")
    assert re.findall(r'name="zones" value="([\w-]+)"', shown) == [z.id for z in load.default().zones.zone]


@pytest.mark.parametrize("figure", [0, 1, 2, 3])
def test_each_zone_has_its_outline_its_words_and_its_label(figure):
    drawing = _figures(_map(_zones(), "choose"))[figure]
    labelled = {one.get("data-label") for one in drawing.iter(f"{SVG}g") if one.get("data-label")}
    assert labelled == set(_drawn(drawing))
    for zone, group in _drawn(drawing).items():
        outlines = _layers(group, "zone-skin")
        if figure in (0, 3):
            assert len(outlines) == (4 if zone == "arms" else 2 if zone in TWICE else 1), zone
        assert all(re.fullmatch(r"M[-\d. A-Z]+Z", path.get("d")) for path in outlines), zone
        assert group.get("aria-label") == group.find(f"{SVG}title").text


@pytest.mark.parametrize("mode", ["show", "pick"])
def test_the_body_is_left_out_where_nothing_is_said_of_it(mode):
    shown = _figures(_map(_zones(cheeks={"state": "planned"}, scalp={"state": "planned"}), mode))
    assert len(shown) == 3
    assert not any(set(_drawn(figure)) & BODY for figure in shown)


@pytest.mark.parametrize("mode", ["show", "pick"])
@pytest.mark.parametrize("zone", sorted(BODY))
def test_the_body_is_drawn_whole_where_one_of_its_zones_is_planned(mode, zone):
    assert set(_drawn(_figures(_map(_zones(**{zone: {"state": "planned"}}), mode))[-1])) == BODY


def test_no_body_is_drawn_where_none_can_be_chosen():
    face = [zone for zone in _zones() if zone["id"] not in BODY]
    assert len(_figures(_map(face, "choose"))) == 3


@pytest.mark.parametrize("zone", ["back", "scalp", "cheeks"])
def test_a_planned_zone_is_hatched_and_an_excluded_one_crossed(zone):
    planned, _ = _one(zone, "show", state="planned", value="0.5 mm")
    excluded, _ = _one(zone, "show", state="excluded", reason="not screened")
    assert {path.get("fill") for path in _layers(planned, "zone-paint")} == {"url(#map-hatch)"}
    assert {path.get("fill") for path in _layers(excluded, "zone-paint")} == {"url(#map-cross)"}
    assert planned.find(f"{SVG}title").text.endswith("· 0.5 mm")
    assert excluded.find(f"{SVG}title").text.endswith("· not screened")


@pytest.mark.parametrize("zone", ["arms", "scalp", "nose"])
def test_a_zone_that_was_needled_is_filled_by_its_dose(zone):
    done, _ = _one(zone, "show", state="done", fill=0.25)
    doses = _layers(done, "zone-dose")
    assert len(doses) == len(_layers(done, "zone-skin"))
    assert {path.get("fill-opacity") for path in doses} == {"0.25"}


@pytest.mark.parametrize("zone", ["abdomen", "chin"])
def test_a_zone_is_picked_by_its_link_unless_it_is_excluded(zone):
    _, open_figure = _one(zone, "pick", state="planned", value="1 mm")
    _, shut_figure = _one(zone, "pick", state="excluded", reason="not screened")
    linked = {link.get("href"): link.get("aria-label") for link in open_figure.iter(f"{SVG}a")}
    assert linked[f"?zone={zone}"].endswith(", 1 mm")
    assert f"?zone={zone}" not in {link.get("href") for link in shut_figure.iter(f"{SVG}a")}


def test_a_zone_that_nobody_drew_stands_in_the_list_alone():
    knees = {**_zones()[0], "id": "knees", "name": "Knees"}
    shown = _map([*_zones(), knees], "choose")
    assert 'data-zone="knees"' not in shown
    assert 'value="knees"' in shown


def test_colours_come_from_the_style_sheet_alone():
    shown = _map(_zones(back={"state": "done", "fill": 1.0}), "show")
    assert "style=" not in shown and "<style" not in shown
    assert re.findall(r"<script(?! type=\"module\" src=)", shown) == []
    assert set(re.findall(r' (?:fill|stroke)="([^"]+)"', shown)) <= {"url(#map-hatch)", "url(#map-cross)"}
