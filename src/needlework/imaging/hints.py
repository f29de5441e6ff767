"""
What the file and the camera's notes say against a photograph: modes that paint skin, lenses that bend it.

Cautions, never refusals: notes are edited and lost, and what they name may have done no harm.
"""

from needlework.imaging.items import Item, Mark, graded
from needlework.imaging.photo import Photo

MODES = {
    "portrait": (
        "Portrait mode",
        "Portrait mode was on: it blurs and smooths at edges it guesses.",
        "Take it in the ordinary photo mode.",
    ),
    "beauty": (
        "Beauty program",
        "The file was written by a program that smooths skin.",
        "Send the photograph as the camera stored it, with beauty and filters off.",
    ),
    "edited": (
        "Edited",
        "The file was written by an editing program.",
        "Send the photograph as the camera stored it.",
    ),
    "panorama": (
        "Panorama",
        "It is a panorama: its parts were taken at different moments.",
        "Take a single ordinary photograph.",
    ),
    "composite": (
        "Composite",
        "The camera put it together from several exposures.",
        "Switch night and multi-frame modes off, and add light.",
    ),
    "hdr": (
        "HDR",
        "HDR was on: it brightens and darkens parts of the skin by themselves.",
        "Switch HDR off where the camera lets you; else use the same phone and mode each time.",
    ),
    "front": (
        "Front camera",
        "It is a selfie: the front camera is softer and stands too near.",
        "Let somebody take it with the camera on the back, from an arm's length.",
    ),
}
"""By the mode of exif.Shot: title, what was found, what to do."""

NOTES = {
    "no-profile": (
        "Print colours",
        "The file holds printing inks without a profile: its colours are a guess.",
        "Send the camera's own JPEG or HEIC.",
    ),
    "cmyk": (
        "Print colours",
        "The file was converted for printing, which changes its colours.",
        "Send the camera's own JPEG or HEIC.",
    ),
    "transparent": (
        "Cut out",
        "Parts of the picture are transparent: somebody has worked on it.",
        "Send the photograph as the camera stored it.",
    ),
}
JPEG_MIN, JPEG_REFUSE = 80, 20
"""Quality of the usual encoder; chat programs write 60 to 80."""
ZOOM_MAX = 1.05
FOCAL_MIN_MM = 20
"""35 mm equivalent; wider lenses stand so near that the middle of a face grows."""


def items(photo: Photo) -> tuple[Item, ...]:
    """The camera and what speaks against the way in which it was used."""
    shot = photo.shot
    found = [_camera(photo)]
    if photo.jpeg_quality is not None:
        found.append(
            graded(
                "jpeg", "JPEG quality", photo.jpeg_quality,
                caution=JPEG_MIN, refuse=JPEG_REFUSE, at_most=False,
                says="The file was compressed so far that blocks and smears hide the skin.",
                mild="The file was compressed more than cameras do, as chat programs do it.",
                do="Send the file itself, by cable, mail or as a document, not as a chat picture.",
            )
        )  # fmt: skip
    if shot.zoom is not None:
        found.append(
            graded(
                "zoom", "Digital zoom", shot.zoom, unit="×", caution=ZOOM_MAX,
                says="Digital zoom was used: it adds pixels, not detail.",
                do="Go nearer instead of zooming, or use the longer lens.",
            )
        )  # fmt: skip
    if shot.focal_35_mm is not None:
        found.append(
            graded(
                "lens", "Focal length (35 mm equivalent)", shot.focal_35_mm, unit="mm", caution=FOCAL_MIN_MM,
                at_most=False,
                says="A wide-angle lens was used: it swells what is near.",
                do="Use the main lens (1×) or the longer one, from an arm's length or more.",
            )
        )  # fmt: skip
    if shot.flash:
        found.append(
            _caution(
                "flash", "Flash", "The flash fired: it makes shine and hides lines.",
                "Switch the flash off, and add light from the front.",
            )
        )  # fmt: skip
    found += [_caution(f"mode-{mode}", *MODES[mode]) for mode in shot.modes if mode in MODES]
    named = next((note for note in NOTES if note in photo.notes), "")
    return (*found, *([_caution(f"file-{named}", *NOTES[named])] if named else []))


def _camera(photo: Photo) -> Item:
    shot = photo.shot
    parts = [shot.camera, shot.lens if shot.camera not in shot.lens else "", shot.software]
    said = " · ".join(part for part in parts if part)
    if said:
        return Item("camera", "Camera", Mark.FINE, says=said)
    return Item(
        "camera", "Camera", Mark.UNKNOWN,
        says="The file does not say what took it, as after a chat program or a screen capture.",
        do="Send the file as the camera stored it.",
    )  # fmt: skip


def _caution(id_: str, title: str, says: str, do: str) -> Item:
    return Item(id_, title, Mark.CAUTION, says=says, do=do)
