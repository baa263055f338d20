"""The audit trail is append-only: the database refuses UPDATE, DELETE and TRUNCATE."""

from django.db import migrations

PROTECT = """
CREATE FUNCTION office_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The trail is append-only: % refused.', TG_OP USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER office_entry_append_only BEFORE UPDATE OR DELETE ON office_entry
FOR EACH ROW EXECUTE FUNCTION office_entry_refuse();

-- Apart, so that a test database may disable it: tests with real transactions empty every table.
CREATE TRIGGER office_entry_no_truncate BEFORE TRUNCATE ON office_entry
FOR EACH STATEMENT EXECUTE FUNCTION office_entry_refuse();
"""

RELEASE = """
DROP TRIGGER office_entry_no_truncate ON office_entry;
DROP TRIGGER office_entry_append_only ON office_entry;
DROP FUNCTION office_entry_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("office", "0001_initial")]

    operations = [migrations.RunSQL(PROTECT, RELEASE)]
