from django.urls import path

from needlework.clinic.screen import phone, skin_views, views

urlpatterns = [
    path("patients/<uuid:patient>/screen/", views.screen, name="screen"),
    path("patients/<uuid:patient>/skin/", skin_views.skin, name="skin"),
    path("patients/<uuid:patient>/answers/link/", views.answers_link, name="answers-link"),
    path("a/<str:token>/", phone.patient_answers, name="patient-answers"),
    path("screenings/<uuid:screening>/", views.screening, name="screening"),
]
