from django.db import migrations

from needlework.loop import traces
from needlework.records.treat import EventKind

A_BATCH = 2000


def unknown(apps, schema_editor):
    """Products that were charted without their lot, and packs put down late without a serial: a recall may mean them."""
    Entry, Late = (apps.get_model('clinic', name) for name in ('SessionEntry', 'LateEntry'))
    topicals = Entry.objects.filter(kind='topical').order_by('at').values_list('session', 'kind', 'data', 'at')
    late = Late.objects.filter(kind__in=('topical', 'cartridge')).order_by('entry__at')
    some = []
    for one in (*late.values_list('entry__session', 'kind', 'data', 'entry__at'), *topicals.iterator()):
        some.append(one)
        if len(some) == A_BATCH:
            _kept(apps, some)
            some = []
    _kept(apps, some)


def _kept(apps, some):
    Exposure = apps.get_model('clinic', 'Exposure')
    sessions = {session for session, *_rest in some}
    people = dict(Exposure.objects.filter(kind='visit', session__in=sessions).values_list('session', 'patient'))
    Exposure.objects.bulk_create(
        (
            Exposure(kind=trace.kind, key=trace.key, at=at, patient_id=people[session], session_id=session)
            for session, kind, data, at in some
            for trace in traces.entry(traces.Charted(EventKind(kind), data, at, ''))
            if session in people and trace.kind in ('topical-lot', 'cartridge') and trace.key.endswith('/')
        ),
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0031_late_entries'),
    ]

    operations = [
        migrations.RunPython(unknown, migrations.RunPython.noop),
    ]
