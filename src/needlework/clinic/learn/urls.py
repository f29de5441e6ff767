from django.urls import path

from needlework.clinic.learn import views

urlpatterns = [
    path("learn/", views.table, name="learn"),
    path("learn/courses.csv", views.export, name="learn-csv"),
]
