"""What is done outside a state table, in words; the steps of the tables name themselves."""

from typing import Any

from django.utils.translation import gettext_lazy as _

LABELS: dict[str, Any] = {
    "add": _("Added"),
    "change": _("Changed"),
    "delete": _("Deleted"),
    "create_user": _("Opened an account"),
    "close_account": _("Closed an account"),
    "reopen_account": _("Reopened an account"),
    "grant_roles": _("Granted roles"),
    "drop_roles": _("Took off unknown roles"),
    "reset_password": _("Gave a one-time password"),
    "change_password": _("Changed the password"),
    "take_post": _("Entered a post"),
    "leave_post": _("Ended a post"),
    "hand_over": _("Handed over"),
    "arrange_acting": _("Arranged acting"),
    "cancel_acting": _("Ended acting"),
    "sign_for": _("Sign for"),
    "download": _("Downloaded"),
    "withdraw_file": _("Withdrew a file"),
    "urge_by_rule": _("Urged by rule"),
    "retry_letter": _("Sent a letter again"),
    "drop_letter": _("Dropped a letter"),
    "confirm_letter": _("Noted that a letter had arrived"),
}
