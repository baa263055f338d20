"""The weekly list by mail: whom it should have reached, on which morning, and telling how much.

Counted again from what was late on that morning: an item keeps its owner for as long as it is
open, and of its due days the extensions tell. No mail names what is classified.
"""
# ruff: noqa: S608 (every part of a statement is a constant of ours)

from documents.demo.nightly.ladder import CALENDAR, local

LISTS = f"""{CALENDAR},
week AS (SELECT date_trunc('week', day) AS monday, min(day) FILTER (WHERE works = 1) AS day
         FROM cal GROUP BY 1),
lists AS MATERIALIZED (
    SELECT l.*, {local("l.created_at")} AS written, week.monday, week.day
    FROM office_letter l JOIN week ON week.monday = date_trunc('week', {local("l.created_at")})
    WHERE l.kind = 'weekly' AND l.created_at > %(since)s
)"""
# The mornings on which lists were to be written, and those on which they were.
MORNINGS = f"""{LISTS},
at AS MATERIALIZED (
    SELECT day, morning AS moment FROM week JOIN cal USING (day)
    WHERE morning > {local("%(since)s")} AND morning <= {local("%(now)s")}
    UNION SELECT day, written FROM lists
)"""


def _open(item: str) -> str:
    """Return whether an item was owed, and not only to be read, on one of these mornings."""
    return f"""NOT {item}.reading AND {local(f"{item}.created_at")} <= at.moment
        AND coalesce({local(f"{item}.done_at")} > at.moment, true)"""


QUESTIONS: dict[str, str] = {
    "a weekly list was left out, or tells of more or less than is late": f"""{MORNINGS},
        late AS MATERIALIZED (
            SELECT at.moment, w.id, coalesce(o.unit_id, w.unit_id, (
                SELECT min(unit_id) FROM office_user WHERE is_active AND w.role = ANY(roles)
                HAVING count(DISTINCT unit_id) = 1)) AS unit
            FROM at JOIN office_workitem w ON {_open("w")}
            LEFT JOIN office_user o ON o.id = w.assignee_id
            WHERE coalesce((SELECT min(x.due_on) FROM documents_extension x
                    WHERE w.step = 'handle' AND x.document_id = w.object_id AND x.is_granted
                        AND {local("x.decided_at")} > at.moment
                        AND coalesce(x.decided_at < w.done_at, true)), w.due_on) < at.day
                AND NOT EXISTS (SELECT FROM documents_incomingdocument d WHERE d.id = w.object_id
                    AND w.content_type_id = %(kind)s
                    AND (d.is_sealed OR w.title ~ '(绝密|机密|秘密)[★☆【]'))
                AND NOT (w.assignee_id IS NULL AND w.unit_id IS NOT NULL AND EXISTS (
                    SELECT FROM office_workitem n JOIN office_user p ON p.id = n.assignee_id
                    WHERE n.object_id = w.object_id AND n.content_type_id = w.content_type_id
                        AND p.unit_id = w.unit_id AND {_open("n")}))
        ), duty AS (
            SELECT at.moment, h.user_id AS who, h.unit_id AS unit
            FROM at JOIN office_post h ON h.duty IN ('head', 'principal')
                AND h.since_on <= at.moment::date
                AND coalesce(h.until_on >= at.moment::date, true)
            UNION SELECT at.moment, u.leader_id, u.id FROM at, office_unit u
        ), owed AS (
            SELECT p.id AS who, late.moment, count(*) AS n
            FROM late JOIN office_user p ON p.is_active AND p.email <> '' AND (
                'office_director' = ANY(p.roles) OR (late.moment, p.id, late.unit)
                    IN (SELECT moment, who, unit FROM duty))
            GROUP BY 1, 2)
        SELECT coalesce(who, recipient_id), coalesce(moment, written) || ' ' || coalesce(lines, 0)
            || ' of ' || coalesce(n, 0)
        FROM owed FULL JOIN lists ON recipient_id = who AND written = moment
        WHERE n IS DISTINCT FROM lines""",
    "somebody had two weekly lists, or they were not written together on a morning": f"""{LISTS}
        SELECT min(id), recipient_id || ' ' || monday::date || ' ' || count(*)
        FROM lists GROUP BY recipient_id, monday HAVING count(*) > 1
        UNION ALL
        SELECT min(id), monday::date || ' ' || min(written)
        FROM lists JOIN cal ON cal.day = written::date GROUP BY monday
        HAVING count(DISTINCT written) > 1 OR min(cal.works) = 0 OR min(written) <> min(morning)""",
}
