from django.db import migrations, models

from needlework.clinic import exposed_days


def summed(apps, connection):
    """At which site each session was, and the sums over days, of what was charted before they were kept."""
    Exposure, Site = (apps.get_model("clinic", name) for name in ("Exposure", "Site"))
    if not Exposure.objects.exists():
        return
    sites = Site.objects.values_list("pk", flat=True)
    with connection.cursor() as cursor:
        for site in sites:
            cursor.execute(
                "INSERT INTO exposure_index (kind, key, at, patient_id, session_id) "
                "SELECT 'site', %s, v.at, v.patient_id, v.session_id FROM exposure_index v "
                "JOIN clinic_session s ON s.id = v.session_id JOIN clinic_room r ON r.id = s.room_id "
                "WHERE v.kind = 'visit' AND r.site_id = %s",
                [str(site), Site._meta.pk.get_db_prep_value(site, connection)],
            )
    exposed_days.anew()


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0025_visits'),
    ]

    operations = [
        migrations.CreateModel(
            name='ExposureZone',
            fields=[
                ('zone', models.CharField(max_length=60, primary_key=True, serialize=False)),
            ],
            options={
                'db_table': 'exposure_zone',
            },
        ),
        migrations.CreateModel(
            name='ExposureDay',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=12)),
                ('key', models.CharField(max_length=90)),
                ('day', models.DateField()),
                ('before', models.DateField()),
                ('sessions', models.IntegerField()),
            ],
            options={
                'db_table': 'exposure_days',
                'constraints': [models.UniqueConstraint(fields=('kind', 'key', 'day', 'before'), name='exposure_summed_once')],
            },
        ),
        migrations.RunPython(lambda apps, editor: summed(apps, editor.connection), migrations.RunPython.noop),
    ]
