"""Addresses of the book; all under documents/incoming/."""

from django.urls import path

from documents.book.views import batch, importing, paper, register

urlpatterns = [
    path("", register.register, name="incoming"),
    path("batch/", batch.batch, name="incoming-batch"),
    path("import/", importing.import_register, name="incoming-import"),
    path("import/template.xlsx", importing.import_template, name="incoming-import-template"),
    path("slips.pdf", paper.slips, name="incoming-slips"),
    path("<int:pk>/slip.pdf", paper.slip, name="incoming-slip"),
    path("<int:pk>/circulation.pdf", paper.circulation, name="incoming-circulation"),
    path("<int:pk>/rejection.pdf", paper.rejection, name="incoming-rejection"),
]
