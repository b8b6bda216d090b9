"""Django settings; what differs between installations comes from `config.env`."""

import sys
from pathlib import Path

from csp.constants import NONE, SELF
from whitenoise.compress import Compressor

from config import database, mail
from config.env import ROOT, env
from config.schedule import FORWARDING, SCHEDULE
from config.servers import reach
from core import keys
from permissions.oidc import conf as oidc

BASE_DIR = ROOT
DEBUG = False

# --- Concord's own
CONCORD_EMBEDDED = env.embedded
CONCORD_DATA_DIR = env.concord_data_dir.expanduser().resolve()
CONCORD_URL = env.url
CONCORD_DEMO = env.concord_demo
CONCORD_SEARCH_LANGUAGE = env.concord_search_language
CONCORD_FILE_ROOTS = tuple(
    str(folder.expanduser().resolve())
    for folder in (env.concord_file_roots or ((CONCORD_DATA_DIR / "files", Path.home()) if env.embedded else ()))
)
ACCESS_MAX_DAYS = env.access_max_days
ACCESS_COUNCIL_AFTER_DAYS = env.access_council_after_days
HARVEST_SECONDS = env.harvest_seconds
HARVEST_BRAKES = {  # the fields of harvest.connectors.base.Brakes
    "connect_seconds": env.harvest_connect_seconds,
    "statement_seconds": env.harvest_statement_seconds,
    "sample_rows": env.harvest_sample_rows,
    "profile_rows": env.harvest_profile_rows,
    "file_roots": CONCORD_FILE_ROOTS,
}
LINEAGE_EVENT_DAYS = env.lineage_event_days
AUDIT_MONTHS = env.audit_months
AUDIT_FORWARD = env.audit_forward
WEBHOOK_NETWORKS = env.webhook_networks
AUDIT_FORWARD_TOKEN = env.audit_forward_token
CONCORD_STAFF_MINUTES = env.concord_staff_minutes
METRICS_TOKEN = env.metrics_token
WEB_HOST = env.web_host
WEB_PORT = env.web_port
WEB_WORKERS = env.web_workers
WEB_THREADS = env.web_threads
WEB_STATEMENT_SECONDS = env.web_statement_seconds
# Functions, by dotted name, that each web process calls after its fork to start a thread.
WEB_BACKGROUND = ["catalog.search.follower.start"]

_servers = reach(env, CONCORD_DATA_DIR)

# --- secrets
SECRET_KEY = env.secret_key or keys.kept(CONCORD_DATA_DIR / "secret_key", keys.new_secret_key)
CONCORD_ENCRYPTION_KEYS = env.concord_encryption_keys or (
    keys.kept(CONCORD_DATA_DIR / "encryption_key", keys.new_encryption_key),
)
CONCORD_AUDIT_KEYS = env.concord_audit_keys or CONCORD_ENCRYPTION_KEYS

# --- what Django is made of
INSTALLED_APPS = [
    "permissions.staff.apps.StaffAdminConfig",  # django.contrib.admin, on our own site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "csp",
    "django_celery_beat",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
    "rest_framework",
    "template_partials",
    "core",
    "notifications",
    "permissions",
    "permissions.oidc",
    "catalog",
    "definitions",
    "lineage",
    "feedback",
    "harvest",
    "demo",
]

MIDDLEWARE = [
    "core.health.ProbeMiddleware",
    "core.origin.OriginMiddleware",
    "core.metrics.RequestMetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "core.nul.NulMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "permissions.audit.middleware.AuditMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.sign_in.HtmxSignInMiddleware",
    "core.toasts.ToastMiddleware",
    "permissions.sessions.middleware.SessionsMiddleware",
    "permissions.first_run.FirstRunMiddleware",
    "permissions.second_factor.demanding.SecondFactorMiddleware",
    "permissions.staff.middleware.StaffModeMiddleware",
    "permissions.time_zone.TimeZoneMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context_processors.ui",
                "notifications.context_processors.bell",
            ],
        },
    },
]

# --- data
DATABASES = {"default": database.from_url(_servers.database_url)}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": _servers.redis_url,
        "KEY_PREFIX": "concord",
        "OPTIONS": {"socket_timeout": 5, "socket_connect_timeout": 5},
    }
}
REDIS_URL = _servers.redis_url  # for locks and counters, by redis-py
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# --- language and time
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

# --- people
AUTH_USER_MODEL = "permissions.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "permissions.backends.DutyBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "config.accounts.ClosedAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # whoever manages people gives them their address
ACCOUNT_SESSION_REMEMBER = None  # the person chooses
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/5m/key"}  # twenty: an office shares one address
ALLAUTH_TRUSTED_PROXY_COUNT = env.proxy_count if env.proxy_count is not None else int(env.tls)

CONCORD_SECOND_FACTOR = env.second_factor
MFA_TOTP_TOLERANCE = 1  # the code before and after count as well, as RFC 6238 advises: clocks and people are late
MFA_ADAPTER = "permissions.second_factor.adapter.FactorAdapter"
MFA_FORMS = {
    "add_webauthn": "permissions.second_factor.forms.AddKeyForm",
    "authenticate_webauthn": "permissions.second_factor.forms.UseKeyForm",
    "login_webauthn": "permissions.second_factor.forms.PasskeyForm",
    "reauthenticate_webauthn": "permissions.second_factor.forms.ConfirmByKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Concord"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # whoever manages people gives them their address
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not env.tls  # browsers themselves take keys on localhost or by TLS only

# The company's own provider, as allauth wants it; tests give another.
CONCORD_OIDC = (
    oidc.Provider(
        issuer=env.oidc_issuer,
        client_id=env.oidc_client_id or "",
        client_secret=env.oidc_client_secret or "",
        name=env.oidc_name,
        scopes=env.oidc_scopes,
        groups_claim=env.oidc_groups_claim,
        allowed_groups=env.oidc_allowed_groups,
        allowed_mail_domains=env.oidc_allowed_mail_domains,
        create_accounts=env.oidc_create_accounts,
        link_by_email=env.oidc_link_by_email,
        session_hours=env.oidc_session_hours,
    )
    if env.oidc_issuer
    else None
)
SOCIALACCOUNT_PROVIDERS = oidc.apps_of(CONCORD_OIDC)
SOCIALACCOUNT_ADAPTER = "permissions.oidc.adapter.ProviderAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # the address takes POST alone

# --- what browsers are told
ALLOWED_HOSTS = env.hosts
CSRF_TRUSTED_ORIGINS = [env.url]
SESSION_COOKIE_NAME = "concord_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = env.tls
SECURE_HSTS_SECONDS = env.hsts_seconds if env.tls else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.tls
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.tls else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SILENCED_SYSTEM_CHECKS = [
    "security.W021",  # preloading TLS in every browser is for whoever owns the domain to decide
]

# --- files of the site
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATIC_BUILD = BASE_DIR / "static" / "build"  # what `make assets` makes
STATICFILES_DIRS = [folder for folder in [BASE_DIR / "static"] if folder.is_dir()]
_collected = (STATIC_ROOT / "staticfiles.json").exists() or "collectstatic" in sys.argv[1:2]
WHITENOISE_USE_FINDERS = not _collected
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map", "txt", "md")  # nobody fetches them
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _collected
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- mail
EMAIL_URL = env.email_url or ("console://" if env.embedded else None)
globals().update(mail.from_url(EMAIL_URL))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.default_from_email

# --- API
API_REQUESTS_PER_MINUTE = env.api_requests_per_minute
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "permissions.tokens.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "permissions.tokens.scopes.HasScope",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["core.api.throttling.RequestThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "core.api.openapi.Schema",
    "EXCEPTION_HANDLER": "core.api.handlers.handle",
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,
}
SECURE_REDIRECT_EXEMPT = ["^api/", "^scim/"]  # refused in words instead: a redirected POST becomes a GET
SPECTACULAR_SETTINGS = {
    "TITLE": "Concord",
    "DESCRIPTION": "A self-service data catalog: find data, trust data, agree on what it means.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    # The description tells of the program and holds nothing of the catalog.
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "core.api.openapi.add_problems",
    ],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "AccessRequestState": "permissions.models.AccessRequest.State",
        "ExceptionState": "permissions.exceptions.api.STATE_CHOICES",
        "DatasetDelivery": "catalog.models.Dataset.Delivery",
        "DatasetKind": "catalog.models.Dataset.Kind",
        "ChangeKind": "catalog.api.versions.CHANGE_KINDS",
        "IndexState": "catalog.api.search.STATES",
        "RunState": "harvest.models.Run.State",
        "RuleState": "permissions.models.RuleState",
        "TokenState": "permissions.tokens.api.STATES",
        "TokenScope": "permissions.models.Token.Scope",
        "Role": "permissions.models.Role",
        "WebhookState": "permissions.webhooks.api.STATES",
        "DeliveryState": "notifications.models.Delivery.State",
        "JobRunState": "lineage.models.Run.State",
        "JobStanding": "lineage.api.jobs.STANDINGS",
        "ReceivedState": "lineage.models.ReceivedEvent.State",
        "ClassificationState": "catalog.models.FieldClassification.State",
        "DefinitionKind": "definitions.models.Definition.Kind",
        "WorkflowStateKind": "definitions.models.State.Kind",
        "DefinitionStatus": "definitions.models.Definition.Status",
        "VersionStatus": "definitions.models.DefinitionVersion.Status",
        "ProposalKind": "definitions.models.Kind",
        "ProposalState": "definitions.models.Proposal.State",
        "VoteChoice": "definitions.api.CHOICES",
        "DecisionMethod": "definitions.models.council.METHODS",
        "TransformationKind": "definitions.models.Transition.Transformation",
        "TestOutcome": "feedback.api_results.OUTCOMES",
        "SuggestionState": "catalog.models.Suggestion.State",
        "TicketState": "feedback.api.STATE_CHOICES",
        "TicketKind": "feedback.api.KIND_CHOICES",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
}

# --- work in the background
CELERY_BROKER_URL = _servers.broker_url
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": HARVEST_SECONDS + 1800,  # longer than any task, or a second worker would start it again
    "global_keyprefix": "concord:queue:",
    "socket_timeout": 10,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0.1, "interval_step": 0.4}
CELERY_TASK_IGNORE_RESULT = True  # runs and their outcomes are rows
CELERY_TASK_DEFAULT_QUEUE = "concord"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = HARVEST_SECONDS
CELERY_TASK_TIME_LIMIT = HARVEST_SECONDS + 120
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_CONCURRENCY = env.worker_concurrency
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000  # kilobytes; a larger child ends after its task
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 3
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
DJANGO_CELERY_BEAT_TZ_AWARE = True
CELERY_BEAT_SCHEDULE = SCHEDULE | (FORWARDING if AUDIT_FORWARD else {})

# --- log
LOG_FORMAT = env.log_format or ("text" if env.embedded else "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"format": "{levelname} {name}: {message}", "style": "{"},
        "json": {"()": "core.logs.JsonFormatter"},
    },
    "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stdout"], "level": env.log_level},
    "loggers": {
        "django": {"handlers": [], "level": env.log_level, "propagate": True},
        "sqlglot": {"level": "ERROR"},  # statements it cannot read are told to whoever wrote them
        "concord.access": {"level": "WARNING" if env.embedded else env.log_level},
    },
}
