"""Documents, their work and their trail: no gap, no orphan, no state without its facts."""

# Open items and trail of incoming documents: what most questions begin with.
WITH = """WITH doc AS (SELECT * FROM documents_incomingdocument),
owed AS (SELECT * FROM office_workitem WHERE content_type_id = %(kind)s AND done_at IS NULL),
trail AS (SELECT * FROM office_entry WHERE content_type_id = %(kind)s)"""

_OF_WHAT_THERE_IS = {
    "a number is missing or given twice": """
        SELECT s.id, s.name || ' ' || s.year FROM office_series s JOIN (
            SELECT receipt_class, year, count(*) AS n, count(DISTINCT serial) AS different,
                   min(serial) AS first, max(serial) AS last
            FROM doc WHERE serial IS NOT NULL GROUP BY receipt_class, year
        ) g ON s.name = 'incoming-' || g.receipt_class AND s.year = g.year
        WHERE g.last <> s.last OR g.n <> g.different OR g.last - g.first + 1 <> g.n""",
    "numbers do not follow the order of registration": """
        SELECT id, receipt_class || serial FROM (
            SELECT id, receipt_class, serial, lag(serial) OVER (
                PARTITION BY receipt_class, year ORDER BY registered_at, id) AS before
            FROM doc WHERE serial IS NOT NULL
        ) ordered WHERE serial <> before + 1""",
    "something is owed on what has come to its end": """
        SELECT doc.id, doc.state || ' ' || owed.step FROM owed JOIN doc ON doc.id = owed.object_id
        WHERE doc.state IN ('rejected', 'void', 'collected')
           OR doc.state = 'filed' AND owed.step <> 'read'
           OR doc.state = 'closed' AND owed.step NOT IN ('file', 'read')""",
    "what is owed does not fit the state": """
        , due(state, step) AS (VALUES
            ('signed_for', 'register'), ('sealed', 'collect'), ('registered', 'screen'),
            ('screened', 'propose'), ('proposed', 'instruct'), ('assigned', 'claim'),
            ('handling', 'handle'), ('handled', 'answer'), ('answered', 'close'),
            ('closed', 'file')),
        main AS (SELECT object_id, step, count(*) AS n FROM owed
                 WHERE step NOT IN ('assist', 'read', 'decide_extension') GROUP BY 1, 2)
        SELECT doc.id, doc.state || ' without ' || due.step
        FROM doc JOIN due USING (state) LEFT JOIN main ON main.object_id = doc.id
            AND main.step = due.step WHERE coalesce(main.n, 0) <> 1
        UNION ALL
        SELECT doc.id, doc.state || ' with ' || main.step
        FROM main JOIN doc ON doc.id = main.object_id LEFT JOIN due ON due.state = doc.state
            AND due.step = main.step
        WHERE due.step IS NULL AND (doc.state, main.step) NOT IN
            (('assigned', 'name_handler'), ('circulating', 'close'))
        UNION ALL
        SELECT doc.id, 'circulates and waits for closing, or for neither' FROM doc
        WHERE doc.state = 'circulating' AND
            EXISTS (SELECT FROM main WHERE object_id = doc.id AND step = 'close') =
            EXISTS (SELECT FROM owed WHERE object_id = doc.id AND step = 'read')""",
    "a state lacks its facts": """
        SELECT id, state FROM doc WHERE
            state NOT IN ('signed_for', 'sealed', 'collected', 'void') AND
                (serial IS NULL OR year IS NULL OR registered_at IS NULL OR registered_by_id IS NULL
                 OR title = '' OR receipt_class = '')
            OR state IN ('screened', 'proposed', 'assigned', 'handling', 'handled', 'answered',
                'circulating', 'closed', 'filed') AND cardinality(points_met) <> 5
            OR state IN ('assigned', 'handling', 'handled', 'answered') AND
                (lead_unit_id IS NULL OR due_on IS NULL OR nature <> 'handling')
            OR state IN ('handling', 'handled', 'answered') AND handler_id IS NULL
            OR state IN ('signed_for', 'registered', 'screened', 'proposed', 'assigned')
                AND handler_id IS NOT NULL
            OR state IN ('handled', 'answered') AND (handled_at IS NULL OR result = '')
            OR state = 'answered' AND (answered_at IS NULL OR answer_text = '')
            OR state IN ('closed', 'filed') AND (closed_at IS NULL OR closed_by_id IS NULL OR
                frozen_sheet IS NULL OR sheet_digest = '')
            OR state = 'filed' AND (filed_at IS NULL OR filing_unit_id IS NULL OR retention = '')
            OR is_sealed AND (state NOT IN ('sealed', 'collected') OR title <> '')""",
    "times do not follow each other": """
        SELECT id, state FROM doc WHERE registered_at < signed_for_at OR handled_at < registered_at
            OR answered_at < handled_at AND state IN ('answered', 'closed', 'filed')
            OR closed_at < registered_at OR filed_at < closed_at
            OR received_on <> (signed_for_at AT TIME ZONE 'Asia/Shanghai')::date""",
    "leader and desk differ": """
        , turn AS (SELECT DISTINCT ON (document_id) document_id, leader_id
            FROM documents_instruction WHERE given_at IS NULL AND cancelled_at IS NULL
            ORDER BY document_id, "order", id),
        item AS (SELECT object_id, assignee_id FROM owed WHERE step = 'instruct')
        SELECT coalesce(document_id, object_id), '' FROM turn FULL JOIN item
            ON object_id = document_id AND assignee_id = leader_id
        WHERE document_id IS NULL OR object_id IS NULL""",
    "handler and desk differ": """
        SELECT doc.id, owed.step FROM doc JOIN owed ON owed.object_id = doc.id
        WHERE owed.step IN ('handle', 'answer') AND owed.assignee_id IS DISTINCT FROM handler_id""",
    "copies and desks differ": """
        , copy AS (SELECT document_id, reader_id FROM documents_reader
            WHERE read_at IS NULL AND recalled_at IS NULL),
        item AS (SELECT object_id, assignee_id FROM owed WHERE step = 'read')
        SELECT coalesce(document_id, object_id), '' FROM copy FULL JOIN item
            ON object_id = document_id AND assignee_id = reader_id
        WHERE document_id IS NULL OR object_id IS NULL""",
    "inputs and desks differ": """
        , part AS (SELECT a.document_id, a.unit_id FROM documents_assist a JOIN doc
            ON doc.id = a.document_id AND doc.state IN ('assigned', 'handling')
            WHERE a.given_at IS NULL AND a.cancelled_at IS NULL),
        item AS (SELECT object_id, unit_id FROM owed WHERE step = 'assist')
        SELECT coalesce(document_id, object_id), '' FROM part FULL JOIN item
            ON object_id = document_id AND part.unit_id = item.unit_id
        WHERE document_id IS NULL OR object_id IS NULL""",
    "an extension and its deciders do not match": """
        , asked AS (SELECT x.*, doc.state, doc.handler_id FROM documents_extension x
            JOIN doc ON doc.id = x.document_id
            WHERE x.decided_at IS NULL AND x.cancelled_at IS NULL),
        item AS (SELECT object_id, assignee_id FROM owed WHERE step = 'decide_extension')
        SELECT coalesce(document_id, object_id), coalesce(state, '') FROM asked FULL JOIN item
            ON object_id = document_id
        WHERE document_id IS NULL OR object_id IS NULL OR state <> 'handling'
            OR assignee_id IN (asked_by_id, on_behalf_of_id, handler_id)""",
    "the trail does not join up": """
        , joined AS (SELECT id, object_id, action, before, after,
            lag(after) OVER (PARTITION BY object_id ORDER BY id) AS was,
            row_number() OVER (PARTITION BY object_id ORDER BY id) AS n,
            lead(id) OVER (PARTITION BY object_id ORDER BY id) IS NULL AS is_last FROM trail)
        SELECT object_id, action FROM joined WHERE n > 1 AND before <> was
            OR n = 1 AND action NOT IN ('sign_for', 'import')
        UNION ALL
        SELECT doc.id, 'trail ends elsewhere' FROM doc LEFT JOIN joined
            ON joined.object_id = doc.id AND is_last WHERE after IS DISTINCT FROM doc.state""",
    "a step led where it does not lead": """
        , way AS (SELECT * FROM jsonb_to_recordset(%(ways)s) AS w(step text, a text, b text))
        SELECT object_id, action || ' ' || before || ' ' || after FROM trail
        WHERE action IN (SELECT step FROM way) AND NOT EXISTS (
            SELECT FROM way WHERE step = action AND a = before AND b = after)""",
    "something happened without an entry in the trail": """
        , said AS (
            SELECT object_id, done_at AS at, done_by_id AS who, 'item ' || step AS what
            FROM office_workitem WHERE content_type_id = %(kind)s AND done_at IS NOT NULL
            UNION ALL SELECT document_id, written_at, author_id, step FROM documents_opinion
            UNION ALL SELECT document_id, read_at, read_by_id, 'copy' FROM documents_reader
                WHERE read_at IS NOT NULL
            UNION ALL SELECT document_id, made_at, made_by_id, 'link' FROM documents_link
            UNION ALL SELECT w.object_id, u.at, u.by_id, 'urge' FROM office_urge u
                JOIN office_workitem w ON w.id = u.item_id WHERE w.content_type_id = %(kind)s
            UNION ALL SELECT object_id, uploaded_at, uploaded_by_id, 'file' FROM office_attachment
                WHERE content_type_id = %(kind)s)
        SELECT object_id, what FROM said WHERE NOT EXISTS (
            SELECT FROM trail WHERE trail.object_id = said.object_id AND trail.at = said.at
            AND trail.actor_id = said.who)""",
    "somebody acted for another without an arrangement": """
        SELECT object_id, action FROM trail WHERE on_behalf_of_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM office_acting WHERE deputy_id = actor_id AND absent_id = on_behalf_of_id
            AND (at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN starts_on AND ends_on)""",
    "somebody worked on a rest day": """
        SELECT object_id, action FROM (
            SELECT trail.*, (at AT TIME ZONE 'Asia/Shanghai')::date AS day FROM trail) t
        JOIN doc ON doc.id = t.object_id LEFT JOIN office_exceptionalday x ON x.day = t.day
        WHERE doc.urgency <> '特急' AND CASE WHEN x.kind IS NULL
            THEN extract(isodow FROM t.day) > 5 ELSE x.kind = 'holiday' END""",
    "urgings are miscounted": """
        SELECT w.object_id, w.urged::text FROM office_workitem w LEFT JOIN (
            SELECT item_id, count(DISTINCT at) AS n, max(at) AS last FROM office_urge GROUP BY 1
        ) u ON u.item_id = w.id
        WHERE w.urged <> coalesce(u.n, 0) OR w.urged_at IS DISTINCT FROM u.last""",
    "what was owed was settled without its time": """
        SELECT object_id, step FROM office_workitem WHERE done_at IS NOT NULL
            AND (taken_minutes IS NULL OR done_at < created_at OR opened_at > done_at
                 OR opened_at < created_at)""",
    "somebody owes what he may not see": """
        SELECT owed.object_id, owed.step FROM owed WHERE assignee_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM documents_incominggrant g WHERE g.content_object_id = owed.object_id
            AND g.user_id = owed.assignee_id)""",
    "somebody was not told": """
        SELECT w.object_id, w.step FROM office_workitem w WHERE assignee_id <> sent_by_id
        AND NOT EXISTS (SELECT FROM office_notice n WHERE n.recipient_id = w.assignee_id
            AND n.key = 'item-' || w.id)
        AND NOT EXISTS (SELECT FROM office_acting a WHERE a.deputy_id = w.assignee_id
            AND a.absent_id = w.sent_by_id)""",
    "search does not find what it should": """
        SELECT doc.id, doc.state FROM doc LEFT JOIN office_searchentry s
            ON s.content_type_id = %(kind)s AND s.object_id = doc.id
        WHERE (doc.serial IS NOT NULL AND NOT doc.is_sealed) <> (s.object_id IS NOT NULL)
            OR position(doc.title IN s.words) = 0""",
}
QUESTIONS = {rule: WITH + question for rule, question in _OF_WHAT_THERE_IS.items()}
