"""``{% load sign_in %}``: what the pages about signing in ask for."""

from django import template

from permissions.oidc import conf

register = template.Library()


@register.simple_tag
def provider() -> conf.Provider | None:
    """The company's provider, if there is one."""
    return conf.provider()
