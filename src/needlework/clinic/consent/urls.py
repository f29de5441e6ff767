from django.urls import path

from needlework.clinic.consent import phone, photos, views

urlpatterns = [
    path("plans/<uuid:plan>/consent/", views.consent, name="consent"),
    path("consents/<uuid:answer>/document/", views.document, name="consent-document"),
    path("patients/<uuid:patient>/photo-consent/", photos.photo_consent, name="photo-consent"),
    path("r/<str:token>/photographs/", photos.patient_photographs, name="patient-photographs"),
    path("clinic/consent/", views.rules, name="consent-rules"),
    path("c/<str:token>/", phone.patient_consent, name="patient-consent"),
]
