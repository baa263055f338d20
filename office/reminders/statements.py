"""The ladder as two statements: who is to be told of what now, and telling them.

Set-based: one statement for a hundred items and for a hundred thousand. What a day or an hour
means (workdays, 调休, office hours) is computed before and comes in as arrays.
"""

# Named parameters: least (urgency), now, today, since; the arrays urgencies, dues, rungs, heads,
# directors, leaders (one entry for each urgency and due day that has reached a rung); limits,
# eighties, overs, untils (one entry for each step limit in use).
REACHED = """
WITH day_rung AS (
    SELECT * FROM unnest(%(urgencies)s::smallint[], %(dues)s::date[], %(rungs)s::int[],
                         %(heads)s::bool[], %(directors)s::bool[], %(leaders)s::bool[])
        AS r(urgency, due_on, rung, to_head, to_director, to_leader)
), step_limit AS (
    SELECT * FROM unnest(%(limits)s::int[], %(eighties)s::timestamptz[],
                         %(overs)s::timestamptz[], %(untils)s::date[])
        AS l(minutes, eighty, over, until_on)
), reached AS (
    SELECT i.id, i.assignee_id, i.unit_id, i.role, i.sent_by_id, i.reading, 'due' AS kind,
           i.due_on, r.rung::bigint AS rung, r.to_head, r.to_director, r.to_leader,
           NULL::bigint AS urged_id
    FROM office_workitem i JOIN day_rung r ON r.urgency = i.urgency AND r.due_on = i.due_on
    WHERE i.done_at IS NULL AND i.urgency >= %(least)s
    UNION ALL
    SELECT i.id, i.assignee_id, i.unit_id, i.role, i.sent_by_id, i.reading, 'limit',
           NULL::date, CASE WHEN i.created_at <= l.over THEN 100 ELSE 80 END, false, false, false,
           NULL
    FROM office_workitem i JOIN step_limit l ON l.minutes = i.limit_minutes
    WHERE i.done_at IS NULL AND i.urgency >= %(least)s AND i.created_at <= l.eighty
      AND (i.due_on IS NULL OR i.due_on <= l.until_on)
      AND (i.due_on IS NULL OR i.due_on >= %(today)s)
    UNION ALL
    SELECT i.id, i.assignee_id, i.unit_id, i.role, i.sent_by_id, i.reading, 'new',
           NULL, 0, false, false, false, NULL
    FROM office_workitem i
    WHERE i.done_at IS NULL AND i.urgency >= %(least)s AND i.created_at > %(since)s
      AND i.created_at <= %(now)s AND (i.urgency >= 2 OR i.reading)
    UNION ALL
    SELECT i.id, NULL, NULL, '', NULL, false, 'urged', NULL, u.id, false, false, false, u.to_id
    FROM office_urge u JOIN office_workitem i ON i.id = u.item_id
    WHERE i.done_at IS NULL AND i.urgency >= %(least)s AND u.at > %(since)s AND u.at <= %(now)s
      AND u.to_id IS NOT NULL AND u.by_id <> %(system)s
), owner AS (
    SELECT r.*, r.assignee_id AS person FROM reached r WHERE r.assignee_id IS NOT NULL
    UNION ALL
    SELECT r.*, r.urged_id FROM reached r WHERE r.urged_id IS NOT NULL
    UNION ALL
    SELECT r.*, p.id FROM reached r JOIN office_user p ON p.unit_id = r.unit_id
    WHERE r.assignee_id IS NULL
      AND CASE WHEN r.role = '' THEN NOT p.roles && %(officers)s::varchar[]
               ELSE p.roles @> ARRAY[r.role]::varchar[] END
    UNION ALL
    SELECT r.*, p.id FROM reached r JOIN office_user p ON p.roles @> ARRAY[r.role]::varchar[]
    WHERE r.assignee_id IS NULL AND r.unit_id IS NULL AND r.role <> ''
), late AS (
    SELECT r.*, COALESCE(p.unit_id, r.unit_id) AS home
    FROM reached r LEFT JOIN office_user p ON p.id = r.assignee_id
    WHERE r.kind = 'due' AND r.rung > 0 AND NOT r.reading
), told AS (  -- by place: who owes it, then who cannot choose not to be told, then who waits
    SELECT id, person, kind, due_on, rung, 'owner' AS capacity, 1 AS place FROM owner
    UNION ALL
    SELECT o.id, a.deputy_id, o.kind, o.due_on, o.rung, 'deputy', 2
    FROM owner o JOIN office_acting a ON a.absent_id = o.assignee_id
    WHERE a.starts_on <= %(today)s AND a.ends_on >= %(today)s AND a.cancelled_at IS NULL
    UNION ALL
    SELECT id, sent_by_id, kind, due_on, rung, 'sender', 7 FROM late
    UNION ALL
    SELECT l.id, h.user_id, l.kind, l.due_on, l.rung, 'head', 4
    FROM late l JOIN office_post h ON h.unit_id = l.home
    WHERE l.to_head AND h.duty IN ('head', 'principal') AND h.since_on <= %(today)s
      AND (h.until_on IS NULL OR h.until_on >= %(today)s)
    UNION ALL
    SELECT l.id, p.id, l.kind, l.due_on, l.rung, 'director', 5
    FROM late l JOIN office_user p ON p.roles @> ARRAY['office_director']::varchar[]
    WHERE l.to_director
    UNION ALL
    SELECT l.id, n.leader_id, l.kind, l.due_on, l.rung, 'leader', 6
    FROM late l JOIN office_unit n ON n.id = l.home
    WHERE l.to_leader AND n.leader_id IS NOT NULL
), chosen AS (
    SELECT DISTINCT ON (t.id, t.person, t.kind, t.rung) t.*
    FROM told t JOIN office_user p ON p.id = t.person AND p.is_active
    ORDER BY t.id, t.person, t.kind, t.rung, t.place
)
SELECT c.id AS item_id, c.person AS recipient_id, c.kind, c.due_on, c.rung, c.capacity
FROM chosen c
WHERE NOT EXISTS (
    SELECT 1 FROM office_reminder e
    WHERE e.item_id = c.id AND e.recipient_id = c.person AND e.kind = c.kind
      AND e.due_on IS NOT DISTINCT FROM c.due_on
      AND CASE WHEN c.kind = 'urged' THEN e.rung = c.rung ELSE e.rung >= c.rung END
)
"""

# What is overdue is urged by the system as a person would do it: a row for each urging, the count
# on the desk, one entry in the trail of the row, a line at the bell. Rows are written in an order,
# so that the same state gives the same keys whatever plan was chosen.
TELL = (
    "WITH fresh AS (INSERT INTO office_reminder"  # noqa: S608 (both parts are constants)
    " (item_id, recipient_id, kind, due_on, rung, capacity, at)"
    " SELECT item_id, recipient_id, kind, due_on, rung, capacity, %(now)s FROM ("
    + REACHED
    + """) AS r ORDER BY item_id, recipient_id, kind, rung
    ON CONFLICT DO NOTHING RETURNING item_id, recipient_id, kind, rung, capacity
), overdue AS (
    SELECT f.item_id, f.recipient_id, f.rung
    FROM fresh f JOIN office_workitem i ON i.id = f.item_id AND NOT i.reading
    WHERE f.kind = 'due' AND f.rung > 0 AND f.capacity = 'owner'
), urged AS (
    INSERT INTO office_urge (item_id, by_id, to_id, at, words)
    SELECT item_id, %(system)s, recipient_id, %(now)s, '' FROM overdue
    ORDER BY item_id, recipient_id
), counted AS (
    UPDATE office_workitem i SET urged = urged + 1, urged_at = %(now)s
    FROM (SELECT item_id, max(rung) AS rung FROM overdue GROUP BY item_id) AS o
    WHERE i.id = o.item_id
    RETURNING i.content_type_id, i.object_id, i.reference, o.rung
), entered AS (
    INSERT INTO office_entry (at, actor_id, action, content_type_id, object_id, label, before,
                              after, comment, facts)
    SELECT %(now)s, %(system)s, 'urge_by_rule', u.content_type_id, u.object_id, u.reference,
           COALESCE(s.after, ''), COALESCE(s.after, ''),
           replace(%(comment)s, '#', u.rung::text), '{}'
    FROM (SELECT content_type_id, object_id, max(reference) AS reference, max(rung) AS rung
          FROM counted GROUP BY content_type_id, object_id) AS u
    LEFT JOIN LATERAL (  -- the row stays in the state in which its last entry left it
        SELECT e.after FROM office_entry e
        WHERE e.content_type_id = u.content_type_id AND e.object_id = u.object_id
        ORDER BY e.at DESC, e.id DESC LIMIT 1) AS s ON true
    ORDER BY u.content_type_id, u.object_id
), rung AS (
    INSERT INTO office_notice (recipient_id, key, text, url, created_at)
    SELECT o.recipient_id, 'late-' || o.item_id || '-' || i.due_on || '-' || o.rung,
           left(replace(%(bell)s, '#', o.rung::text) || i.title, 500), i.url || '#act', %(now)s
    FROM overdue o JOIN office_workitem i ON i.id = o.item_id
    ORDER BY o.item_id, o.recipient_id
    ON CONFLICT DO NOTHING
)
SELECT (SELECT count(*) FROM fresh), ARRAY(SELECT DISTINCT content_type_id FROM counted)
"""
)
