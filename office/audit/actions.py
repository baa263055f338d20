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
    "lock_account": _("Locked after wrong passwords"),
    "end_sign_ins": _("Signed out other devices"),
    "enrol_factor": _("Set up the second step"),
    "drop_factor": _("Gave up the second step"),
    "reset_factor": _("Took off the second step"),
    "use_recovery_code": _("Signed in with a code on paper"),
    "renew_recovery_codes": _("Made new codes on paper"),
    "take_post": _("Entered a post"),
    "leave_post": _("Ended a post"),
    "hand_over": _("Handed over"),
    "arrange_acting": _("Arranged acting"),
    "cancel_acting": _("Ended acting"),
    "sign_for": _("Sign for"),
    "draft": _("Began a draft"),
    "download": _("Downloaded"),
    "read_people": _("Read personal data"),
    "export": _("Took a register away"),
    "withdraw_file": _("Withdrew a file"),
    "settle": _("Settled a month"),
    "urge_by_rule": _("Urged by rule"),
    "retry_letter": _("Sent a letter again"),
    "drop_letter": _("Dropped a letter"),
    "confirm_letter": _("Noted that a letter had arrived"),
}

# What the facts of an entry are called when they are no column of its row.
FACTS: dict[str, Any] = {
    "what": _("what"),
    "form": _("format"),
    "n": _("how many"),
    "page": _("page"),
    "device": _("device"),
    "address": _("address"),
    "left": _("left"),
}
