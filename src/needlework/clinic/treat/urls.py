from django.urls import path

from needlework.clinic.treat import packs, phrases, views

urlpatterns = [
    path("plans/<uuid:plan>/treat/", views.treat, name="treat"),
    path("notes/phrases/", phrases.note_phrases, name="note-phrases"),
    path("packs/read/", packs.pack_read, name="pack-read"),
    path("sessions/worker.js", views.worker, name="session-worker"),
    path("sessions/<uuid:session>/", views.session, name="session"),
    path("sessions/<uuid:session>/incident/", views.session_incident, name="session-incident"),
]
