from django.urls import path

from needlework.clinic.edition import views

urlpatterns = [
    path("protocol/", views.edition, name="edition"),
    path("protocol/sign/", views.edition_sign, name="edition-sign"),
    path("protocol/sources/<str:key>/", views.source, name="source"),
    path("audit/", views.audit, name="audit"),
]
