"""The ground floor as Django sees it."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class OfficeConfig(AppConfig):
    name = "office"
    verbose_name = _("Office")

    def ready(self) -> None:
        """Register the checks: fonts for paper, the institution's name."""
        from office import checks, fonts  # noqa: F401


class BackOfficeConfig(admin_apps.AdminConfig):
    """Django's admin with our own site."""

    default = False
    default_site = "office.backoffice.BackOffice"
