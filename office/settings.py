"""Settings: one file; deployments differ only by environment variables (.env.example)."""

import sys
from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from office import embedded

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()  # NAME, or NAME_FILE for a mounted secret
env.read_env(BASE_DIR / ".env")  # what the environment says wins

VAR = embedded.var_dir()
DEBUG = env.bool("OFFICE_DEBUG", default=False)
DEMO = env.bool("OFFICE_DEMO", default=False)
TESTING = "pytest" in sys.modules
if TESTING:
    VAR /= "test"  # a database and a Redis of their own: tests never disturb a running office
_key_file = VAR / "secret_key"  # made by script/setup, 0600
_key = _key_file.read_text(encoding="utf8").strip() if _key_file.exists() else ""
_key = _key or ("development only" if DEBUG or TESTING else "")
SECRET_KEY = env.str("OFFICE_SECRET_KEY", default=_key or env.NOTSET)
ALLOWED_HOSTS = env.list("OFFICE_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
SECURE = env.bool("OFFICE_HTTPS", default=False)
FICTION = "江川省质量技术信息中心" if DEMO or DEBUG or TESTING else ""
INSTITUTION = env.str("OFFICE_INSTITUTION", default=FICTION)

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "office.apps.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "django_htmx",
    "template_partials",
    "django_filters",
    "guardian",
    "axes",
    "csp",
    "office",
    "documents",
    "finance",
    "meetings",
    "logistics",
    "oversight",
]

MIDDLEWARE = [
    "office.middleware.Trace",
    "office.middleware.Probes",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "office.middleware.Readable",
    "office.middleware.SessionLimits",
    "office.middleware.Seat",
    "office.middleware.Language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "office.middleware.Answers",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "office.urls"
WSGI_APPLICATION = "office.wsgi.application"

_CONTEXT = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "office.shell.shell",
]
_LOADERS = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": _CONTEXT,
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [("django.template.loaders.cached.Loader", _LOADERS)],
                )
            ],
            "builtins": ["template_partials.templatetags.partials", "office.templatetags.office"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES: dict[str, Any] = {
    "default": env.db("OFFICE_DATABASE_URL")
    if "OFFICE_DATABASE_URL" in env
    else embedded.database_settings(VAR)
}
DATABASES["default"].setdefault("CONN_MAX_AGE", 600)
DATABASES["default"].setdefault("CONN_HEALTH_CHECKS", True)
DATABASES["default"]["ATOMIC_REQUESTS"] = False

REDIS_URL = env.str("OFFICE_REDIS_URL", default="") or embedded.redis_url(VAR, 0)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "test" if TESTING else "office",
    }
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "office.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "office.people.backends.OfficeBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
     "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ["username", "name", "phone", "email"]}},
    {"NAME": "office.people.passwords.ThreeKinds"},
    {"NAME": "office.people.passwords.NotUsedBefore"},
]  # fmt: skip
# After so many days one chooses another (0: never); a demonstration knows no passwords.
PASSWORD_DAYS = env.int("OFFICE_PASSWORD_DAYS", default=0 if DEMO else 180)
# 三员 sign in in two steps wherever it counts.
OFFICERS_NEED_FACTOR = not (DEBUG or DEMO or TESTING)
LOGIN_URL = reverse_lazy("office:sign-in")
LOGIN_REDIRECT_URL = reverse_lazy("office:desk")
LOGOUT_REDIRECT_URL = LOGIN_URL

AXES_HANDLER = "office.entrance.tries.Tries"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username"], ["ip_address"]]
AXES_LOCKOUT_TEMPLATE = "office/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # office.entrance keeps who came in, and for how long
# What is typed at any door is kept nowhere: not the password, nor a new one, nor a code.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "old", "new", "again", "code"]
AXES_CLIENT_IP_CALLABLE = "office.people.backends.address_of"
OFFICE_PROXIES = env.int("OFFICE_PROXIES", default=0)

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_IDLE_SECONDS = env.int("OFFICE_SESSION_IDLE_SECONDS", default=2 * 3600)
SESSION_ABSOLUTE_SECONDS = env.int("OFFICE_SESSION_ABSOLUTE_SECONDS", default=12 * 3600)
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "office.views.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 365 * 86400 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    },
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "office" / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.str("OFFICE_MEDIA_ROOT", default=str(VAR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
BACKUP_DIR = Path(env.str("OFFICE_BACKUP_DIR", default=str(VAR / "backups")))
WHITENOISE_ALLOW_ALL_ORIGINS = False
OFFICE_ACCEL = env.str("OFFICE_ACCEL", default="")  # the web server's internal address of them
FONT_DIRS = [embedded.var_dir() / "fonts"]
UPLOAD_LIMIT_BYTES = 50 * 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Mail: smtp://user:password@host:25, smtp+tls://…:587 or smtps://…:465; without it letters wait.
OFFICE_URL = env.str("OFFICE_URL", default="http://localhost:8000").rstrip("/")
_mail = env.email_url("OFFICE_MAIL_URL", default="smtp://")
EMAIL_HOST = _mail["EMAIL_HOST"] or ""
EMAIL_PORT = _mail["EMAIL_PORT"] or 25
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
DEFAULT_FROM_EMAIL = env.str(
    "OFFICE_MAIL_FROM",
    default=EMAIL_HOST_USER if "@" in EMAIL_HOST_USER else f"office@{EMAIL_HOST or 'localhost'}",
)

# Days after which what a letter said is blanked; that it went stays (实务通常: half a year, as the
# sign-ins; what it was about is in the register).
LETTER_DAYS = env.int("OFFICE_LETTER_DAYS", default=180)

CELERY_BROKER_URL = embedded.broker_url(REDIS_URL)
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_QUEUES = [Queue(name) for name in ("default", "mail", "print", "bulk")]
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_ROUTES = {
    "office.mail.*": {"queue": "mail"},
    "office.print.*": {"queue": "print"},
    "office.jobs.*": {"queue": "bulk"},
}
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # our log, with its ids, in the worker too
CELERY_BEAT_SCHEDULER = "office.operation.beat:Clock"
CELERY_BEAT_MAX_LOOP_INTERVAL = 20
# What is missed is made up by the next: each sweep looks at what is due, not at the hour. An old
# tick is thrown away, so that none pile up while no worker runs.
CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    "urgent": {"task": "office.reminders.urgent", "schedule": 60, "options": {"expires": 55}},
    "remind": {"task": "office.reminders.remind", "schedule": 600, "options": {"expires": 590}},
    "mail": {"task": "office.mail.send", "schedule": 60, "options": {"expires": 55}},
    "letters": {"task": "office.mail.forget", "schedule": crontab(hour=3, minute=50)},
    "drafts": {"task": "office.drafts.tasks.sweep_drafts", "schedule": crontab(hour=3, minute=20)},
    "pulse": {"task": "office.operation.pulse", "schedule": 20, "options": {"expires": 60}},
    "dead jobs": {  # by the other worker: their own may be in the middle of the next one
        "task": "office.jobs.recover",
        "schedule": 60,
        "options": {"expires": 55, "queue": "default"},
    },
    "job files": {"task": "office.jobs.sweep", "schedule": crontab(hour=4, minute=10)},
    "rehearsal": {
        "task": "office.backup.rehearse",
        "schedule": crontab(day_of_week="sunday", hour=4, minute=40),
    },
    "sign-ins": {
        "task": "office.entrance.tasks.sweep_sign_ins",
        "schedule": crontab(hour=3, minute=40),
    },
    "heads": {"task": "office.overdue.tasks.tell_heads", "schedule": crontab(hour=7, minute=40)},
    "lists": {
        "task": "office.overdue.tasks.mail_lists",
        "schedule": crontab(minute="*/10", hour="6-20"),
        "options": {"expires": 590},
    },
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "celerybeat")

GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None
# guardian's own backend is not installed: grants are read by visible_to, roles by ours.
# A paper is shown in a frame beside its record, by our own pages only (frame-ancestors 'self').
SILENCED_SYSTEM_CHECKS = ["guardian.W001", "security.W019"]

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

UNFOLD = {  # the colours are in static/backoffice.css
    "SITE_TITLE": _("Back-office"),
    "SITE_HEADER": _("Zhongshu"),
    "SITE_SUBHEADER": INSTITUTION,
    "SITE_URL": reverse_lazy("office:desk"),
    "SITE_ICON": "office.backoffice.icon",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "office.backoffice.icon"}],
    "STYLES": ["office.backoffice.styles"],
    "THEME": "office.backoffice.theme",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "3px",
    "SIDEBAR": {"navigation": "office.backoffice.navigation"},
}

LOG_LEVEL = env.str("OFFICE_LOG_LEVEL", default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "office.logs.Lines"}, "json": {"()": "office.logs.JsonLines"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line" if DEBUG or DEMO or TESTING else "json",
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        app: {"level": LOG_LEVEL}
        for app in ("office", "documents", "finance", "meetings", "logistics", "oversight")
    }
    | {"fontTools": {"level": "WARNING"}},  # a line for each table of each font
}
