"""Rows broken by hand, one fault at a time, and the rule of the night that has to find each."""
# ruff: noqa: S608 (every part of a statement is a constant of ours)

from __future__ import annotations

DIGEST = "(SELECT max(id) FROM office_letter WHERE kind = 'digest')"
URGENT = "(SELECT max(id) FROM office_letter WHERE kind = 'urgent')"
WEEKLY = "(SELECT max(id) FROM office_letter WHERE kind = 'weekly')"
LETTER = (
    "recipient_id, kind, subject, text, html, lines, state, created_at, next_try_at, attempts, "
    "last_error, message_id, address, handed_at, sent_at, paper_path, paper_name"
)
INCOMING = "(SELECT id FROM django_content_type WHERE model = 'incomingdocument')"
SOMEBODY = "(SELECT id FROM office_user WHERE username = 'liudayong')"  # the driver is owed nothing
STANDING = (
    "(SELECT max(r.id) FROM office_reminder r JOIN office_workitem w ON w.id = r.item_id "
    "WHERE w.done_at IS NULL AND r.kind = 'due' AND r.due_on = w.due_on AND r.capacity = 'owner')"
)


def lost(letter: str) -> str:
    return (
        f"WITH lost AS (DELETE FROM office_letter WHERE id = {letter} RETURNING id) "
        "UPDATE office_reminder SET letter_id = NULL FROM lost WHERE letter_id = lost.id"
    )


def doubled(letter: str) -> str:
    return (
        f"INSERT INTO office_letter (key, {LETTER}) SELECT key || '-again', {LETTER} "
        f"FROM office_letter WHERE id = {letter}"
    )


def entry(action: str, before: str, after: str) -> str:
    return (
        "INSERT INTO office_entry (at, actor_id, action, content_type_id, object_id, label, "
        f"before, after, comment, facts) SELECT at, actor_id, '{action}', content_type_id, "
        f"object_id, label, {before}, {after}, '', '{{}}' FROM office_entry "
        "WHERE action = 'file' LIMIT 1"
    )


# A part of the rule's name, and what is done to the rows.
FAULTS: list[tuple[str, str]] = [
    # documents, what is owed about them, their trail
    (
        "a number is missing",
        "UPDATE office_series SET last = last + 1 WHERE name = 'incoming-peer'",
    ),
    (
        "come to its end",
        "UPDATE office_workitem SET done_at = NULL, done_by_id = NULL, outcome = '' "
        "WHERE id = (SELECT max(w.id) FROM office_workitem w JOIN documents_incomingdocument d ON "
        "d.id = w.object_id WHERE d.state = 'filed' AND w.step = 'close' AND w.content_type_id = "
        f"{INCOMING})",
    ),
    (
        "does not fit the state",
        "UPDATE office_workitem SET step = 'answer' WHERE done_at IS NULL AND step = 'handle'",
    ),
    (
        "lacks its facts",
        "UPDATE documents_incomingdocument SET points_met = '{}' WHERE state = 'handling'",
    ),
    (
        "times do not follow",
        "UPDATE documents_incomingdocument SET filed_at = signed_for_at WHERE state = 'filed'",
    ),
    (
        "leader and desk",
        "UPDATE documents_instruction SET given_at = NULL, opinion_id = NULL "
        "WHERE id = (SELECT max(id) FROM documents_instruction WHERE given_at IS NOT NULL)",
    ),
    (
        "handler and desk",
        "UPDATE documents_incomingdocument SET handler_id = signed_for_by_id "
        "WHERE state = 'handling'",
    ),
    (
        "copies and desks",
        "UPDATE documents_reader SET read_at = added_at, read_by_id = reader_id "
        "WHERE read_at IS NULL AND recalled_at IS NULL",
    ),
    (
        "inputs and desks",
        "UPDATE documents_assist SET given_at = NULL, opinion_id = NULL WHERE id = (SELECT "
        "max(a.id) FROM documents_assist a JOIN documents_incomingdocument d ON "
        "d.id = a.document_id WHERE d.state = 'handling' AND a.given_at IS NOT NULL)",
    ),
    (
        "extension and its deciders",
        "UPDATE documents_extension SET decided_at = NULL, decided_by_id = NULL, is_granted = NULL "
        "WHERE id = (SELECT max(id) FROM documents_extension WHERE cancelled_at IS NULL "
        "AND decided_at IS NOT NULL)",
    ),
    ("trail does not join", entry("annotate", "'screened'", "'screened'")),
    ("does not lead", entry("urge", "after", "after")),
    (
        "without an entry",
        "UPDATE documents_link SET made_at = made_at + interval '1 second'",
    ),
    (
        "without an arrangement",
        "UPDATE office_acting SET starts_on = starts_on - 400, ends_on = ends_on - 400",
    ),
    (
        "on a rest day",
        "INSERT INTO office_exceptionalday (day, kind, name, source) "
        "VALUES ('2026-07-15', 'holiday', '', '')",
    ),
    ("urgings are miscounted", "UPDATE office_workitem SET urged = urged + 1 WHERE urged > 0"),
    (
        "without its time",
        "UPDATE office_workitem SET taken_minutes = NULL WHERE id = "
        "(SELECT max(id) FROM office_workitem WHERE done_at IS NOT NULL)",
    ),
    ("may not see", "DELETE FROM documents_incominggrant"),
    ("somebody was not told", "DELETE FROM office_notice"),
    ("search does not find", "DELETE FROM office_searchentry WHERE object_id % 7 = 0"),
    (
        "follow the order of registration",
        "UPDATE documents_incomingdocument SET registered_at = registered_at + interval '3 days' "
        "WHERE state = 'filed' AND serial % 5 = 0",
    ),
    # the ladder
    ("rung of the ladder was left out", f"DELETE FROM office_reminder WHERE id = {STANDING}"),
    (
        "rung of the ladder was left out",
        f"UPDATE office_reminder SET recipient_id = {SOMEBODY} WHERE id = {STANDING}",
    ),
    (
        "new thing or an urging was left out",
        "DELETE FROM office_reminder WHERE id = (SELECT max(r.id) FROM office_reminder r JOIN "
        "office_workitem w ON w.id = r.item_id WHERE w.done_at IS NULL AND r.kind = 'new')",
    ),
    (
        "new thing or an urging was left out",
        "INSERT INTO office_urge (item_id, by_id, to_id, at, words) SELECT id, sent_by_id, "
        "assignee_id, '2026-07-31 09:00+08', '' FROM office_workitem WHERE id = (SELECT max(id) "
        "FROM office_workitem WHERE done_at IS NULL AND assignee_id IS NOT NULL)",
    ),
    (
        "told without a reason",
        f"UPDATE office_reminder SET recipient_id = {SOMEBODY} WHERE id = {STANDING}",
    ),
    ("told without a reason", f"UPDATE office_reminder SET rung = 2 WHERE id = {STANDING}"),
    (
        "told without a reason",
        f"UPDATE office_reminder SET capacity = 'head' WHERE id = {STANDING}",
    ),
    (
        "told without a reason",
        "UPDATE office_reminder SET at = w.done_at + interval '1 minute' FROM office_workitem w "
        "WHERE w.id = item_id AND office_reminder.id = (SELECT max(r.id) FROM office_reminder r "
        "JOIN office_workitem w ON w.id = r.item_id AND w.done_at IS NOT NULL)",
    ),
    (
        "told without a reason",  # the same rung again, for a due day it never had
        "INSERT INTO office_reminder (item_id, recipient_id, kind, due_on, rung, capacity, at) "
        "SELECT item_id, recipient_id, kind, due_on + 1, rung, capacity, at FROM office_reminder "
        f"WHERE id = {STANDING}",
    ),
    (
        "urged by rule differ",
        "DELETE FROM office_notice WHERE id = "
        "(SELECT max(id) FROM office_notice WHERE key LIKE 'late-%')",
    ),
    (
        "urged by rule differ",
        "DELETE FROM office_urge WHERE id = (SELECT max(u.id) FROM office_urge u "
        "JOIN office_user b ON b.id = u.by_id AND NOT b.is_active)",
    ),
    # its letters
    ("not mailed when it should", lost(DIGEST)),
    ("not mailed when it should", lost(URGENT)),
    (
        "not mailed when it should",
        f"UPDATE office_letter SET created_at = created_at + interval '1 day' WHERE id = {DIGEST}",
    ),
    (
        "not mailed when it should",
        f"UPDATE office_letter SET kind = 'urgent' WHERE id = {DIGEST}",
    ),
    ("a letter tells of nothing", doubled(DIGEST)),
    ("a letter tells of nothing", doubled(URGENT)),
    (
        "a letter tells of nothing",
        f"UPDATE office_letter SET recipient_id = {SOMEBODY} WHERE id = {DIGEST}",
    ),
    (
        "a letter tells of nothing",
        f"UPDATE office_letter SET lines = lines + 1 WHERE id = {DIGEST}",
    ),
    (
        "a letter tells of nothing",
        "UPDATE office_workitem SET done_at = l.created_at FROM office_reminder r JOIN "
        "office_letter l ON l.id = r.letter_id WHERE r.item_id = office_workitem.id "
        f"AND l.id = {URGENT} AND done_at IS NOT NULL",
    ),
    ("two digests", doubled(DIGEST)),
    (
        "two digests",  # on a Sunday
        "UPDATE office_letter SET created_at = date_trunc('week', created_at, 'Asia/Shanghai') "
        f"- interval '16 hours' WHERE id = {DIGEST}",
    ),
    (
        "two digests",
        "UPDATE office_letter SET created_at = created_at + interval '7 hours' "
        f"WHERE id = {DIGEST}",
    ),
    (
        "not sent as it was written",
        f"UPDATE office_letter SET state = 'waiting', sent_at = NULL, handed_at = NULL "
        f"WHERE id = {DIGEST}",
    ),
    (
        "not sent as it was written",
        f"UPDATE office_letter SET address = 'who@example.com' WHERE id = {URGENT}",
    ),
    # the weekly lists
    ("a weekly list was left out", f"DELETE FROM office_letter WHERE id = {WEEKLY}"),
    (
        "a weekly list was left out",
        f"UPDATE office_letter SET recipient_id = {SOMEBODY} WHERE id = {WEEKLY}",
    ),
    (
        "a weekly list was left out",
        f"UPDATE office_letter SET lines = lines + 1 WHERE id = {WEEKLY}",
    ),
    ("had two weekly lists", doubled(WEEKLY)),
    (
        "had two weekly lists",
        f"UPDATE office_letter SET created_at = created_at + interval '2 days' WHERE id = {WEEKLY}",
    ),
    # what is kept twice
    (
        "desk shows other words",
        "UPDATE office_workitem SET title = title || '。' WHERE id = "
        "(SELECT max(id) FROM office_workitem WHERE done_at IS NULL AND step = 'handle')",
    ),
    (
        "desk shows another due day",
        "UPDATE office_workitem SET due_on = due_on + 1 WHERE id = "
        "(SELECT max(id) FROM office_workitem WHERE done_at IS NULL AND step = 'handle')",
    ),
    (
        "search knows other words",
        "UPDATE office_searchentry SET words = words || '。' WHERE id = "
        "(SELECT max(id) FROM office_searchentry)",
    ),
    (
        "search knows other words",
        "UPDATE office_searchentry SET happened_on = happened_on + 1 WHERE id = "
        "(SELECT max(id) FROM office_searchentry)",
    ),
    (
        "moment differs from the trail",
        "UPDATE documents_incomingdocument SET handled_at = handled_at + interval '1 second' "
        "WHERE id = (SELECT max(id) FROM documents_incomingdocument WHERE handled_at IS NOT NULL)",
    ),
    (
        "is not its parts",
        "UPDATE documents_incomingdocument SET doc_serial = doc_serial + 1 WHERE id = "
        "(SELECT max(id) FROM documents_incomingdocument WHERE organ_code <> '')",
    ),
    (
        "office minutes are miscounted",
        "UPDATE office_workitem SET taken_minutes = taken_minutes + 1 WHERE id = "
        "(SELECT max(id) FROM office_workitem WHERE done_at IS NOT NULL)",
    ),
    (
        "frozen sheet has other readers",
        "UPDATE documents_incomingdocument SET frozen_sheet = jsonb_set(frozen_sheet, '{readers}', "
        "frozen_sheet -> 'readers' || '[{}]') WHERE state = 'filed'",
    ),
    (
        "bell rang for somebody else",
        f"UPDATE office_notice SET recipient_id = {SOMEBODY} WHERE id = "
        "(SELECT max(id) FROM office_notice WHERE key LIKE 'item-%')",
    ),
    (
        "bell rang for somebody else",
        "DELETE FROM office_notice WHERE id = "
        "(SELECT max(id) FROM office_notice WHERE key LIKE 'urge-%')",
    ),
]
