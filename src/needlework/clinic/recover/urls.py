from django.urls import path

from needlework.clinic.recover import sheets, views

urlpatterns = [
    path("sessions/<uuid:session>/recover/", views.recover, name="recover"),
    path("sessions/<uuid:session>/link/", views.patient_link, name="patient-link"),
    path("sessions/<uuid:session>/calendar.ics", views.recover_calendar, name="recover-calendar"),
    path("sessions/<uuid:session>/check-in/", views.check_in, name="check-in"),
    path("check-ins/<uuid:check_in>/take/", views.check_in_take, name="check-in-take"),
    path("sessions/<uuid:session>/aftercare/", sheets.aftercare_sheet, name="aftercare"),
    path("sessions/<uuid:session>/aftercare.pdf", sheets.aftercare_pdf, name="aftercare-pdf"),
    path("r/<str:token>/aftercare.pdf", sheets.patient_aftercare, name="patient-aftercare"),
    path("r/<str:token>/", views.patient_recover, name="patient-recover"),
    path("r/<str:token>/calendar.ics", views.patient_calendar, name="patient-calendar"),
    path("r/<str:token>/check-in/", views.patient_check_in, name="patient-check-in"),
]
