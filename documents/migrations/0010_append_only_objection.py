"""Objections of the proofreader are append-only."""

from django.db import migrations

PROTECT = """
CREATE TRIGGER documents_objection_append_only BEFORE UPDATE OR DELETE ON documents_objection
FOR EACH ROW EXECUTE FUNCTION documents_dispatch_refuse();
"""
RELEASE = "DROP TRIGGER documents_objection_append_only ON documents_objection;"


class Migration(migrations.Migration):
    dependencies = [("documents", "0009_objection")]

    operations = [migrations.RunSQL(PROTECT, RELEASE)]
