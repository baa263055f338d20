"""Index of the slices' addresses."""

from django.urls import include, path

app_name = "documents"
urlpatterns = [
    path("incoming/", include("documents.book.urls")),
    path("incoming/", include("documents.receipt.urls")),
    path("dispatch/", include("documents.issued.urls")),
    path("dispatch/", include("documents.writing.urls")),
    path("dispatch/", include("documents.drafting.urls")),
    path("figures/", include("documents.figures.urls")),
    path("figures/", include("documents.tallies.urls")),
]
