"""Settings of the tests: those of a laptop, or of the servers given by DATABASE_URL and REDIS_URL."""

import os

from cryptography.fernet import Fernet

if os.environ.get("DATABASE_URL"):
    os.environ.setdefault("SECRET_KEY", "only-for-tests-" * 4)
    os.environ.setdefault("CONCORD_ENCRYPTION_KEYS", Fernet.generate_key().decode())
    os.environ.setdefault("CONCORD_URL", "http://testserver")

from config.settings import *  # noqa: F403
from config.settings import CACHES, CELERY_BROKER_TRANSPORT_OPTIONS, DATABASES

# Several runs share a server: each has a database and keys of its own.
_run = os.getppid()
_process = os.environ.get("PYTEST_XDIST_WORKER", "main")

DATABASES["default"]["OPTIONS"]["options"] = "-c synchronous_commit=off"
DATABASES["default"]["TEST"] = {"NAME": f"test_concord_{_run}"}
CACHES["default"]["KEY_PREFIX"] = f"concord-test-{_run}-{_process}"
CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"] = f"concord:test:{_run}:{_process}:"
CELERY_TASK_ALWAYS_EAGER = CELERY_TASK_EAGER_PROPAGATES = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast: tests make many people
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True  # looks for a file when asked, so that no test waits for a list of all
