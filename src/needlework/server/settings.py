"""
Django's settings, for a clinic as for a demo.

What differs from one machine to the next is read from the environment:

    NEEDLEWORK_DATA        folder of the database, the photographs and the secret   ./var
    NEEDLEWORK_DATABASE    PostgreSQL, as libpq spells it: postgresql://…   a file in that folder
    NEEDLEWORK_HOSTS       names under which it is reached, with commas             localhost,127.0.0.1,[::1]
    NEEDLEWORK_HTTPS       1 where a TLS proxy stands in front                      0
    NEEDLEWORK_PROXIES     how many proxies of yours stand in front                 1 with HTTPS, else 0
    NEEDLEWORK_TIME_ZONE   the time zone of the first site, and of the worker       UTC
    NEEDLEWORK_UPLOAD_MB   largest request                                          64
"""

import os
from datetime import timedelta

from django.core import checks

from needlework.cli import models
from needlework.server import database, folder, sqlite

sqlite.install()
checks.register(sqlite.check)

DATA = folder.prepare(folder.data())
SECRET_KEY = folder.secret_key(DATA)
SECRET_KEY_FALLBACKS: list[str] = []
DEBUG = False
ALLOWED_HOSTS = [
    host.strip()
    for host in os.environ.get("NEEDLEWORK_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
    if host.strip()
]
HTTPS = os.environ.get("NEEDLEWORK_HTTPS") == "1"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if HTTPS else []

INSTALLED_APPS = [
    "needlework.clinic",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "template_partials",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "needlework.server.headers.Headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "needlework.server.limits.UploadLimit",
    "needlework.server.limits.Letters",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "needlework.clinic.account.door.Door",
    "needlework.clinic.gate.Gate",
    "needlework.clinic.current.OneEdition",
    "axes.middleware.AxesMiddleware",
    "needlework.server.again.Again",  # the last, so that it is asked first
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "needlework.clinic.context.clinic",
            ],
        },
    },
]

ROOT_URLCONF = "needlework.server.urls"
WSGI_APPLICATION = "needlework.server.wsgi.application"

# ── data ─────────────────────────────────────────────────────────────────────────────────────────────

DATABASES = {"default": database.chosen(os.environ.get("NEEDLEWORK_DATABASE", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = folder.photographs()
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}  # a queued task commits with its row
FACE_MODELS = models.load
"""Gives the networks that find a face, or says why they are not there."""

UPLOAD_MB = int(os.environ.get("NEEDLEWORK_UPLOAD_MB", "64"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # a form without its files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# ── who ──────────────────────────────────────────────────────────────────────────────────────────────

AUTH_USER_MODEL = "clinic.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: who is locked out is not even asked
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},  # what NIST asks of a password that stands alone
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "needlework.clinic.account.passwords.Predictable"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
SECOND_FACTOR_REQUIRED = ["medical-director"]
"""Of which roles a second factor is required, until the clinic says otherwise on its page."""

ACCOUNT_ADAPTER = "needlework.clinic.account.adapter.AccountAdapter"
ACCOUNT_FORMS = {"login": "needlework.clinic.account.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # its checks ask; nobody signs up
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_TIMEOUT = 10 * 60  # between password and second factor
MFA_ADAPTER = "needlework.clinic.account.adapter.MFAAdapter"
MFA_FORMS = {
    "login_webauthn": "needlework.clinic.account.forms.PasskeySignIn",
    "authenticate_webauthn": "needlework.clinic.account.forms.PasskeySecond",
    "reauthenticate_webauthn": "needlework.clinic.account.forms.PasskeyConfirm",
    "add_webauthn": "needlework.clinic.account.forms.PasskeyAdd",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # there is no mail

AXES_HANDLER = "needlework.clinic.account.lockout.Handler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "needlework.clinic.account.lockout.name_of"
AXES_CLIENT_IP_CALLABLE = "needlework.clinic.account.address.of"
AXES_LOCKOUT_CALLABLE = "needlework.clinic.account.lockout.answer"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # the clinic's own log holds the sign-ins
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken", "next"]
TOO_MANY = 429

PROXIES = int(os.environ.get("NEEDLEWORK_PROXIES", "1" if HTTPS else "0"))
"""How many proxies of ours stand in front; so many entries at the right of X-Forwarded-For are believed."""

# What two processes have to know of each other for minutes: codes that were used, tries that were made.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "needlework_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # or a flood of tries would push out the marks of used codes
    }
}

# The prefix makes a browser refuse the cookie from a neighbouring name, or without TLS.
_SECURE = "__Host-" if HTTPS else ""
DEVICE_COOKIE = _SECURE + "device"
SESSION_COOKIE_NAME = _SECURE + "sessionid"
SESSION_COOKIE_AGE = 24 * 60 * 60  # at most; the clinic's own limit stands in its sign-in rules
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # names stay out of cookies
CSRF_COOKIE_NAME = _SECURE + "csrftoken"
CSRF_COOKIE_AGE = None
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS

# ── what a browser may do ────────────────────────────────────────────────────────────────────────────

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],  # what shows a session without the network
        "font-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # found once when the server starts, so nothing has to be collected first
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False

# ── words and time ───────────────────────────────────────────────────────────────────────────────────

USE_TZ = True
TIME_ZONE = os.environ.get("NEEDLEWORK_TIME_ZONE", "UTC")
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]  # a translation is a folder in clinic/locale and a line here

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},  # a page that is not found is no event
    },
}
