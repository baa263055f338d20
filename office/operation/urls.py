"""Addresses of the system officer's page; those for machines are answered by the middleware."""

from django.urls import path

from office.operation import views

urlpatterns = [
    path("operation/", views.operation, name="operation"),
    path("operation/rehearse/", views.rehearse, name="operation-rehearse"),
]
