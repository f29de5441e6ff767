from django.urls import path

from needlework.clinic.sites import views

urlpatterns = [
    path("here/", views.here, name="site-here"),
    path("patients/<uuid:patient>/receive/", views.receive, name="patient-receive"),
    path("clinic/sites/", views.sites, name="sites"),
    path("clinic/sites/new/", views.site_new, name="site-new"),
    path("clinic/sites/<uuid:site>/", views.site, name="site"),
    path("clinic/sites/<uuid:site>/rooms/new/", views.room_new, name="room-new"),
    path("clinic/rooms/<uuid:room>/", views.room, name="room"),
]
