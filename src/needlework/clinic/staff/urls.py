from django.urls import path

from needlework.clinic.staff import views

urlpatterns = [
    path("me/", views.me, name="me"),
    path("clinic/", views.clinic, name="clinic"),
    path("clinic/staff/new/", views.staff_new, name="staff-new"),
    path("clinic/staff/<uuid:user>/", views.staff_member, name="staff-member"),
    path("clinic/staff/<uuid:user>/roles/", views.staff_roles, name="staff-roles"),
    path("clinic/staff/<uuid:user>/password/", views.staff_password, name="staff-password"),
]
