"""Addresses of reminding: part of the namespace "office"."""

from django.urls import path

from office.reminders import views

urlpatterns = [path("mail/next/", views.ahead, name="mail-next")]
