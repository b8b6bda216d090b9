"""``{% load demo %}``: the demo people for the sign-in page."""

from django import template
from django.db.models import QuerySet

from permissions import demo
from permissions.models import User

register = template.Library()


@register.simple_tag
def demo_people() -> QuerySet[User]:
    return demo.demo_people()
