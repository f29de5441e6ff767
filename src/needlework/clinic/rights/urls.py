from django.urls import path

from needlework.clinic.rights import views

urlpatterns = [
    path("patients/<uuid:patient>/reads/", views.reads, name="patient-reads"),
    path("patients/<uuid:patient>/rights/", views.rights, name="rights"),
    path("patients/<uuid:patient>/rights/export/", views.rights_export, name="rights-export"),
    path("patients/<uuid:patient>/rights/<slug:kind>/<uuid:item>/", views.rights_item, name="rights-item"),
    path("clinic/retention/", views.retention, name="retention"),
]
