"""Addresses of files."""

from django.urls import path

from office.files import views

urlpatterns = [
    path("<int:pk>/withdraw", views.withdraw, name="file-withdraw"),
    path("<int:pk>/page/<int:number>.png", views.page, name="file-page"),
    path("of/<int:kind>/<int:pk>.zip", views.download_all, name="files"),
    path("held/<int:pk>/drop", views.drop, name="held-drop"),
    path("held/<int:pk>/page/<int:number>.png", views.held_page, name="held-page"),
    path("held/<int:pk>/<str:name>", views.held, name="held"),
    path("<int:pk>/<str:name>", views.attachment, name="file"),
]
