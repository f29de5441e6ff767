from django.urls import path

from needlework.clinic.screen import phone, views

urlpatterns = [
    path("patients/<uuid:patient>/screen/", views.screen, name="screen"),
    path("patients/<uuid:patient>/answers/link/", views.answers_link, name="answers-link"),
    path("a/<str:token>/", phone.patient_answers, name="patient-answers"),
    path("screenings/<uuid:screening>/", views.screening, name="screening"),
]
