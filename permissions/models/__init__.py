"""Who there is, what they may do, what they are kept out of, and the tokens that speak for them."""

from permissions.models.people import Team, User
from permissions.models.roles import Role, RoleGrant
from permissions.models.rules import OptOutRule, RuleException
from permissions.models.tokens import Token

__all__ = ["OptOutRule", "Role", "RoleGrant", "RuleException", "Team", "Token", "User"]
