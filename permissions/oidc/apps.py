from django.apps import AppConfig


class OidcConfig(AppConfig):
    """An app of its own, without models: allauth finds providers by the apps that hold them."""

    name = "permissions.oidc"
    label = "oidc"
