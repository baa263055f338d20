"""The web process."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "office.settings")
application = get_wsgi_application()

from office import press  # noqa: E402, F401  a second of loading, before the workers are forked

gc.freeze()  # what is loaded now stays: the workers share it, and no pause walks through it
