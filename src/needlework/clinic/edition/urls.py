from django.urls import path

from needlework.clinic.edition import views

urlpatterns = [
    path("protocol/", views.edition, name="edition"),
    path("protocol/editions/", views.editions, name="editions"),
    path("protocol/editions/add/", views.edition_add, name="edition-add"),
    path("protocol/editions/device/", views.edition_device, name="edition-device"),
    path("protocol/editions/<str:digest>/", views.edition_change, name="edition-change"),
    path("protocol/editions/<str:digest>/files.zip", views.edition_files, name="edition-files"),
    path("protocol/sign/", views.edition_sign, name="edition-sign"),
    path("protocol/sources/<str:key>/", views.source, name="source"),
    path("audit/", views.audit, name="audit"),
]
