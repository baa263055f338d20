"""The ground floor as Django sees it."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class OfficeConfig(AppConfig):
    name = "office"
    verbose_name = _("Office")

    def ready(self) -> None:
        """Register the check that warns when paper would come slowly or look wrong."""
        from office import fonts  # noqa: F401


class BackOfficeConfig(admin_apps.AdminConfig):
    """Django's admin with our own site."""

    default = False
    default_site = "office.backoffice.BackOffice"
