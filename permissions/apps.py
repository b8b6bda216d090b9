from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class PermissionsConfig(AppConfig):
    name = "permissions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from permissions.audit.sign_in import connect  # noqa: PLC0415  # models are ready only now
        from permissions.sessions.beginning import note_sign_in  # noqa: PLC0415  # the same

        user_logged_in.connect(note_sign_in, dispatch_uid="permissions.sessions")
        connect()
