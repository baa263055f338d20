"""Addresses of the figures; all under documents/figures/."""

from django.urls import path

from documents.figures import views

urlpatterns = [
    path("", views.figures, name="figures"),
    path("waiting/", views.waiting, name="figures-waiting"),
    path("settle/", views.settle, name="figures-settle"),
]
