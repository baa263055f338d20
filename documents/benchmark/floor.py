"""Floor L: the least Django does for a signed-in person: one query, 25 rows, a bare table.

Its address stands beside the product's: together they are what the benchmark serves.
"""

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path

from documents.receipt.models import IncomingDocument
from office.urls import urlpatterns as product

COLUMNS = ("pk", "serial", "received_on", "title", "sender__name", "doc_number", "state", "due_on")
PAGE = Engine().from_string("""<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><title>收文</title></head><body><p>{{ name }}</p>
<table><tr><th>收文号</th><th>收到</th><th>标题</th><th>来文机关</th><th>字号</th><th>状态</th></tr>
{% for row in rows %}<tr><td>{{ row.1 }}</td><td>{{ row.2 }}</td>
<td><a href="/{{ row.0 }}/">{{ row.3 }}</a></td><td>{{ row.4 }}</td>
<td>{{ row.5 }}</td><td>{{ row.6 }}</td><td>{{ row.7 }}</td></tr>
{% endfor %}</table></body></html>
""")


def floor(request: HttpRequest) -> HttpResponse:
    """Show the newest 25 documents and who is asking."""
    rows = IncomingDocument.objects.order_by("-received_on", "-pk").values_list(*COLUMNS)[:25]
    return HttpResponse(PAGE.render(Context({"rows": rows, "name": str(request.user)})))


urlpatterns = [*product, path("floor/", floor)]
