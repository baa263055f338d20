"""Addresses of drafts."""

from django.urls import path

from office.drafts import views

urlpatterns = [path("<int:pk>/drop/", views.drop, name="draft-drop")]
