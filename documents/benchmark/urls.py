"""The addresses of the product, and the floor it is measured against."""

from django.urls import path

from documents.benchmark.floor import floor
from office.urls import urlpatterns as product

urlpatterns = [*product, path("floor/", floor)]
