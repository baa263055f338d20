"""Addresses of tabs."""

from django.urls import path

from office.tabs import views

urlpatterns = [
    path("", views.keep, name="tabs"),
    path("<int:pk>/", views.rename, name="tab"),
    path("<int:pk>/remove/", views.remove, name="tab-remove"),
]
