"""Addresses of receipt; all under documents/incoming/."""

from django.urls import path

from documents.receipt.views import begun, intake, record

urlpatterns = [
    path("new/", intake.new, name="incoming-new"),
    path("sign-for/", intake.sign_for, name="incoming-sign-for"),
    path("look-alikes/", intake.look_alikes, name="incoming-look-alikes"),
    path("originals/", begun.hold, name="incoming-hold"),
    path("originals/<int:pk>/", begun.preview, name="incoming-original"),
    path("draft/", begun.draft, name="incoming-draft"),
    path("<int:pk>/", record.record, name="incoming-record"),
    path("<int:pk>/opened/", record.opened, name="incoming-opened"),
    path("<int:pk>/register/", intake.register, name="incoming-register"),
    path("<int:pk>/correct/", intake.correct, name="incoming-correct"),
    path("<int:pk>/another/", intake.another, name="incoming-another"),
    path("<int:pk>/trail/", record.trail, name="incoming-trail"),
    path("<int:pk>/<slug:step>/", record.step, name="incoming-step"),
]
