import uuid

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import needlework.clinic.models.places
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

FIRST_ROOM = uuid.UUID("01990000-0000-7000-8000-000000000001")
"""The room of every session that was held before there were rooms; made where there was one."""


def first_room(apps, schema_editor):
    """A clinic that is in use works at one site with one room until it says otherwise."""
    clinic = apps.get_model("clinic", "Clinic").objects.first()
    if clinic is None and not apps.get_model("clinic", "Session").objects.exists():
        return
    site = apps.get_model("clinic", "Site").objects.create(
        name=clinic.name if clinic else "Needlework",
        phone=clinic.phone if clinic else "",
        time_zone=django.utils.timezone.get_default_timezone_name(),
    )
    apps.get_model("clinic", "Room").objects.create(id=FIRST_ROOM, site=site, name="Treatment room")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks to come cannot be altered


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0006_answers_by_phone'),
    ]

    operations = [
        migrations.CreateModel(
            name='Site',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('name', models.CharField(max_length=120, unique=True, verbose_name='name')),
                ('time_zone', models.CharField(max_length=60, validators=[needlework.clinic.models.places.known_time_zone], verbose_name='time zone')),
                ('phone', models.CharField(blank=True, max_length=40, validators=[django.core.validators.RegexValidator('^\\+?[\\d ().\\-/]+$', 'Give digits, and a + in front where needed.')], verbose_name='phone')),
                ('emergency_phone', models.CharField(blank=True, max_length=40, validators=[django.core.validators.RegexValidator('^\\+?[\\d ().\\-/]+$', 'Give digits, and a + in front where needed.')], verbose_name='emergency phone')),
                ('is_open', models.BooleanField(default=True, verbose_name='in use')),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'site',
                'verbose_name_plural': 'sites',
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Room',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('is_open', models.BooleanField(default=True, verbose_name='in use')),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='rooms', to='clinic.site')),
            ],
            options={
                'verbose_name': 'room',
                'verbose_name_plural': 'rooms',
                'ordering': ['created_at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('site', 'name'), name='room_name_at_site')],
            },
        ),
        migrations.RunPython(first_room, migrations.RunPython.noop),
        migrations.AddField(
            model_name='session',
            name='room',
            field=models.ForeignKey(default=FIRST_ROOM, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='clinic.room'),
            preserve_default=False,
        ),
    ]
