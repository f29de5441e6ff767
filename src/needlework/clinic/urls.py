"""The clinic's pages, as a table of contents."""

from django.urls import include, path

urlpatterns = [
    path("", include("needlework.clinic.account.urls")),
    path("", include("needlework.clinic.patients.urls")),
    path("", include("needlework.clinic.visits.urls")),
    path("", include("needlework.clinic.merging.urls")),
    path("", include("needlework.clinic.screen.urls")),
    path("", include("needlework.clinic.plan.urls")),
    path("", include("needlework.clinic.consent.urls")),
    path("", include("needlework.clinic.marks.urls")),
    path("", include("needlework.clinic.treat.urls")),
    path("", include("needlework.clinic.recover.urls")),
    path("", include("needlework.clinic.measure.urls")),
    path("", include("needlework.clinic.learn.urls")),
    path("", include("needlework.clinic.edition.urls")),
    path("", include("needlework.clinic.staff.urls")),
    path("", include("needlework.clinic.sites.urls")),
    path("", include("needlework.clinic.training.urls")),
    path("", include("needlework.clinic.emergency.urls")),
    path("", include("needlework.clinic.rights.urls")),
    path("", include("needlework.clinic.stock.urls")),
    path("", include("needlework.clinic.safety.urls")),
]
