from django.urls import path

from needlework.clinic.screen import views

urlpatterns = [
    path("patients/<uuid:patient>/screen/", views.screen, name="screen"),
    path("screenings/<uuid:screening>/", views.screening, name="screening"),
]
