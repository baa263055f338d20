"""The ladder and its letters: who should have been told what, and mailed when, and nobody else.

Counted again from the items, the table of the institution and the calendar. Nobody of the living
office has chosen another way of being reminded, and its clock ticks at eight every morning. What
was told and mailed never changes, so that only what is younger than `since` need be asked again.
"""
# ruff: noqa: S608 (every part of a statement is a constant of ours)

# How office time goes: `n` workdays up to and with a day; `works` is 1 or 0. What is told after
# eight in the morning waits for the next one.
CALENDAR = """
WITH cal AS MATERIALIZED (
    SELECT day, works, sum(works) OVER (ORDER BY day) AS n, day + time '08:00' AS morning,
           min(day) FILTER (WHERE works = 1) OVER (ORDER BY day DESC) + time '08:00' AS next_here,
           min(day) FILTER (WHERE works = 1) OVER (ORDER BY day DESC
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) + time '08:00' AS next_after
    FROM (SELECT d::date AS day, CASE WHEN x.kind IS NULL THEN extract(isodow FROM d) < 6
                 ELSE x.kind = 'makeup' END::int AS works
          FROM generate_series(
              (SELECT min(created_at) - interval '20 days' FROM office_workitem),
              greatest((SELECT max(due_on) FROM office_workitem), %(now)s) + interval '20 days',
              interval '1 day') AS s(d)
          LEFT JOIN office_exceptionalday x ON x.day = d::date) AS each_day
)"""


def minute(moment: str, cal: str) -> str:
    """Return the office minute of a local time, on a row of the calendar for its day."""
    clock = f"extract(epoch FROM ({moment})::time) / 60"
    return f"""(420 * ({cal}.n - {cal}.works) + {cal}.works * (
        least(greatest({clock}, 510), 720) - 510 + least(greatest({clock}, 840), 1050) - 840))"""


def local(moment: str) -> str:
    """Return a moment as the office's clocks and calendars show it."""
    return f"({moment} AT TIME ZONE 'Asia/Shanghai')"


# Every rung an item climbs through; the last one not beyond today is where it stands.
RUNG = """(SELECT max(r) FROM (
    SELECT -early_workdays WHERE early_workdays > 0
    UNION ALL SELECT -last_workdays WHERE last_workdays > 0
    UNION ALL SELECT 0 WHERE on_due_day
    UNION ALL SELECT generate_series(1, late::int, every_workdays)) AS rungs(r) WHERE r <= late)"""
OWNS = """(CASE WHEN i.assignee_id IS NOT NULL THEN p.id = i.assignee_id
    WHEN i.role <> '' THEN i.role = ANY(p.roles) AND p.unit_id = coalesce(i.unit_id, p.unit_id)
    ELSE p.unit_id = i.unit_id
        AND NOT p.roles && '{system_officer,security_officer,audit_officer}'::varchar[] END)"""
HOME = "coalesce((SELECT o.unit_id FROM office_user o WHERE o.id = w.assignee_id), w.unit_id)"


def parties(today: str) -> str:
    """Return whom else an item concerns on a day: the columns `deputies`, `heads`, `leader`."""
    return f"""
        ARRAY(SELECT a.deputy_id FROM office_acting a WHERE a.absent_id = w.assignee_id
              AND a.cancelled_at IS NULL AND {today} BETWEEN a.starts_on AND a.ends_on) AS deputies,
        ARRAY(SELECT h.user_id FROM office_post h WHERE h.unit_id = {HOME}
              AND h.duty IN ('head', 'principal') AND h.since_on <= {today}
              AND coalesce(h.until_on, {today}) >= {today}) AS heads,
        (SELECT u.leader_id FROM office_unit u WHERE u.id = {HOME}) AS leader"""


ACTS = "p.id = ANY(i.deputies)"
# In what capacity a person is told of the rung an item stands on; the first that fits.
DUE_TO = f"""CASE WHEN {OWNS} THEN 'owner' WHEN {ACTS} THEN 'deputy'
    WHEN i.reading OR i.rung < 1 THEN NULL
    WHEN i.rung >= i.head_from AND p.id = ANY(i.heads) THEN 'head'
    WHEN i.rung >= i.director_from AND 'office_director' = ANY(p.roles) THEN 'director'
    WHEN i.rung >= i.leader_from AND p.id = i.leader THEN 'leader'
    WHEN i.sent_by_id = p.id THEN 'sender' END"""
NOW = f"""{CALENDAR},
i AS MATERIALIZED (  -- what is owed now
    SELECT w.*, l.*, w.id AS item, w.urgency AS weight, today.day AS today,
           today.n - due.n AS late, {parties("today.day")},
           {minute(local("%(now)s"), "today")} - {minute(local("w.created_at"), "came")} AS used
    FROM office_workitem w JOIN office_ladder l ON l.urgency = w.urgency
    JOIN cal today ON today.day = {local("%(now)s")}::date
    JOIN cal came ON came.day = {local("w.created_at")}::date
    LEFT JOIN cal due ON due.day = w.due_on
    WHERE w.done_at IS NULL
), standing AS MATERIALIZED (SELECT i.*, {RUNG} AS rung FROM i),
p AS (SELECT * FROM office_user WHERE is_active)"""

THEN = f"""{CALENDAR},
r AS MATERIALIZED (  -- every reminder, with its item as it stood on that day
    SELECT w.*, l.*, r.recipient_id, r.kind, r.rung, r.capacity, r.at,
           w.id AS item, w.urgency AS weight, r.due_on AS told_due, w.due_on AS item_due,
           day.day AS today, day.n - due.n AS late, {parties("day.day")},
           {minute(local("r.at"), "day")} - {minute(local("w.created_at"), "came")} AS used
    FROM office_reminder r JOIN office_workitem w ON w.id = r.item_id
    JOIN office_ladder l ON l.urgency = w.urgency
    JOIN cal day ON day.day = {local("r.at")}::date
    JOIN cal came ON came.day = {local("w.created_at")}::date
    LEFT JOIN cal due ON due.day = r.due_on
    WHERE r.at > %(since)s
)"""

# A reminder waits for the next morning of a workday, unless it is urgent and not about another's.
POSTED = f"""{CALENDAR},
r AS MATERIALIZED (
    SELECT r.*, w.done_at, w.urgency > 1 AND r.capacity <> 'sender' AS at_once,
           CASE WHEN w.urgency > 1 AND r.capacity <> 'sender' THEN {local("r.at")}
               WHEN {local("r.at")} <= morning THEN next_here ELSE next_after END AS mailed_at
    FROM office_reminder r JOIN office_workitem w ON w.id = r.item_id
    JOIN cal ON cal.day = {local("r.at")}::date
    WHERE r.at > %(since)s - interval '15 days'  -- it may have waited for a long holiday
)"""

QUESTIONS: dict[str, str] = {
    "a rung of the ladder was left out": f"""{NOW}
        SELECT item, p.username || ' ' || rung FROM standing i, p,
            LATERAL (SELECT {DUE_TO}) AS c(as_what)
        WHERE rung IS NOT NULL AND as_what IS NOT NULL AND NOT EXISTS (
            SELECT FROM office_reminder r WHERE r.item_id = item AND r.recipient_id = p.id
            AND r.kind = 'due' AND r.due_on = i.due_on AND r.rung = i.rung
            AND (r.capacity = as_what OR {local("r.at")}::date < today))""",
    "a limit, a new thing or an urging was left out": f"""{NOW},
        reason AS (
            SELECT item, p.id AS person, 'limit' AS kind, CASE WHEN used >= limit_minutes
                THEN 100 ELSE 80 END AS rung
            FROM i JOIN p ON {OWNS} OR {ACTS}
            WHERE used >= limit_minutes * 0.8 AND due_on >= today
            UNION ALL
            SELECT item, p.id, 'new', 0 FROM i JOIN p ON {OWNS} OR {ACTS}
            WHERE (weight > 1 OR reading) AND i.created_at > %(now)s - interval '10 days'
            UNION ALL
            SELECT item, u.to_id, 'urged', u.id FROM i JOIN office_urge u ON u.item_id = item
            JOIN p ON p.id = u.to_id JOIN office_user b ON b.id = u.by_id AND b.is_active
            WHERE u.at > %(now)s - interval '10 days')
        SELECT item, kind || ' ' || person FROM reason WHERE NOT EXISTS (
            SELECT FROM office_reminder r WHERE r.item_id = item AND r.recipient_id = person
            AND r.kind = reason.kind AND r.rung = reason.rung)""",
    "somebody was told without a reason": f"""{THEN}
        SELECT item, kind || ' ' || rung || ' ' || capacity || ' ' || p.username
        FROM r AS i JOIN office_user p ON p.id = recipient_id
        WHERE NOT p.is_active OR i.at < i.created_at OR i.at >= i.done_at OR NOT coalesce(CASE kind
            WHEN 'due' THEN rung = {RUNG} AND capacity = {DUE_TO} AND (told_due = item_due
                OR EXISTS (SELECT FROM documents_extension x WHERE x.document_id = object_id
                    AND x.is_granted AND x.due_on = told_due AND x.decided_at >= i.at))
            WHEN 'limit' THEN rung IN (80, 100) AND used >= limit_minutes * rung / 100
                AND item_due >= today AND capacity = CASE WHEN {OWNS} THEN 'owner'
                WHEN {ACTS} THEN 'deputy' END
            WHEN 'new' THEN rung = 0 AND (weight > 1 OR reading) AND capacity = CASE WHEN {OWNS}
                THEN 'owner' WHEN {ACTS} THEN 'deputy' END
            WHEN 'urged' THEN EXISTS (SELECT FROM office_urge u WHERE u.id = rung
                AND u.item_id = item AND u.to_id = p.id AND u.at <= i.at)
            END, false)""",
    "what is late and what was urged by rule differ": """
        WITH late AS (SELECT w.id AS item, recipient_id AS who, r.at, rung, r.due_on AS told_due
                 FROM office_reminder r JOIN office_workitem w ON w.id = r.item_id
                 WHERE kind = 'due' AND rung > 0 AND capacity = 'owner' AND NOT reading
                     AND r.at > %(since)s),
        urged AS (SELECT u.item_id, u.to_id, u.at FROM office_urge u
                  JOIN office_user b ON b.id = u.by_id
                  WHERE b.username = 'zhongshu-system' AND u.at > %(since)s),
        rung AS (SELECT recipient_id, key, created_at FROM office_notice
                 WHERE key LIKE 'late-%%' AND created_at > %(since)s)
        SELECT coalesce(item, item_id), 'urging' FROM late FULL JOIN urged
            ON item_id = item AND to_id = who AND urged.at = late.at
        WHERE item IS NULL OR item_id IS NULL
        UNION ALL
        SELECT item, 'bell ' || coalesce(key, '') FROM late FULL JOIN rung ON recipient_id = who
            AND created_at = at AND key = concat_ws('-', 'late', item, told_due, late.rung)
        WHERE item IS NULL OR key IS NULL""",
    "what was told was not mailed when it should": f"""{POSTED}
        SELECT r.item_id, r.kind || ' to ' || p.username || ' ' || mailed_at
        FROM r JOIN office_user p ON p.id = r.recipient_id AND p.is_active AND p.email <> ''
        LEFT JOIN office_letter l ON l.id = r.letter_id
        WHERE mailed_at <= {local("%(now)s")} AND coalesce({local("done_at")} > mailed_at, true)
            AND (l.id IS NULL OR {local("l.created_at")} <> mailed_at
                 OR l.kind <> CASE WHEN at_once THEN 'urgent' ELSE 'digest' END)""",
    "a letter tells of nothing, of what is done, or to somebody else": f"""{POSTED}
        SELECT l.id, l.key FROM office_letter l LEFT JOIN r ON r.letter_id = l.id
        WHERE l.kind NOT IN ('test', 'weekly') AND l.created_at > %(since)s
        GROUP BY l.id HAVING count(r.id) = 0 OR l.lines <> count(DISTINCT r.item_id)
            OR bool_or(r.recipient_id <> l.recipient_id OR r.at > l.created_at
                       OR r.done_at <= l.created_at)
            OR l.kind = 'urgent' AND count(DISTINCT r.item_id) > 1""",
    "somebody had two digests, or one that was not on the morning of a workday": f"""{CALENDAR}
        SELECT min(l.id), p.username || ' ' || cal.day || ' ' || count(*)
        FROM office_letter l JOIN office_user p ON p.id = l.recipient_id
        JOIN cal ON cal.day = {local("l.created_at")}::date
        WHERE l.kind = 'digest' AND l.created_at > %(since)s
        GROUP BY p.username, cal.day, cal.works, cal.morning
        HAVING count(*) > 1 OR cal.works = 0 OR max({local("l.created_at")}) <> cal.morning""",
    "a letter was not sent as it was written": """
        SELECT l.id, l.state FROM office_letter l JOIN office_user p ON p.id = l.recipient_id
        WHERE l.state <> 'sent' OR l.sent_at < l.created_at OR l.address <> p.email
            OR l.text = '' OR l.html = ''""",
}
