"""Dispatches: numbers, signatures, text, paper, copies, and what everybody owes about them."""
# ruff: noqa: S608 (every part of a statement is a constant of ours)

from documents.demo.nightly.ladder import local

# Open items and trail of dispatches: what most questions begin with. `out` left the office.
WITH = """WITH dis AS (SELECT d.*, c.code FROM documents_dispatch d
    JOIN documents_organcode c ON c.id = d.code_id),
owed AS (SELECT * FROM office_workitem WHERE content_type_id = %(dispatch)s AND done_at IS NULL),
trail AS (SELECT * FROM office_entry WHERE content_type_id = %(dispatch)s),
signed AS (SELECT * FROM dis WHERE state IN ('signed', 'rechecked', 'registered', 'printed',
    'sealed', 'distributed', 'closed', 'filed')),
printed AS (SELECT * FROM signed WHERE state IN ('printed', 'sealed', 'distributed', 'closed',
    'filed')),
out AS (SELECT * FROM signed WHERE state IN ('distributed', 'closed', 'filed'))"""
REFERENCE = """CASE WHEN serial IS NULL
    THEN '拟文 ' || draft_year || '-' || lpad(draft_serial::text, 4, '0')
    ELSE code || '〔' || year || '〕' || serial || '号' END"""
ANNEXES = """coalesce((SELECT jsonb_agg(jsonb_build_object('title', a.title, 'body', a.body)
    ORDER BY a."order") FROM documents_annex a WHERE a.dispatch_id = d.id), '[]')"""
# The text of a version that stands in the columns of its dispatch: every word a reader reads.
AS_KEPT = f"""v.paper ->> 'title' = d.title AND v.paper ->> 'body' = d.body
    AND coalesce(v.paper -> 'addressees', '[]') = to_jsonb(d.addressees)
    AND coalesce(v.paper -> 'copy_to', '[]') = to_jsonb(d.copy_to)
    AND coalesce(v.paper -> 'attachments', '[]') = {ANNEXES}
    AND btrim(coalesce(v.paper ->> 'note', ''), '（）') = btrim(d.note, '（）')"""
DAY = local("s.signed_at") + "::date"

_OF_WHAT_THERE_IS = {
    "a dispatch number is missing or given twice": """
        SELECT s.id, s.name || ' ' || s.year FROM office_series s JOIN (
            SELECT 'dispatch-' || code AS name, year, array_agg(serial) AS given
            FROM dis WHERE serial IS NOT NULL GROUP BY code, year
            UNION ALL SELECT 'dispatch-drafts', draft_year, array_agg(draft_serial) FROM dis
            GROUP BY draft_year
        ) g USING (name, year) CROSS JOIN LATERAL (SELECT count(*) AS n,
            count(DISTINCT v) AS different, min(v) AS first, max(v) AS last FROM unnest(given) v) x
        WHERE x.last <> s.last OR n <> different OR x.last - first + 1 <> n""",
    "dispatch numbers are not in the order in which they were given": """
        SELECT id, code || serial FROM (
            SELECT id, code, serial, lag(serial) OVER (
                PARTITION BY code, year ORDER BY registered_at, id) AS before
            FROM dis WHERE serial IS NOT NULL
        ) ordered WHERE serial <> before + 1""",
    "a dispatch was numbered before it was signed and rechecked": """
        , last AS (SELECT object_id, max(id) FILTER (WHERE action IN ('sign', 'note_signature')
            AND after = 'signed') AS signed, max(id) FILTER (WHERE action = 'recheck') AS rechecked,
            min(id) FILTER (WHERE action = 'register') AS registered FROM trail GROUP BY 1)
        SELECT dis.id, code || serial FROM dis LEFT JOIN last ON object_id = dis.id
        WHERE serial IS NOT NULL AND NOT coalesce(signed < rechecked AND rechecked < registered
            AND signed_at <= registered_at, false)""",
    "a dispatch was signed by who may not": f"""
        SELECT d.id, d.direction || ' ' || coalesce(p.username, '') FROM signed d
        LEFT JOIN documents_signature s ON s.dispatch_id = d.id AND s."order" = 0
            AND s.cancelled_at IS NULL
        LEFT JOIN office_user p ON p.id = s.person_id
        WHERE s.signed_at IS NULL OR s.person_id <> d.signer_id OR d.dated_on <> {DAY}
            OR (d.direction = 'up' OR d.is_important) AND NOT EXISTS (
                SELECT FROM office_post o WHERE o.user_id = s.person_id AND o.duty = 'principal'
                AND o.since_on <= {DAY} AND coalesce(o.until_on, {DAY}) >= {DAY})
            OR NOT 'leader' = ANY(p.roles)
            OR s.is_by_proxy <> (s.signed_by_id <> s.person_id)
            OR s.is_by_proxy AND NOT EXISTS (
                SELECT FROM office_acting a WHERE a.deputy_id = s.signed_by_id
                AND a.absent_id = s.person_id AND {DAY} BETWEEN a.starts_on AND a.ends_on)""",
    "somebody approved his own draft": """
        SELECT dis.id, action FROM dis JOIN trail ON object_id = dis.id
        WHERE action IN ('review', 'check', 'sign')
            AND drafter_id IN (actor_id, on_behalf_of_id)""",
    "nobody owes the next step of a dispatch, or somebody another one": """
        , due(state, step) AS (VALUES
            ('drafting', 'submit'), ('submitted', 'review'), ('reviewed', 'check'),
            ('checked', 'countersign'), ('ready', 'sign'), ('signed', 'recheck'),
            ('rechecked', 'register'), ('registered', 'print'), ('printed', 'seal'),
            ('sealed', 'distribute'), ('distributed', 'close'), ('closed', 'file')),
        main AS (SELECT object_id, CASE step WHEN 'note_countersign' THEN 'countersign'
                WHEN 'note_signature' THEN 'sign' ELSE step END AS step FROM owed
            WHERE step <> 'acknowledge')
        SELECT dis.id, state || ' without ' || due.step FROM dis JOIN due USING (state)
        WHERE NOT EXISTS (SELECT FROM main WHERE object_id = dis.id AND main.step = due.step)
        UNION ALL
        SELECT dis.id, state || ' with ' || main.step FROM dis JOIN main ON object_id = dis.id
        WHERE NOT EXISTS (SELECT FROM due WHERE due.state = dis.state AND due.step = main.step)""",
    "a dispatch was signed before all had countersigned": """
        SELECT d.id, d.state FROM dis d JOIN documents_countersign c ON c.dispatch_id = d.id
            AND c.cancelled_at IS NULL
        WHERE c.given_at IS NULL AND d.state <> 'checked'
            OR d.signed_at IS NOT NULL AND c.given_at > d.signed_at""",
    "who is asked to countersign and desks differ": """
        , part AS (SELECT dispatch_id, unit_id FROM documents_countersign c
            WHERE given_at IS NULL AND cancelled_at IS NULL AND unit_id IS NOT NULL
            AND "order" = (SELECT min("order") FROM documents_countersign n
                WHERE n.dispatch_id = c.dispatch_id AND given_at IS NULL AND cancelled_at IS NULL)),
        item AS (SELECT object_id, unit_id FROM owed WHERE step = 'countersign')
        SELECT coalesce(dispatch_id, object_id), '' FROM part FULL JOIN item
            ON object_id = dispatch_id AND part.unit_id = item.unit_id
        WHERE dispatch_id IS NULL OR object_id IS NULL""",
    "the signer and his desk differ": """
        , turn AS (SELECT DISTINCT ON (dispatch_id) dispatch_id, person_id
            FROM documents_signature s JOIN dis ON dis.id = dispatch_id AND state = 'ready'
            WHERE s.signed_at IS NULL AND cancelled_at IS NULL ORDER BY dispatch_id, "order"),
        item AS (SELECT object_id, assignee_id FROM owed WHERE step = 'sign')
        SELECT coalesce(dispatch_id, object_id), '' FROM (SELECT * FROM turn
            WHERE person_id IS NOT NULL) t FULL JOIN item
            ON object_id = dispatch_id AND assignee_id = person_id
        WHERE dispatch_id IS NULL OR object_id IS NULL""",
    "the text of a dispatch is not the one that was signed": f"""
        SELECT d.id, d.title FROM signed d LEFT JOIN LATERAL (
            SELECT * FROM documents_version v WHERE v.dispatch_id = d.id AND v.step = 'sign'
            AND v.made_at <= d.signed_at ORDER BY number DESC LIMIT 1) v ON true
        WHERE d.signed_digest !~ '^[0-9a-f]{{64}}$' OR NOT coalesce({AS_KEPT}, false)""",
    "the last version of a dispatch is not its text": f"""
        SELECT d.id, d.title FROM dis d LEFT JOIN LATERAL (
            SELECT * FROM documents_version v WHERE v.dispatch_id = d.id
            ORDER BY number DESC LIMIT 1) v ON true
        WHERE d.state NOT IN ('drafting', 'void') AND NOT coalesce({AS_KEPT}, false)
        UNION ALL
        SELECT dispatch_id, 'a version is missing' FROM documents_version GROUP BY 1
        HAVING min(number) <> 1 OR max(number) <> count(*)""",
    "the issued paper is not the one that is kept": """
        SELECT p.id, p.issued_sha256 FROM printed p LEFT JOIN office_attachment a
            ON a.content_type_id = %(dispatch)s AND a.object_id = p.id AND a.step = 'issue'
            AND a.withdrawn_at IS NULL
        GROUP BY p.id, p.issued_sha256
        HAVING count(a.id) <> 1 OR min(a.sha256) <> p.issued_sha256""",
    "a dispatch was sealed before it was measured": """
        SELECT p.id, p.state FROM printed p LEFT JOIN LATERAL (
            SELECT * FROM documents_measurement m WHERE m.dispatch_id = p.id
            AND m.sha256 = p.issued_sha256 ORDER BY measured_at DESC LIMIT 1) m ON true
        LEFT JOIN documents_impression i ON i.dispatch_id = p.id
        WHERE m.id IS NULL OR p.state <> 'printed' AND (i.id IS NULL OR m.passed = 0
            OR i.set_at < m.measured_at OR i.count > 2 * p.copies_printed
            OR m.failed <> '[]' AND NOT EXISTS (SELECT FROM documents_remark r
                WHERE r.dispatch_id = p.id AND r.step = 'seal'))""",
    "the copies of a dispatch do not add up": """
        SELECT d.id, d.copies_printed || ' for ' || coalesce(sum(c.count), 0)
        FROM dis d LEFT JOIN documents_copy c ON c.dispatch_id = d.id WHERE d.serial IS NOT NULL
        GROUP BY d.id, d.copies_printed
        HAVING coalesce(sum(c.count), 0) NOT BETWEEN 1 AND d.copies_printed
        UNION ALL
        SELECT o.id, c.recipient FROM out o JOIN documents_copy c ON c.dispatch_id = o.id
        WHERE c.sent_at IS NULL AND (o.state <> 'distributed' OR c.unit_id IS NOT NULL)
            OR c.sent_at < o.distributed_at OR c.received_at < c.sent_at""",
    "copies to acknowledge and desks differ": """
        SELECT o.id, c.recipient FROM out o JOIN documents_copy c ON c.dispatch_id = o.id
            AND c.unit_id IS NOT NULL
        WHERE (c.received_at IS NULL) <> EXISTS (SELECT FROM owed
            LEFT JOIN office_user p ON p.id = owed.assignee_id
            WHERE object_id = o.id AND step = 'acknowledge'
            AND coalesce(p.unit_id, owed.unit_id) = c.unit_id)""",
    "what a desk says of a dispatch is not what it is": f"""
        SELECT owed.object_id, owed.step FROM owed JOIN (
            SELECT *, {REFERENCE} AS reference FROM dis) d ON d.id = owed.object_id
        WHERE owed.reference <> d.reference OR owed.title <> d.title
            OR owed.url <> '/documents/dispatch/' || d.id || '/'
            OR owed.urgency <> CASE d.urgency WHEN '加急' THEN 1 WHEN '特急' THEN 2 ELSE 0 END""",
    "a dispatch is found by other words than its own": f"""
        , wanted AS (SELECT id, {local("begun_at")}::date AS day, array_to_string(array_remove(
                ARRAY[title, reference, CASE WHEN serial IS NULL THEN '' ELSE reference END,
                    array_to_string(addressees, '、'), body], ''), chr(10)) AS words
            FROM (SELECT *, {REFERENCE} AS reference FROM dis) d),
        found AS (SELECT * FROM office_searchentry WHERE content_type_id = %(dispatch)s)
        SELECT coalesce(w.id, s.object_id), left(s.words, 20)
        FROM wanted w FULL JOIN found s ON s.object_id = w.id
        WHERE w.id IS NULL OR s.id IS NULL OR s.words <> w.words OR s.happened_on <> w.day""",
    "the trail of a dispatch does not join up": """
        , joined AS (SELECT id, object_id, action, before, after,
            lag(after) OVER (PARTITION BY object_id ORDER BY id) AS was,
            lead(id) OVER (PARTITION BY object_id ORDER BY id) IS NULL AS is_last FROM trail)
        SELECT object_id, action FROM joined WHERE before <> coalesce(was, before)
        UNION ALL
        SELECT dis.id, 'trail ends elsewhere' FROM dis LEFT JOIN joined
            ON joined.object_id = dis.id AND is_last WHERE coalesce(after, 'drafting') <> state""",
    "a step of a dispatch led where the table does not": """
        , way AS (SELECT * FROM jsonb_to_recordset(%(dispatch_ways)s)
            AS w(step text, a text, b text))
        SELECT object_id, action || ' ' || before || ' ' || after FROM trail
        WHERE action IN (SELECT step FROM way) AND NOT EXISTS (
            SELECT FROM way WHERE step = action AND a = before AND b = after)""",
    "something happened to a dispatch that its trail does not tell": """
        , said AS (
            SELECT object_id, done_at AS at, done_by_id AS who, 'item ' || step AS what
            FROM office_workitem WHERE content_type_id = %(dispatch)s AND done_at IS NOT NULL
            UNION ALL SELECT dispatch_id, written_at, author_id, step FROM documents_remark
            UNION ALL SELECT dispatch_id, written_at, author_id, 'suggestion'
                FROM documents_suggestion
            UNION ALL SELECT dispatch_id, written_at, author_id, 'answer'
                FROM documents_findinganswer
            UNION ALL SELECT dispatch_id, signed_at, signed_by_id, 'signature'
                FROM documents_signature WHERE signed_at IS NOT NULL
            UNION ALL SELECT dispatch_id, given_at, given_by_id, 'countersignature'
                FROM documents_countersign WHERE given_at IS NOT NULL
            UNION ALL SELECT dispatch_id, set_at, set_by_id, 'seal' FROM documents_impression
            UNION ALL SELECT dispatch_id, sent_at, sent_by_id, 'copy' FROM documents_copy
                WHERE sent_at IS NOT NULL)
        SELECT object_id, what FROM said WHERE NOT EXISTS (
            SELECT FROM trail WHERE trail.object_id = said.object_id AND trail.at = said.at
            AND trail.actor_id = said.who)""",
    "somebody acted on a dispatch for another who had not arranged it": """
        SELECT object_id, action FROM trail WHERE on_behalf_of_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM office_acting WHERE deputy_id = actor_id AND absent_id = on_behalf_of_id
            AND (at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN starts_on AND ends_on)""",
    "a dispatch was worked on while the office rested": """
        SELECT object_id, action FROM (
            SELECT *, (at AT TIME ZONE 'Asia/Shanghai')::date AS on_day FROM trail) t
        LEFT JOIN office_exceptionalday x ON x.day = on_day
        WHERE CASE WHEN x.kind IS NULL THEN extract(isodow FROM on_day) > 5
            ELSE x.kind = 'holiday' END""",
    "somebody owes a dispatch that is hidden from him": """
        SELECT owed.object_id, owed.step FROM owed WHERE assignee_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM documents_dispatchgrant g WHERE g.content_object_id = owed.object_id
            AND g.user_id = owed.assignee_id)
        AND NOT EXISTS (SELECT FROM documents_copy c JOIN office_user u ON u.unit_id = c.unit_id
            WHERE owed.step = 'acknowledge' AND c.dispatch_id = owed.object_id
            AND u.id = owed.assignee_id)""",
    "the moments of a dispatch do not follow each other": """
        SELECT id, state FROM dis WHERE submitted_at < begun_at OR signed_at < submitted_at
            OR registered_at < signed_at OR distributed_at < registered_at
            OR closed_at < distributed_at OR filed_at < closed_at
            OR dated_on <> (signed_at AT TIME ZONE 'Asia/Shanghai')::date""",
    "a dispatch and the document it answers do not know each other": """
        SELECT d.id, d.title FROM out d JOIN documents_incomingdocument i ON i.id = d.origin_id
        JOIN documents_sender s ON s.id = i.sender_id
        WHERE d.origin_kind = 'replies' AND (NOT s.name = ANY(d.addressees)
                OR i.state IN ('answered', 'closed', 'filed')
                    AND position(d.code || '〔' || d.year || '〕' || d.serial IN i.answer_text) = 0)
            OR d.origin_kind = 'forwards' AND position(i.doc_number IN d.body) = 0""",
}
QUESTIONS = {rule: WITH + question for rule, question in _OF_WHAT_THERE_IS.items()}
