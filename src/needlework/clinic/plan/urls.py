from django.urls import path

from needlework.clinic.plan import views

urlpatterns = [
    path("patients/<uuid:patient>/plan/", views.plan_new, name="plan-new"),
    path("plans/<uuid:plan>/", views.plan, name="plan"),
]
