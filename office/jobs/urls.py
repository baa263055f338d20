"""Addresses of long work."""

from django.urls import path

from office.jobs import views

urlpatterns = [
    path("<int:pk>/", views.job, name="job"),
    path("<int:pk>/file", views.fetch, name="job-file"),
    path("<int:pk>/cancel", views.cancel, name="job-cancel"),
]
