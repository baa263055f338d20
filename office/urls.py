"""Every address. Other apps are named as strings, so that the ground floor imports none."""

from django.contrib import admin
from django.urls import include, path

office = [
    path("", include("office.desk.urls")),
    path("", include("office.entrance.urls")),
    path("", include("office.people.urls")),
    path("", include("office.notifications.urls")),
    path("", include("office.mail.urls")),
    path("", include("office.reminders.urls")),
    path("search/", include("office.search.urls")),
    path("files/", include("office.files.urls")),
    path("drafts/", include("office.drafts.urls")),
    path("jobs/", include("office.jobs.urls")),
    path("tabs/", include("office.tabs.urls")),
    path("", include("office.operation.urls")),
    path("overdue/", include("office.overdue.urls")),
]

urlpatterns = [
    path("", include((office, "office"))),
    path("documents/", include("documents.urls", namespace="documents")),
    path("admin/", admin.site.urls),
]
