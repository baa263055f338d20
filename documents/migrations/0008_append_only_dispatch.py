"""Words, versions, impressions and measurements of a dispatch are append-only."""

from django.db import migrations

TABLES = ("remark", "version", "impression", "measurement", "findinganswer")
PROTECT = """
CREATE FUNCTION documents_dispatch_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused.', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;
""" + "".join(
    f"""
CREATE TRIGGER documents_{table}_append_only BEFORE UPDATE OR DELETE ON documents_{table}
FOR EACH ROW EXECUTE FUNCTION documents_dispatch_refuse();
"""
    for table in TABLES
)
RELEASE = (
    "".join(f"DROP TRIGGER documents_{t}_append_only ON documents_{t};\n" for t in TABLES)
    + "DROP FUNCTION documents_dispatch_refuse();"
)


class Migration(migrations.Migration):
    dependencies = [("documents", "0007_dispatch")]

    operations = [migrations.RunSQL(PROTECT, RELEASE)]
