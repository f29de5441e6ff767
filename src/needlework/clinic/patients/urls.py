from django.urls import path

from needlework.clinic.patients import views

urlpatterns = [
    path("", views.today, name="today"),
    path("waiting/<str:what>/", views.waiting_for, name="waiting"),
    path("patients/", views.patients, name="patients"),
    path("patients/new/", views.patient_new, name="patient-new"),
    path("patients/<uuid:patient>/", views.patient, name="patient"),
    path("patients/<uuid:patient>/details/", views.patient_details, name="patient-details"),
]
