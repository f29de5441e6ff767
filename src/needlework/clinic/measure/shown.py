"""How a comparison is shown: pictures in layers, changes by zone and on the map, and what it rests on."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from needlework.clinic import current
from needlework.clinic.measured import WORDS, place, title
from needlework.clinic.models.measuring import Measuring
from needlework.clinic.models.photographs import Comparison
from needlework.imaging import catalogue
from needlework.records.measure import WHOLE, Change, Trend
from needlework.records.measure import Comparison as Seen

PHOTOGRAPHS = "aligned"
"""The layer of the photographs themselves."""

SCALES = {
    "given": gettext_lazy("The scale, %(mm)s mm per pixel, was given by whoever measured."),
    "card": gettext_lazy("The scale, %(mm)s mm per pixel, is that of the card."),
    "iris": gettext_lazy(
        "The scale, %(mm)s mm per pixel, is that of the width of the irises, within about 5 %%; a card "
        "is surer."
    ),
    "": gettext_lazy("Without a scale, lengths are relative."),
}
REFERENCES = {
    "card": gettext_lazy("Colours were compared by the card in both photographs."),
    "surroundings": gettext_lazy(
        "There is no card, so colours were compared with the skin around the zones: a change of redness or "
        "pigment is one against that skin."
    ),
    "background": gettext_lazy(
        "There is no card, so colours were compared with the background, which stood still."
    ),
    "nothing": gettext_lazy(
        "There was nothing to compare colours with, so white balance cannot be told from redness or a tan. "
        "A card in the picture changes that."
    ),
}
EARLY_DAYS = 28
"""House: while skin may still be swollen or red by intent, where no plan says when it is judged."""


def scale_from(found: Comparison, seen: Seen) -> str:
    """What told the scale: given, card or iris; nothing where lengths are relative."""
    if found.mm_per_px is None:
        return ""
    told = Measuring.objects.filter(pk=found.pk, mm_per_px=None).exists()
    if not told:
        return "given"
    return "card" if seen.reference == "card" else "iris"


def scale(found: Comparison, seen: Seen) -> str:
    """The scale and what told it, in a sentence."""
    if found.mm_per_px is None and seen.reference == "card":
        return ""  # kept before a card's scale was kept with it
    return str(SCALES[scale_from(found, seen)]) % {"mm": f"{found.mm_per_px or 0.0:.3g}"}


Layer = dict[str, Any]


def layers(found: Comparison) -> list[Layer]:
    """
    What can be laid under the slider: the photographs, then what each measure has counted before and after.

    Each has an id, a title and two pictures; under `change` the layer of what changed, beside the photograph,
    where it was drawn.
    """

    def url(name: str) -> str:
        return reverse("comparison-image", args=[found.pk, name]) if name in found.pictures else ""

    order = [PHOTOGRAPHS, *catalogue.MEASURES]
    names = dict.fromkeys(name.rpartition("-")[0] for name in found.pictures)
    shown = []
    for id_ in sorted(names, key=lambda one: order.index(one) if one in order else len(order)):
        before, after, change = (url(f"{id_}-{which}") for which in ("before", "after", "change"))
        beside = {"id": f"{id_}-change", "before": url(f"{PHOTOGRAPHS}-before") or change, "after": change}
        called = _("Photographs") if id_ == PHOTOGRAPHS else title(id_)
        if before and after:
            shown.append(
                {
                    "id": id_, "title": called, "before": before, "after": after,
                    "change": beside if change else None,
                }
            )  # fmt: skip
    return shown


def laid(shown: list[Layer], wanted: str) -> Layer:
    """The layer that was asked for, of those there are; the first where there is no such one."""
    every = [one for layer in shown for one in (layer, layer["change"]) if one]
    return next((one for one in every if one["id"] == wanted), every[0] if every else {})


# ── changes ──────────────────────────────────────────────────────────────────────────────────────────


def groups(seen: Seen) -> list[dict[str, Any]]:
    """The changes by zone, in the order in which they were measured."""
    by_zone: dict[str, list[Change]] = {}
    for change in seen.changes:
        by_zone.setdefault(change.zone, []).append(change)
    return [
        {
            "zone": _("Whole skin area") if zone == WHOLE else zone,
            "tally": tally(changes),
            "changes": [drawn(change) for change in changes],
        }
        for zone, changes in by_zone.items()
    ]


def tally(changes: list[Change]) -> str:
    """
    How many improved and worsened, in words; what did not is said only where nothing did.

    >>> tally([])
    'no detectable change'
    """
    count = {trend: sum(change.verdict == trend for change in changes) for trend in WORDS}
    said = [f"{count[trend]} {WORDS[trend]}" for trend in (Trend.WORSE, Trend.IMPROVED) if count[trend]]
    if len(changes) == 1 or not said:
        return str(WORDS[changes[0].verdict if changes else Trend.NO_DETECTABLE_CHANGE])
    return ", ".join(said)


def worst(changes: list[Change]) -> str:
    """The state of a zone on the map: worse where anything is, else improved where anything is."""
    there = {change.verdict for change in changes}
    return next((trend.value for trend in (Trend.WORSE, Trend.IMPROVED) if trend in there), "same")


def drawn(change: Change) -> dict[str, Any]:
    """A change with the places of its drawing, 0 to 100 from left to right, zero in the middle."""
    band = abs(change.smallest_detectable)
    reach = 1.15 * max(abs(change.interval[0]), abs(change.interval[1]), band, 1e-9)

    def along(value: float) -> float:
        return round(50 + 50 * max(-1.0, min(1.0, value / reach)), 2)

    bar = {
        "zero": 50,
        "low": along(change.interval[0]),
        "high": along(change.interval[1]),
        "point": along(change.change),
        "band_low": along(-band),
        "band_high": along(band),
    }
    digits = _digits(band)
    details = [
        {"detail": one, "digits": _digits(max(abs(one.before), abs(one.after)))} for one in change.details
    ]
    return {
        "change": change,
        "bar": bar,
        "title": title(change.measure),
        "digits": digits,
        "details": details,
    }


def _digits(size: float) -> int:
    """Decimals that leave about two figures of a size, which for a change is the smallest detectable one."""
    return 0 if size >= 10 else 1 if size >= 1 else 2 if size >= 0.1 else 3 if size >= 0.01 else 4


# ── the map ──────────────────────────────────────────────────────────────────────────────────────────


def on_map(seen: Seen, measure: str = "") -> list[dict[str, Any]]:
    """
    The protocol's zones with the verdict of those that were measured, by all measures or by one.

    A drawn zone is one of them where it bears its name, or the name under which zones of a face are found.
    """
    told = [change for change in seen.changes if not measure or change.measure == measure]
    shown = []
    for zone in current.protocol().zones.zone:
        sides: dict[str, list[Change]] = {}
        for change in told:
            if (where := place(change.zone)) and where[0] == zone.id:
                sides.setdefault(where[1], []).append(change)
        everything = [change for changes in sides.values() for change in changes]
        if not everything:
            shown.append({"id": zone.id, "name": zone.name, "state": "none"})
            continue
        by_side = {side: worst(changes) for side, changes in sides.items() if side}
        value = "; ".join(f"{_side(side)} {tally(changes)}".strip() for side, changes in sides.items())
        shown.append(
            {"id": zone.id, "name": zone.name, "state": worst(everything), "value": value, **by_side}
        )
    return shown


def off_map(seen: Seen) -> list[str]:
    """Zones that were drawn under names of their own, which the map does not know."""
    names = dict.fromkeys(change.zone for change in seen.changes if change.zone != WHOLE)
    return [name for name in names if place(name) is None]


def _side(side: str) -> str:
    return {"left": _("left"), "right": _("right")}.get(side, "")


# ── what it rests on ─────────────────────────────────────────────────────────────────────────────────


def likeness(seen: Seen) -> list[dict[str, Any]]:
    """The nine items, each with the tone of its mark."""
    tones = {True: "clear", False: "caution", None: ""}
    return [{"item": one, "tone": tones[one.met]} for one in seen.likeness]


def early(found: Comparison, seen: Seen) -> str:
    """What to bear in mind where the later photograph is of a time before the outcome can be judged."""
    days = seen.days_since[1]
    until = found.plan.as_record().judge_after_days if found.plan else EARLY_DAYS
    if days is None or days >= until:
        return ""
    words = ngettext(
        "The later photograph was taken %(days)d day after a session. Early swelling hides lines and pores, "
        "and redness is to be expected: judge from %(until)d days on.",
        "The later photograph was taken %(days)d days after a session. Early swelling hides lines and pores, "
        "and redness is to be expected: judge from %(until)d days on.",
        days,
    )
    return words % {"days": days, "until": until}
