"""Addresses of people: part of the namespace "office"."""

from django.urls import path

from office.people import views

urlpatterns = [
    path("settings/", views.my_settings, name="settings"),
    path("language/", views.language, name="language"),
    path("theme/", views.theme, name="theme"),
    path("seat/", views.seat, name="seat"),
    path("acting/", views.acting, name="acting"),
    path("acting/<int:pk>/cancel/", views.acting_cancel, name="acting-cancel"),
    path("people/<int:pk>/handover/", views.handover, name="handover"),
    path("people/<int:pk>/leave/", views.leave, name="leave"),
]
