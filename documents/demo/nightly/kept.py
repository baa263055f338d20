"""What is kept twice: every copy is as its original, every count as it is counted."""
# ruff: noqa: S608 (every part of a statement is a constant of ours)

from documents.demo.nightly.ladder import CALENDAR, local, minute
from documents.demo.nightly.rows import WITH

REFERENCE = """CASE WHEN doc.serial IS NULL THEN '' ELSE CASE doc.receipt_class
    WHEN 'superior' THEN '收上' WHEN 'peer' THEN '收平' WHEN 'subordinate' THEN '收下'
    ELSE '收他' END || '〔' || doc.year || '〕' || doc.serial || '号' END"""
NAMED = f"""{WITH},
named AS (SELECT doc.*, {REFERENCE} AS reference, s.name AS sender
          FROM doc JOIN documents_sender s ON s.id = doc.sender_id)"""

QUESTIONS: dict[str, str] = {
    "a desk shows other words than the document": f"""{NAMED}
        SELECT owed.object_id, owed.step FROM owed JOIN named d ON d.id = owed.object_id
        WHERE owed.reference <> d.reference OR owed.url <> '/documents/incoming/' || d.id || '/'
            OR d.title <> '' AND owed.title <> d.title
            OR is_sealed AND position(sender IN owed.title) > 0
            OR owed.urgency <> CASE d.urgency WHEN '加急' THEN 1 WHEN '特急' THEN 2
                WHEN '特提' THEN 3 ELSE 0 END""",
    "a desk shows another due day than the document": f"""{WITH}
        SELECT owed.object_id, owed.step FROM owed JOIN doc ON doc.id = owed.object_id
        LEFT JOIN documents_assist a ON a.document_id = doc.id AND a.unit_id = owed.unit_id
            AND a.given_at IS NULL AND a.cancelled_at IS NULL
        WHERE owed.due_on IS DISTINCT FROM CASE owed.step WHEN 'handle' THEN doc.due_on
            WHEN 'assist' THEN coalesce(a.due_on, owed.due_on) ELSE owed.due_on END""",
    "the search knows other words than the document": f"""{NAMED},
        text AS (SELECT object_id, string_agg(text, chr(10) ORDER BY id) AS words
                 FROM (SELECT * FROM office_attachment WHERE content_type_id = %(kind)s
                       AND withdrawn_at IS NULL AND text <> '') AS a GROUP BY 1),
        wanted AS (SELECT d.id, received_on, array_to_string(array_remove(ARRAY[title,
                       doc_number, reference, sender, note, text.words], ''), chr(10)) AS words
                   FROM named d LEFT JOIN text ON text.object_id = d.id
                   WHERE serial IS NOT NULL AND NOT is_sealed),
        found AS (SELECT * FROM office_searchentry WHERE content_type_id = %(kind)s)
        SELECT coalesce(wanted.id, s.object_id), 'found by ' || left(s.words, 20)
        FROM wanted FULL JOIN found s ON s.object_id = wanted.id
        WHERE wanted.id IS NULL OR s.id IS NULL OR s.words <> wanted.words
            OR s.happened_on <> received_on OR s.tokens <> office_bigrams(wanted.words)""",
    "a moment differs from the trail": f"""{WITH},
        last AS (SELECT object_id, max(at) AS at,  -- a reply of ours is an answer
                 CASE action WHEN 'reply' THEN 'answer' ELSE action END AS action
                 FROM trail GROUP BY 1, 3)
        SELECT doc.id, m.step FROM doc CROSS JOIN LATERAL (VALUES
            ('sign_for', signed_for_at), ('register', registered_at), ('handle', handled_at),
            ('answer', answered_at), ('close', closed_at), ('file', filed_at)) AS m(step, at)
        LEFT JOIN last ON last.object_id = doc.id AND last.action = m.step
        WHERE m.at IS NOT NULL AND m.at IS DISTINCT FROM last.at""",
    "the number of the document is not its parts": """
        SELECT id, doc_number FROM documents_incomingdocument WHERE organ_code <> ''
        AND doc_number <> organ_code || '〔' || doc_year || '〕' || doc_serial || '号'""",
    "office minutes are miscounted": f"""{CALENDAR}
        SELECT w.id, w.step || ' ' || taken_minutes FROM office_workitem w
        JOIN cal a ON a.day = {local("created_at")}::date
        JOIN cal b ON b.day = {local("done_at")}::date
        WHERE taken_minutes <> {minute(f"date_trunc('minute', {local('done_at')})", "b")}
            - {minute(f"date_trunc('minute', {local('created_at')})", "a")}""",
    "a frozen sheet has other readers than the document": f"""{WITH}
        SELECT doc.id, jsonb_array_length(frozen_sheet -> 'readers')::text FROM doc
        WHERE frozen_sheet IS NOT NULL AND jsonb_array_length(frozen_sheet -> 'readers') <>
            (SELECT count(*) FROM documents_reader r WHERE r.document_id = doc.id
             AND r.added_at <= doc.closed_at AND r.recalled_at IS NULL)""",
    "a bell rang for somebody else, or not for an urging": """
        SELECT n.id, n.key FROM office_notice n JOIN office_workitem w ON n.key = 'item-' || w.id
        WHERE n.recipient_id <> w.assignee_id OR n.url <> w.url || '#act'
        UNION ALL
        SELECT u.id, 'urging' FROM office_urge u JOIN office_user b ON b.id = u.by_id
        WHERE b.is_active AND u.to_id IS NOT NULL AND (SELECT count(*) FROM office_notice n
            WHERE n.recipient_id = u.to_id AND n.created_at = u.at
            AND n.key LIKE 'urge-' || u.item_id || '-%%') <> 1""",
}
