"""A settlement is never changed or taken back: the database refuses UPDATE and DELETE."""

from django.db import migrations

PROTECT = """
CREATE FUNCTION office_settlement_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A settlement stays as it is: % refused.', TG_OP USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER office_settlement_stays BEFORE UPDATE OR DELETE ON office_settlement
FOR EACH ROW EXECUTE FUNCTION office_settlement_refuse();
"""

RELEASE = """
DROP TRIGGER office_settlement_stays ON office_settlement;
DROP FUNCTION office_settlement_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("office", "0012_work_by_day")]

    operations = [migrations.RunSQL(PROTECT, RELEASE)]
