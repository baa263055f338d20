"""Address of the overdue list: part of the namespace "office"."""

from django.urls import path

from office.overdue import views

urlpatterns = [path("", views.overdue, name="overdue")]
