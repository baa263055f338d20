"""Addresses of the entrance: part of the namespace "office"."""

from django.urls import path

from office.entrance import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/code/", views.code, name="sign-in-code"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("demo/", views.demo, name="demo"),
    path("password/", views.password, name="password"),
    path("second-step/", views.second_step, name="second-step"),
    path("sign-ins/end/", views.end_others, name="sign-ins-end"),
    path("sign-ins/<int:pk>/end/", views.end, name="sign-in-end"),
]
