"""What SCIM refuses besides what its library knows."""

from scim2_models import SCIMException


class Forbidden(SCIMException):
    """The token may not do this."""

    status = 403
    _default_detail = "This is not for SCIM to change."


class NotThere(SCIMException):
    """There is no such resource."""

    status = 404
    _default_detail = "There is no such resource."
