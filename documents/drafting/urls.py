"""Addresses of the record of a dispatch and of its steps; all under documents/dispatch/."""

from django.urls import path

from documents.drafting.views import record

urlpatterns = [
    path("<int:pk>/", record.record, name="dispatch-record"),
    path("<int:pk>/opened/", record.opened, name="dispatch-opened"),
    path("<int:pk>/trail/", record.trail, name="dispatch-trail"),
    path("<int:pk>/<slug:step>/", record.step, name="dispatch-step"),
]
