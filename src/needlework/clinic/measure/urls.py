from django.urls import path

from needlework.clinic.measure import views

urlpatterns = [
    path("patients/<uuid:patient>/measure/", views.photographs, name="measure"),
    path("patients/<uuid:patient>/measure/camera/", views.camera, name="camera"),
    path("patients/<uuid:patient>/measure/compare/", views.compare, name="compare"),
    path("photographs/<uuid:photograph>/face/", views.photograph_face, name="photograph-face"),
    path("photographs/<uuid:photograph>/image/", views.photograph_image, name="photograph-image"),
    path("comparisons/<uuid:comparison>/", views.comparison, name="comparison"),
    path("comparisons/<uuid:comparison>/report.pdf", views.comparison_report, name="comparison-report"),
    path("comparisons/<uuid:comparison>/<str:which>.jpg", views.comparison_image, name="comparison-image"),
]
