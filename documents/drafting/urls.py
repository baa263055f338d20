"""Addresses of drafting; all under documents/dispatch/."""

from django.urls import path

from documents.drafting.views import paper, record, writing

urlpatterns = [
    path("new/", writing.new, name="dispatch-new"),
    path("look/", writing.look, name="dispatch-look"),
    path("look/<slug:key>/<int:page>.png", writing.picture, name="dispatch-picture"),
    path("<int:pk>/", record.record, name="dispatch-record"),
    path("<int:pk>/write/", writing.write, name="dispatch-write"),
    path("<int:pk>/answer/", writing.answer, name="dispatch-answer"),
    path("<int:pk>/versions/", writing.versions, name="dispatch-versions"),
    path("<int:pk>/opened/", record.opened, name="dispatch-opened"),
    path("<int:pk>/trail/", record.trail, name="dispatch-trail"),
    path("<int:pk>/pages/", paper.pages, name="dispatch-pages"),
    path("<int:pk>/preview.pdf", paper.as_printed, name="dispatch-preview"),
    path("<int:pk>/suggestions/<int:suggestion>/", writing.settle, name="dispatch-suggestion"),
    path("<int:pk>/<slug:step>/", record.step, name="dispatch-step"),
]
