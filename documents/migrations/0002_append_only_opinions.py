"""Opinions are append-only: the database refuses UPDATE and DELETE (whose words they are, §24)."""

from django.db import migrations

PROTECT = """
CREATE FUNCTION documents_opinion_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'An opinion is append-only: % refused.', TG_OP USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER documents_opinion_append_only BEFORE UPDATE OR DELETE ON documents_opinion
FOR EACH ROW EXECUTE FUNCTION documents_opinion_refuse();
"""

RELEASE = """
DROP TRIGGER documents_opinion_append_only ON documents_opinion;
DROP FUNCTION documents_opinion_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_receipt")]

    operations = [migrations.RunSQL(PROTECT, RELEASE)]
