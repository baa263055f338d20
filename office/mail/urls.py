"""Addresses of the mail: one's own letters and choice, and the outbox of who keeps it."""

from django.urls import path

from office.mail import views

urlpatterns = [
    path("settings/reminders/", views.reminders, name="reminders"),
    path("settings/reminders/test/", views.test, name="reminders-test"),
    path("letters/", views.letters, name="letters"),
    path("letters/<int:pk>/", views.letter, name="letter"),
    path("letters/<int:pk>/page/", views.letter_page, name="letter-page"),
    path("letters/<int:pk>/paper/", views.letter_paper, name="letter-paper"),
    path("mail/", views.outbox, name="mail"),
    path("mail/<int:pk>/decide/", views.decide, name="mail-decide"),
    path("mail/decide/", views.decide_all, name="mail-decide-all"),
    path("mail/demo/", views.demo, name="mail-demo"),
]
