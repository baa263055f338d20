"""Addresses of the figures of dispatches; all under documents/figures/."""

from django.urls import path

from documents.tallies import views

urlpatterns = [path("dispatch/", views.figures, name="dispatch-figures")]
