"""Addresses of search."""

from django.urls import path

from office.search import views

urlpatterns = [path("", views.search, name="search")]
