"""The clinic's pages, as a table of contents."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

from needlework.clinic import access

login = LoginView.as_view(template_name="clinic/login.html", redirect_authenticated_user=True)

urlpatterns = [
    path("login/", access.public(login), name="login"),
    path("logout/", access.needs("me")(LogoutView.as_view()), name="logout"),
    path("", include("needlework.clinic.patients.urls")),
    path("", include("needlework.clinic.screen.urls")),
    path("", include("needlework.clinic.plan.urls")),
    path("", include("needlework.clinic.treat.urls")),
    path("", include("needlework.clinic.recover.urls")),
    path("", include("needlework.clinic.measure.urls")),
    path("", include("needlework.clinic.learn.urls")),
    path("", include("needlework.clinic.edition.urls")),
    path("", include("needlework.clinic.staff.urls")),
]
