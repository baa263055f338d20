"""Addresses of files."""

from django.urls import path

from office.files import views

urlpatterns = [
    path("<int:pk>/withdraw", views.withdraw, name="file-withdraw"),
    path("<int:pk>/page/<int:number>.png", views.page, name="file-page"),
    path("of/<int:kind>/<int:pk>.zip", views.download_all, name="files"),
    path("<int:pk>/<str:name>", views.attachment, name="file"),
]
