"""The protocol as the clinic reads, changes and signs it, and the log of who did what."""

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.apps import apps
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from needlework.clinic import access, current, once
from needlework.clinic.edition import actions, incoming
from needlework.clinic.edition.effects import effects
from needlework.clinic.edition.forms import DeviceForm, EditionForm
from needlework.clinic.models.audit import AuditLine
from needlework.clinic.models.editions import EditionSignature, KeptEdition
from needlework.clinic.models.people import User
from needlework.protocol import check, compare, load
from needlework.protocol.schema.edition import Reviewed
from needlework.protocol.schema.protocol import Protocol
from needlework.records.editions import Difference
from needlework.records.why import Refusal

LINES = 100


@require_http_methods(["GET"])
@access.needs("edition.read")
def edition(request: access.Request) -> HttpResponse:
    """Every rule, device, zone and hold of the edition in force, or of another, and who signed it."""
    digest = request.GET.get("edition", "")
    protocol = _known(digest) if digest else current.protocol()
    context = {
        "protocol": protocol,
        "in_force": protocol.edition.digest == current.protocol().edition.digest,
        "signature": EditionSignature.under(protocol.edition),
        "overdue": check.overdue(protocol, on=timezone.localdate()),
    }
    return TemplateResponse(request, "clinic/edition/edition.html", context)


@require_http_methods(["GET"])
@access.needs("edition.read")
def editions(request: access.Request) -> HttpResponse:
    """Every edition that is here, which is in force, who signed it; and what is to be read again, when."""
    protocol, on = current.protocol(), timezone.localdate()
    context = {
        "rows": _rows(protocol),
        "parts": _parts(protocol),
        "due": sum(part.reviewed.again < on for part in _parts(protocol)),
        "today": on,
    }
    return TemplateResponse(request, "clinic/edition/editions.html", context)


@require_http_methods(["GET", "POST"])
@access.needs("edition.sign")
def edition_add(request: access.Request) -> HttpResponse:
    """Bring an edition in: every fault of it at once, or its differences from the one in force."""
    form = EditionForm(request.POST or None, request.FILES or None)
    if form.is_bound and form.is_valid():
        files = incoming.uploaded(form.cleaned_data["edition"])
        made = files if isinstance(files, Refusal) else _added(files, request)
        if not isinstance(made, Refusal):
            return redirect("edition-change", digest=made.digest)
        once.refused(form, made)
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "clinic/edition/add.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@access.needs("edition.sign")
def edition_device(request: access.Request) -> HttpResponse:
    """Add a device with its label: a new edition, the current one with this device more."""
    form = DeviceForm(current.protocol(), request.POST or None)
    if form.is_bound and form.is_valid():
        made = actions.add_device(
            device=form.device(), once=form.cleaned_data["once"], by=request.user, at=timezone.now()
        )
        if not isinstance(made, Refusal):
            return redirect("edition-change", digest=made.digest)
        once.refused(form, made)
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "clinic/edition/device.html", {"form": form}, status=status)


@require_http_methods(["GET"])
@access.needs("edition.read")
def edition_change(request: access.Request, digest: str) -> HttpResponse:
    """What this edition says otherwise than the one in force, and what signing it would change."""
    new, old = _known(digest), current.protocol()
    in_force = new.edition.digest == old.edition.digest
    if in_force:
        old = load.default()  # what it says otherwise than the one that ships
    found = compare.differences(old, new)
    context = {
        "old": old.edition,
        "new": new.edition,
        "in_force": in_force,
        "signature": EditionSignature.under(new.edition),
        "files": _by_file(found),
        "count": len(found),
        "effects": None if in_force else effects(request, old, new),
    }
    return TemplateResponse(request, "clinic/edition/change.html", context)


@require_http_methods(["GET"])
@access.needs("edition.read")
def edition_files(request: access.Request, digest: str) -> HttpResponse:
    """The files of an edition as a ZIP: to be read, changed and sent back as a new one."""
    protocol, packed = _known(digest), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in current.files(digest).items():
            archive.writestr(zipfile.ZipInfo(f"{protocol.edition.mark}/{name}"), content)
    response = HttpResponse(packed.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="edition-{protocol.edition.mark}.zip"'
    return response


@require_http_methods(["POST"])
@access.fresh
@access.needs("edition.sign")
def edition_sign(request: access.Request) -> HttpResponse:
    made = actions.sign(digest=request.POST.get("digest", ""), by=request.user, at=timezone.now())
    if isinstance(made, Refusal):
        messages.error(request, " ".join(f"{one.key} {one.problem} {one.do}" for one in made.reasons))
    else:
        messages.success(request, _("Edition %(id)s is signed.") % {"id": made.edition})
    return redirect("edition")


@require_http_methods(["GET"])
@access.needs("edition.read")
def source(request: access.Request, key: str) -> HttpResponse:
    """One source: what it is, its grade, how much of it was read."""
    found = current.protocol().sources.get(key) or load.default().sources.get(key)
    if found is None:
        raise Http404
    return TemplateResponse(request, "clinic/edition/source.html", {"source": found})


@require_http_methods(["GET"])
@access.needs("audit.read")
def audit(request: access.Request) -> HttpResponse:
    """The log, newest first."""
    page = Paginator(AuditLine.objects.all(), LINES).get_page(request.GET.get("page"))
    lines = access.listed(request, "log", cast("QuerySet[AuditLine]", page.object_list))
    names = {f"user:{user.pk}": user.full_name for user in User.objects.all()}
    kinds = {one._meta.db_table: str(capfirst(one._meta.verbose_name)) for one in apps.get_models()}
    rows = [
        {
            "line": line,
            "at": datetime.fromisoformat(line.at),
            "actor": names.get(line.actor) or _actor(line.actor),
            "of": kinds.get(line.table_name, line.table_name),
            "more": re.sub(r"\bclinic_\w+", lambda found: kinds.get(found[0], found[0]), line.detail),
        }
        for line in lines
    ]
    return TemplateResponse(request, "clinic/edition/audit.html", {"page": page, "rows": rows})


def _actor(label: str) -> str:
    """Who wrote a line and is nobody of the staff: a patient by their link, or a command."""
    return _("a patient’s link") if label.startswith("link:") else label


# ── what the pages show ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Row:
    """One edition in the list."""

    digest: str
    mark: str
    title: str
    based_on: str
    shipped: bool
    in_force: bool
    readable: bool
    came: datetime | None
    """When it was brought in; None for the one that ships."""
    brought_by: str
    signed: datetime | None
    signed_by: str


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the edition and its review."""

    file: str
    reviewed: Reviewed


def _known(digest: str) -> Protocol:
    found = current.known(digest)
    if found is None:
        raise Http404(_("There is no such edition here."))
    return found


def _added(files: incoming.Files, request: access.Request) -> KeptEdition | Refusal:
    return actions.add(files=files, once=once.of(request), by=request.user, at=timezone.now())


def _rows(protocol: Protocol) -> list[Row]:
    """Every edition: the one that ships, then those that are kept, the newest first."""
    signed: dict[str, EditionSignature] = {}
    for one in EditionSignature.objects.select_related("created_by"):
        signed.setdefault(one.digest, one)
    kept = list(KeptEdition.objects.defer("files").select_related("created_by"))
    shipped = load.default().edition
    ships = KeptEdition(digest=shipped.digest, mark=shipped.mark, title=shipped.title, shipped=True)
    ours = [_row(one, signed, protocol, came=one.created_at) for one in kept if one.digest != shipped.digest]
    return [_row(ships, signed, protocol, came=None), *ours]


def _row(
    one: KeptEdition, signed: dict[str, EditionSignature], protocol: Protocol, *, came: datetime | None
) -> Row:
    signature = signed.get(one.digest)
    return Row(
        digest=one.digest,
        mark=one.mark,
        title=one.title,
        based_on=one.based_on,
        shipped=one.shipped,
        in_force=one.digest == protocol.edition.digest,
        readable=current.known(one.digest) is not None,
        came=came,
        brought_by=one.created_by.full_name if one.created_by else "",
        signed=signature.created_at if signature else None,
        signed_by=signature.created_by.full_name if signature and signature.created_by else "",
    )


def _parts(protocol: Protocol) -> list[Part]:
    """The files with their reviews, the first to be due first."""
    parts = [Part(f"{name}.toml", getattr(protocol, name).reviewed) for name in load.SECTIONS]
    return sorted(parts, key=_due)


def _due(part: Part) -> tuple[date, str]:
    return part.reviewed.again, part.file


def _by_file(found: tuple[Difference, ...]) -> list[dict[str, Any]]:
    return [{"file": file, "differences": ones} for file, ones in compare.by_file(found).items()]
