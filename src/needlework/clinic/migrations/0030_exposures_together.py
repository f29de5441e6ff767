from django.db import migrations, models

from needlework.clinic import exposed_days
from needlework.loop import gs1

NEW = ('product', 'together')
PRODUCT = """
INSERT INTO exposure_index (kind, key, at, patient_id, session_id)
SELECT 'product', %s, MIN(at), patient_id, session_id FROM exposure_index
WHERE kind = %s AND key = %s GROUP BY patient_id, session_id
ON CONFLICT (session_id, kind, key) DO NOTHING
"""
TOGETHER = """
INSERT INTO exposure_index (kind, key, at, patient_id, session_id)
SELECT 'together', put.key || '/' || pen.key, put.at, put.patient_id, put.session_id
FROM exposure_index put JOIN exposure_index pen ON pen.session_id = put.session_id AND pen.kind = 'model'
WHERE put.kind = 'topical'
ON CONFLICT (session_id, kind, key) DO NOTHING
"""


def together(apps, connection):
    """The products of the cartridges that were used before, and what was put on after which model; their sums."""
    Exposure = apps.get_model('clinic', 'Exposure')
    if not Exposure.objects.exists():
        return
    with connection.cursor() as cursor:
        for kind, key, code in sorted(_known(apps, Exposure)):
            cursor.execute(PRODUCT, [code, kind, key])
        cursor.execute(TOGETHER)
    exposed_days.anew(NEW)


def _known(apps, Exposure):
    """Which lot, and which code that was read, is of which article."""
    for name in ('CartridgeIn', 'CartridgeUse'):
        read = apps.get_model('clinic', name).objects.exclude(gtin='').order_by()
        yield from (('lot', lot, gs1.article(gtin)) for lot, gtin in read.values_list('lot', 'gtin').distinct())
    codes = Exposure.objects.filter(kind='gtin').order_by().values_list('key', flat=True)
    yield from (('gtin', code, gs1.article(code)) for code in codes.distinct())


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0029_exposures_by_person'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='exposure',
            name='exposure_by_person',
        ),
        migrations.AddIndex(
            model_name='exposure',
            index=models.Index(condition=models.Q(*((('kind', kind)) for kind in ('visit', 'site', 'model', 'topical', 'product', 'together')), _connector='OR'), fields=['kind', 'key', 'patient', 'at'], name='exposure_by_person'),
        ),
        migrations.RunPython(lambda apps, editor: together(apps, editor.connection), migrations.RunPython.noop),
    ]
