"""What gunicorn serves while the benchmark runs: the product, and beside it the floor.

The floor has Django's own middleware and session engine and nothing of ours but one table.
"""

import gc
import os
from collections.abc import Callable, Iterable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "office.settings")
from django.conf import settings

BARE = {
    "MIDDLEWARE": [
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    "SESSION_ENGINE": "django.contrib.sessions.backends.db",
}
FLOOR = "/floor/"


def handlers() -> tuple[Any, Any]:
    """Return the product's handler and the floor's; the addresses are the benchmark's."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.test.utils import override_settings

    settings.ROOT_URLCONF = "documents.benchmark.floor"
    product = WSGIHandler()
    with override_settings(**BARE):
        return product, WSGIHandler()


if name := os.environ.get("OFFICE_BENCH_DATABASE"):
    settings.DATABASES["default"]["NAME"] = name
    django.setup()
    _product, _bare = handlers()
    from office import press  # noqa: F401  loaded and frozen as by office.wsgi

    gc.freeze()


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with the floor at its address, with the product everywhere else."""
    answer: Iterable[bytes] = (_bare if environ["PATH_INFO"] == FLOOR else _product)(environ, start)
    return answer
