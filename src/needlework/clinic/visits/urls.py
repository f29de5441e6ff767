from django.urls import path

from needlework.clinic.visits import views

urlpatterns = [
    path("visits/", views.visits, name="visits"),
    path("visits/<uuid:visit>/", views.visit, name="visit"),
    path("patients/<uuid:patient>/visits/new/", views.visit_new, name="visit-new"),
]
