"""Addresses of the writing screen and of a text on paper; all under documents/dispatch/."""

from django.urls import path

from documents.writing.views import beside, paper, writing

urlpatterns = [
    path("new/", writing.new, name="dispatch-new"),
    path("look/", beside.look, name="dispatch-look"),
    path("look/names/", beside.names, name="dispatch-names"),
    path("look/pattern/", beside.pattern, name="dispatch-pattern"),
    path("look/<slug:key>.svg", beside.picture, name="dispatch-picture"),
    path("<int:pk>/write/", writing.write, name="dispatch-write"),
    path("<int:pk>/answer/", beside.answer, name="dispatch-answer"),
    path("<int:pk>/versions/", writing.versions, name="dispatch-versions"),
    path("<int:pk>/pages/", paper.pages, name="dispatch-pages"),
    path("<int:pk>/preview.pdf", paper.as_printed, name="dispatch-preview"),
    path("<int:pk>/draft.docx", paper.as_word, name="dispatch-word"),
    path("<int:pk>/suggestions/<int:suggestion>/", beside.settle, name="dispatch-suggestion"),
]
