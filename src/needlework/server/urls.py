"""Every page is the clinic's."""

from django.urls import include, path

urlpatterns = [path("", include("needlework.clinic.urls"))]
