from django.urls import path

from needlework.clinic.marks import views

urlpatterns = [
    path("patients/<uuid:patient>/marks/", views.marks, name="marks"),
    path("marks/<uuid:mark>/", views.mark, name="mark"),
]
