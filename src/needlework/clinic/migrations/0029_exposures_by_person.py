from django.db import migrations, models

from needlework.clinic import exposed_days


def summed_by_site(apps, editor):
    """A clinic that has sums already has none for one site alone; where the migration before made them, it has."""
    Day = apps.get_model('clinic', 'ExposureDay')
    if Day.objects.filter(kind='model').exists() and not Day.objects.filter(key__contains='@').exists():
        exposed_days.anew()


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0028_stock_counted_by_product'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='exposure',
            index=models.Index(condition=models.Q(('kind__in', ['visit', 'site', 'model', 'topical'])), fields=['kind', 'key', 'patient', 'at'], name='exposure_by_person'),
        ),
        migrations.AddIndex(
            model_name='patientdetails',
            index=models.Index(condition=models.Q(('phone', '')), fields=['patient'], name='details_without_phone'),
        ),
        migrations.AlterField(
            model_name='exposureday',
            name='key',
            field=models.CharField(max_length=140),
        ),
        migrations.RunPython(summed_by_site, migrations.RunPython.noop),
    ]
