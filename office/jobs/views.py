"""Watch long work, fetch what it made, cancel it."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST, require_safe

from office.audit.services import record_reading
from office.http import Request
from office.jobs import registry, services
from office.jobs.models import Job


@require_GET
def job(request: Request, pk: int) -> HttpResponse:
    """Show how far a job is; htmx asks again while it runs."""
    row = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    template = "office/job.html" + ("#panel" if request.htmx else "")
    kind = registry.WORKS.get(row.kind)  # a kind may have got another name since
    report = kind.report if kind and row.is_over else ""
    return render(request, template, {"job": row, "kind": kind, "report": report})


@require_safe
def fetch(request: Request, pk: int) -> FileResponse:
    """Hand out the file a job made, to who asked for it and may still make it."""
    row = get_object_or_404(Job.objects.visible_to(request.user), pk=pk, state=Job.State.DONE)
    if not row.path or row.kind not in registry.WORKS:
        raise Http404
    services.demand(row, request.user)
    if request.method == "GET":
        record_reading(row, "download", actor=request.user, what=row.title)
    file = default_storage.open(row.path)
    response = FileResponse(file, as_attachment=True, filename=row.name)
    response["Content-Type"] = row.media_type
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def cancel(request: Request, pk: int) -> HttpResponse:
    """Stop a job."""
    try:
        return redirect(services.cancel(pk, actor=request.user))
    except Job.DoesNotExist:
        raise Http404 from None
