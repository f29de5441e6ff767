from django.urls import path

from needlework.clinic.stock import scan_views, views

urlpatterns = [
    path("stock/", views.stock, name="stock"),
    path("stock/scan/", scan_views.scan, name="stock-scan"),
    path("stock/devices/", views.units, name="units"),
    path("stock/devices/new/", views.unit_new, name="unit-new"),
    path("stock/devices/<uuid:unit>/", views.unit, name="unit"),
    path("stock/rules/", views.stock_rules, name="stock-rules"),
    path("stock/recalls/", views.recalls, name="recalls"),
    path("stock/recalls/new/", views.recall_new, name="recall-new"),
    path("stock/recalls/<uuid:recall>/", views.recall, name="recall"),
]
