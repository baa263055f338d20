"""Addresses of the bell: part of the namespace "office"."""

from django.urls import path

from office.notifications import views

urlpatterns = [
    path("notices/", views.bell, name="bell"),
    path("notices/read/", views.bell_read, name="bell-read"),
]
