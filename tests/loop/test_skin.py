"""Which skin type rules go by: points of ten questions, and the darkest of what was found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlework.loop import healing, skin
from needlework.protocol import load
from needlework.records.skin import SkinFound, SkinType
from needlework.records.why import Refusal

SKIN = load.default().skin
TYPES = tuple(SkinType)


def answers(points):
    """Ten answers that come to so many points."""
    given = {}
    for question in SKIN.question:
        given[question.id] = min(4, points)
        points -= given[question.id]
    return given


@pytest.mark.parametrize(
    ("points", "kind"),
    [(0, "I"), (6, "I"), (7, "II"), (13, "II"), (14, "III"), (20, "III"), (21, "IV"), (27, "IV"), (28, "V"),
     (34, "V"), (35, "VI"), (40, "VI")],
)  # fmt: skip
def test_points_give_a_type_at_each_limit(points, kind):
    found = skin.score(answers(points), SKIN)
    assert (found.points, found.skin_type) == (points, kind)


@pytest.mark.parametrize(
    ("changed", "key"),
    [({"eyes": None}, "eyes"), ({"hair": 5}, "hair"), ({"hair": -1}, "hair"), ({"nose": 1}, "nose"),
     ({"hair": True}, "hair")],
)  # fmt: skip
def test_an_open_or_strange_answer_gives_no_type(changed, key):
    given = {id_: one for id_, one in {**answers(12), **changed}.items() if one is not None}
    refused = skin.score(given, SKIN)
    assert isinstance(refused, Refusal) and [reason.key for reason in refused.reasons] == [key]


@pytest.mark.parametrize(
    ("found", "kind", "apart", "says"),
    [
        (SkinFound(), None, 0, "No skin type is known yet."),
        (SkinFound(seen=SkinType.IV), "IV", 0, "Nothing else is known"),
        (SkinFound(SkinType.III, SkinType.III, SkinType.III), "III", 0, "All that is known agrees"),
        (SkinFound(answered=SkinType.II, seen=SkinType.V), "V", 3, "differ by 3 types: their own word II"),
        (SkinFound(scored=SkinType.V, seen=SkinType.IV), "V", 1, "differ by one type"),
        (SkinFound(answered=SkinType.III, ita_deg=4.0), "V", 2, "measured darker than 10°"),
        (SkinFound(answered=SkinType.VI, ita_deg=4.0), "VI", 0, "All that is known agrees"),
        (SkinFound(answered=SkinType.V, ita_deg=55.0), "V", 0, "Nothing else is known"),
        (SkinFound(ita_deg=55.0), None, 0, "No skin type is known yet."),
    ],
)
def test_the_darkest_is_used_and_it_is_said(found, kind, apart, says):
    used = skin.settle(found)
    assert (used.skin_type, used.apart) == (kind, apart) and says in used.says


MAYBE = st.none() | st.sampled_from(TYPES)


@given(MAYBE, MAYBE, MAYBE, st.none() | st.floats(-90, 90))
def test_whatever_is_found_nothing_makes_it_lighter(answered, scored, seen, ita_deg):
    used = skin.settle(SkinFound(answered, scored, seen, ita_deg))
    ranks = [TYPES.index(kind) for kind in (answered, scored, seen) if kind]
    if used.skin_type is None:
        assert not ranks and not (ita_deg is not None and ita_deg < healing.DARKER_BELOW_ITA_DEG)
        return
    rank = TYPES.index(used.skin_type)
    assert all(one <= rank for one in ranks)
    assert healing.is_darker(used.skin_type) or not healing.is_darker(SkinType.I, ita_deg)
    more = skin.settle(SkinFound(answered, scored, SkinType.VI, ita_deg))
    assert more.skin_type is SkinType.VI
