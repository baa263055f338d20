"""Addresses of the books; all under documents/dispatch/."""

from django.urls import path

from documents.issued.views import ledgers, paper, register

urlpatterns = [
    path("", register.register, name="dispatch"),
    path("seals/", ledgers.seals, name="dispatch-seals"),
    path("copies/", ledgers.copies, name="dispatch-copies"),
    path("<int:pk>/sheet.pdf", paper.drafting_sheet, name="dispatch-sheet"),
]
