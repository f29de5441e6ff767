from django.urls import path

from needlework.clinic.training import views

urlpatterns = [
    path("training/", views.training, name="training"),
    path("clinic/staff/<uuid:user>/training/", views.staff_training, name="staff-training"),
    path("training/<uuid:training>/correct/", views.training_correct, name="training-correct"),
    path("training/<uuid:training>/revoke/", views.training_revoke, name="training-revoke"),
    path("sessions/<uuid:session>/supervisor/", views.session_supervisor, name="session-supervisor"),
    path("sessions/<uuid:session>/co-sign/", views.session_cosign, name="session-cosign"),
]
