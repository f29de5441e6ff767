from django.urls import path

from needlework.clinic.emergency import views

urlpatterns = [
    path("patients/<uuid:patient>/emergency/", views.emergency_open, name="emergency-open"),
    path("emergencies/", views.emergencies, name="emergencies"),
    path(
        "emergencies/<uuid:emergency>/acknowledge/", views.emergency_acknowledge, name="emergency-acknowledge"
    ),
]
