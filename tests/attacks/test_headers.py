"""What every answer says to the browser in production (A38)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from documents.receipt.services import closing
from documents.receipt.workflow import State
from tests.documents.factories import Office, walk
from tests.office.factories import signed_in


@pytest.fixture
def https(settings: Any) -> dict[str, bool]:
    """Settings as OFFICE_HTTPS=1 makes them; a request of a browser there."""
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 365 * 86400
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    return {"secure": True}


def test_a38_every_page_is_framed_by_nobody_else_and_tells_nobody_where_one_was(
    office: Office, https: dict[str, bool]
) -> None:
    row = walk(None, State.HANDLING, office)
    clerk, officer = signed_in(office.clerk), signed_in(office.system)
    answers = [
        Client().get("/sign-in/", **https),
        Client().get("/nowhere/", **https),
        clerk.get("/", **https),
        clerk.get("/nowhere/", **https),
        clerk.get(reverse("office:operation"), **https),  # 403
        clerk.get(row.get_absolute_url(), **https),
        officer.get(reverse("admin:index"), **https),
    ]
    assert [each.status_code for each in answers] == [200, 404, 200, 404, 403, 200, 200]
    for each in answers:
        assert each["X-Frame-Options"] == "SAMEORIGIN"
        assert each["X-Content-Type-Options"] == "nosniff"
        assert each["Referrer-Policy"] == "same-origin"
        assert each["Cross-Origin-Opener-Policy"] == "same-origin"
        assert each["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
        policy = each["Content-Security-Policy"]
        for rule in ("default-src 'none'", "frame-ancestors 'self'", "base-uri 'none'"):
            assert rule in policy
        assert "unsafe-inline" not in policy


def test_a38_plain_http_is_led_to_tls_before_anything_is_said(https: dict[str, bool]) -> None:
    answer = Client().get("/sign-in/")
    assert (answer.status_code, answer.content) == (301, b"")
    assert answer["Location"].startswith("https://")
    assert not answer.cookies


def test_a7_cookies_are_for_tls_and_not_for_scripts(office: Office, https: dict[str, bool]) -> None:
    client = Client()
    client.get("/sign-in/", **https)
    assert client.cookies["csrftoken"]["secure"]
    client.force_login(office.clerk, backend="office.people.backends.OfficeBackend")
    answer = client.get("/", **https)
    session = {**client.cookies, **answer.cookies}["sessionid"]
    assert session["secure"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"


def test_a12_what_the_web_server_sends_carries_the_same_fences(
    office: Office, settings: Any, https: dict[str, bool]
) -> None:
    settings.OFFICE_ACCEL = "/protected/"
    row = walk(None, State.HANDLING, office)
    upload = SimpleUploadedFile("附件.txt", b"<script>alert(1)</script>")
    file = closing.attach(row.pk, actor=office.clerk, upload=upload)
    answer = signed_in(office.staff).get(reverse("office:file", args=[file.pk, file.name]), **https)
    assert answer["X-Accel-Redirect"] == f"/protected/{file.path}"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    assert not answer.content
