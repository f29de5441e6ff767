"""Signing in and staying in. The names that begin with account_ and mfa_ are those that allauth asks for."""

from allauth.account.views import LoginView, ReauthenticateView
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path, reverse_lazy

from needlework.clinic.access import needs, public
from needlework.clinic.account import views

HERE = "clinic/account/"
me = needs("me")

login = LoginView.as_view(template_name=HERE + "login.html")
second = factors.AuthenticateView.as_view(template_name=HERE + "second.html")
confirm = ReauthenticateView.as_view(template_name=HERE + "confirm.html")
confirm_code = factors.ReauthenticateView.as_view(template_name=HERE + "confirm_code.html")
confirm_passkey = webauthn.ReauthenticateWebAuthnView.as_view(template_name=HERE + "confirm_passkey.html")
app = totp.ActivateTOTPView.as_view(template_name=HERE + "app.html")
app_remove = totp.DeactivateTOTPView.as_view(template_name=HERE + "app_remove.html")
passkey = webauthn.AddWebAuthnView.as_view(template_name=HERE + "passkey.html")
passkey_remove = webauthn.RemoveWebAuthnView.as_view(
    template_name=HERE + "passkey_remove.html", success_url=reverse_lazy("mfa_index")
)
recovery = codes.ViewRecoveryCodesView.as_view(template_name=HERE + "codes.html")
recovery_new = codes.GenerateRecoveryCodesView.as_view(template_name=HERE + "codes_new.html")

urlpatterns = [
    path("login/", public(login), name="account_login"),
    path("login/second/", public(second), name="mfa_authenticate"),
    path("login/passkey/", public(webauthn.LoginWebAuthnView.as_view()), name="mfa_login_webauthn"),
    path("login/anew/", views.anew, name="login-anew"),
    path("logout/", views.logout, name="logout"),
    path("lock/", views.lock, name="lock"),
    path("lock/draft/", views.draft, name="lock-draft"),
    path("me/confirm/", me(confirm), name="account_reauthenticate"),
    path("me/confirm/code/", me(confirm_code), name="mfa_reauthenticate"),
    path("me/confirm/passkey/", me(confirm_passkey), name="mfa_reauthenticate_webauthn"),
    path("me/factors/", me(views.Index.as_view()), name="mfa_index"),
    path("me/factors/app/", me(app), name="mfa_activate_totp"),
    path("me/factors/app/remove/", me(app_remove), name="mfa_deactivate_totp"),
    path("me/factors/passkeys/add/", me(passkey), name="mfa_add_webauthn"),
    path("me/factors/passkeys/<int:pk>/remove/", me(passkey_remove), name="mfa_remove_webauthn"),
    path("me/factors/codes/", me(recovery), name="mfa_view_recovery_codes"),
    path("me/factors/codes/new/", me(recovery_new), name="mfa_generate_recovery_codes"),
    path("me/pin/", views.pin, name="pin"),
    path("me/sign-ins/", views.sign_ins, name="sign-ins"),
    path("clinic/sign-in/", views.rules, name="sign-in-rules"),
    path("clinic/staff/<uuid:user>/sign-ins/", views.staff_sign_ins, name="staff-sign-ins"),
    path("clinic/staff/<uuid:user>/factors/reset/", views.staff_factors_reset, name="staff-factors-reset"),
]
