from django.urls import path

from needlework.clinic.safety import incident_views, views

urlpatterns = [
    path("safety/", views.safety, name="safety"),
    path("safety/look-back.csv", views.look_back_csv, name="look-back-csv"),
    path("safety/look-backs/new/", views.look_back_new, name="look-back-new"),
    path("safety/look-backs/<uuid:case>/", views.look_back, name="look-back"),
    path("safety/look-backs/<uuid:case>/print/", views.look_back_print, name="look-back-print"),
    path("safety/incidents/", incident_views.incidents, name="incidents"),
    path("safety/incidents/new/", incident_views.incident_new, name="incident-new"),
    path("safety/incidents/<uuid:incident>/", incident_views.incident, name="incident"),
    path("safety/incidents/<uuid:incident>/change/", incident_views.incident_change, name="incident-change"),
    path(
        "safety/incidents/<uuid:incident>/report/<slug:shape>/",
        incident_views.incident_report,
        name="incident-report",
    ),
    path("safety/deadlines/", incident_views.clocks, name="clocks"),
    path("safety/deadlines/new/", incident_views.clock_new, name="clock-new"),
    path("safety/deadlines/<uuid:clock>/", incident_views.clock, name="clock"),
]
