"""Addresses of the desk: part of the namespace "office"."""

from django.urls import path

from office.desk import views

urlpatterns = [
    path("", views.desk, name="desk"),
    path("reading/", views.reading, name="reading"),
    path("reading/done/", views.read, name="reading-done"),
    path("desk/units/", views.units, name="desk-units"),
    path("desk/<int:pk>/urge/", views.urge, name="desk-urge"),
    path("desk/<int:pk>/opened/", views.opened, name="desk-opened"),
]
