from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class PermissionsConfig(AppConfig):
    name = "permissions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added, authenticator_removed  # noqa: PLC0415  # models are

        from permissions.audit.sign_in import connect  # noqa: PLC0415  # ready only now
        from permissions.second_factor.services import note_added, note_removed  # noqa: PLC0415
        from permissions.sessions.beginning import note_sign_in  # noqa: PLC0415

        user_logged_in.connect(note_sign_in, dispatch_uid="permissions.sessions")
        authenticator_added.connect(note_added, dispatch_uid="permissions.second_factor")
        authenticator_removed.connect(note_removed, dispatch_uid="permissions.second_factor")
        connect()
