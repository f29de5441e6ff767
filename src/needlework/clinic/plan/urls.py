from django.urls import path

from needlework.clinic.plan import compare_views, editor_views, views

urlpatterns = [
    path("patients/<uuid:patient>/plan/", editor_views.plan_new, name="plan-new"),
    path("plans/<uuid:plan>/", views.plan, name="plan"),
    path("plans/<uuid:plan>/compare/", compare_views.plan_compare, name="plan-compare"),
    path("plans/<uuid:plan>/print/", views.plan_print, name="plan-print"),
    path("plans/<uuid:plan>/plan.pdf", views.plan_pdf, name="plan-pdf"),
]
