from django.urls import path

from needlework.clinic.merging import views

urlpatterns = [
    path("patients/<uuid:patient>/merge/", views.merge, name="patient-merge"),
    path("merges/<uuid:merge>/undo/", views.undo, name="merge-undo"),
]
