"""Dispatches broken by hand, one fault at a time, and the rule of the night that finds each."""
# ruff: noqa: S608 (every part of a statement is a constant of ours)

from __future__ import annotations

KIND = "(SELECT id FROM django_content_type WHERE app_label = 'documents' AND model = 'dispatch')"
NUMBERED = "(SELECT max(id) FROM documents_dispatch WHERE serial IS NOT NULL)"
OUT = "(SELECT max(id) FROM documents_dispatch WHERE state IN ('distributed', 'closed', 'filed'))"
OWED = f"content_type_id = {KIND} AND done_at IS NULL"
LAST_OWED = f"(SELECT max(id) FROM office_workitem WHERE {OWED} AND step <> 'acknowledge')"
ASKED = "(SELECT max(id) FROM documents_countersign WHERE given_at IS NOT NULL)"
TRAIL = (
    "INSERT INTO office_entry (at, actor_id, action, content_type_id, object_id, label, before, "
    "after, comment, facts) SELECT at, actor_id, {action}, content_type_id, object_id, label, "
    "{before}, {after}, '', '{{}}' FROM office_entry WHERE id = (SELECT max(id) FROM office_entry "
    f"WHERE content_type_id = {KIND} AND action = 'sign')"
)


def entry(action: str, before: str, after: str) -> str:
    """Return a statement that adds an entry to the trail of the dispatch signed last."""
    return TRAIL.format(action=action, before=before, after=after)


DISPATCH_FAULTS: list[tuple[str, str]] = [
    (
        "dispatch number is missing",
        "UPDATE office_series SET last = last + 1 WHERE name = 'dispatch-江质信'",
    ),
    (
        "dispatch number is missing",
        "UPDATE office_series SET last = last - 1 WHERE name = 'dispatch-drafts'",
    ),
    (
        "dispatch numbers are not in the order",
        "UPDATE documents_dispatch SET registered_at = registered_at + interval '90 days' "
        "WHERE serial = (SELECT min(serial) FROM documents_dispatch WHERE code_id = (SELECT id "
        "FROM documents_organcode WHERE code = '江质信'))",
    ),
    (
        "numbered before it was signed",
        "UPDATE documents_dispatch SET registered_at = signed_at - interval '1 minute' "
        f"WHERE id = {NUMBERED}",
    ),
    (
        "signed by who may not",  # the driver signs
        "UPDATE documents_signature SET person_id = (SELECT id FROM office_user WHERE username = "
        "'liudayong') WHERE signed_at IS NOT NULL",
    ),
    (
        "signed by who may not",  # without 代
        "UPDATE documents_signature SET signed_by_id = (SELECT id FROM office_user WHERE "
        "username = 'luozhenghua') WHERE signed_at IS NOT NULL AND NOT is_by_proxy",
    ),
    (
        "signed by who may not",  # an upward one by a deputy
        "UPDATE documents_dispatch SET direction = 'up' WHERE signed_at IS NOT NULL",
    ),
    (
        "approved his own draft",
        "UPDATE documents_dispatch d SET drafter_id = e.actor_id FROM office_entry e "
        f"WHERE e.object_id = d.id AND e.content_type_id = {KIND} AND e.action = 'review'",
    ),
    ("nobody owes the next step", f"UPDATE office_workitem SET step = 'file' WHERE {OWED}"),
    (
        "nobody owes the next step",
        "UPDATE office_workitem SET done_at = created_at, done_by_id = sent_by_id, outcome = "
        f"'dropped', taken_minutes = 0 WHERE id = {LAST_OWED}",
    ),
    (
        "before all had countersigned",
        "UPDATE documents_countersign SET given_at = NULL, given_by_id = NULL, agrees = NULL "
        f"WHERE id = {ASKED}",
    ),
    (
        "before all had countersigned",
        "UPDATE documents_countersign SET given_at = given_at + interval '90 days' "
        "WHERE cancelled_at IS NULL AND dispatch_id IN (SELECT id FROM documents_dispatch "
        "WHERE signed_at IS NOT NULL)",
    ),
    (
        "asked to countersign and desks",
        'INSERT INTO documents_countersign (dispatch_id, unit_id, "order", body, '
        "signed_outside_by) SELECT id, unit_id, 0, '', '' FROM documents_dispatch "
        "WHERE state = 'ready'",
    ),
    (
        "signer and his desk",
        "UPDATE documents_signature SET person_id = (SELECT id FROM office_user WHERE username = "
        "'liudayong') WHERE signed_at IS NULL AND cancelled_at IS NULL",
    ),
    (
        "not the one that was signed",  # one character
        "UPDATE documents_dispatch SET body = left(body, -1) || '；' WHERE id = " + NUMBERED,
    ),
    (
        "not the one that was signed",
        "UPDATE documents_dispatch SET addressees = array_append(addressees, '某局') "
        f"WHERE id = {NUMBERED}",
    ),
    (
        "last version of a dispatch",
        "UPDATE documents_dispatch SET title = title || '。' WHERE state = 'reviewed'",
    ),
    (
        "issued paper is not the one",
        f"UPDATE office_attachment SET sha256 = repeat('0', 64) WHERE content_type_id = {KIND}",
    ),
    (
        "sealed before it was measured",
        "UPDATE documents_dispatch SET issued_sha256 = repeat('0', 64) WHERE state = 'filed'",
    ),
    (
        "copies of a dispatch do not",
        f"UPDATE documents_copy SET count = count + 90 WHERE dispatch_id = {OUT}",
    ),
    (
        "copies of a dispatch do not",
        "UPDATE documents_copy SET sent_at = NULL, received_at = NULL "
        "WHERE dispatch_id IN (SELECT id FROM documents_dispatch WHERE state = 'filed')",
    ),
    (
        "copies to acknowledge",
        "UPDATE documents_copy SET received_at = NULL WHERE received_at IS NOT NULL "
        "AND unit_id IS NOT NULL",
    ),
    (
        "what a desk says of a dispatch",
        f"UPDATE office_workitem SET title = title || '。' WHERE id = {LAST_OWED}",
    ),
    (
        "found by other words than its own",
        "UPDATE office_searchentry SET words = words || '。' WHERE id = (SELECT max(id) "
        f"FROM office_searchentry WHERE content_type_id = {KIND})",
    ),
    ("trail of a dispatch does not join", entry("'annotate'", "'ready'", "'ready'")),
    ("step of a dispatch led", entry("'urge'", "before", "after")),
    (
        "happened to a dispatch that its trail",
        "UPDATE documents_copy SET sent_at = sent_at + interval '1 second' "
        "WHERE sent_at IS NOT NULL",
    ),
    (
        "acted on a dispatch for another",
        "INSERT INTO office_entry (at, actor_id, on_behalf_of_id, action, content_type_id, "
        "object_id, label, before, after, comment, facts) SELECT at - interval '400 days', "
        "actor_id, actor_id, 'annotate', content_type_id, object_id, label, after, after, '', "
        f"'{{}}' FROM office_entry WHERE content_type_id = {KIND} LIMIT 1",
    ),
    (
        "worked on while the office rested",
        "INSERT INTO office_exceptionalday (day, kind, name, source) SELECT (max(at) AT TIME ZONE "
        "'Asia/Shanghai')::date, 'holiday', '', '' FROM office_entry "
        f"WHERE content_type_id = {KIND}",
    ),
    ("dispatch that is hidden from him", "DELETE FROM documents_dispatchgrant"),
    (
        "moments of a dispatch",
        f"UPDATE documents_dispatch SET dated_on = dated_on + 1 WHERE id = {NUMBERED}",
    ),
    (
        "document it answers",
        "UPDATE documents_dispatch SET addressees = '{某局}' WHERE id = (SELECT max(id) FROM "
        "documents_dispatch WHERE origin_kind = 'replies' AND state IN ('distributed', 'closed', "
        "'filed'))",
    ),
    (
        "document it answers",
        "UPDATE documents_incomingdocument SET answer_text = '' WHERE id IN (SELECT origin_id "
        "FROM documents_dispatch WHERE origin_kind = 'replies' AND distributed_at IS NOT NULL)",
    ),
]
