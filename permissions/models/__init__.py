"""Who there is, what they are kept out of, and the tokens that speak for them."""

from permissions.models.people import Team, User
from permissions.models.rules import OptOutRule, RuleException
from permissions.models.tokens import Token

__all__ = ["OptOutRule", "RuleException", "Team", "Token", "User"]
