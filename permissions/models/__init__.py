"""Who there is, what they may do, what they are kept out of, the tokens that speak for them, and the record."""

from permissions.models.audit import AuditCheckpoint, AuditEntry, AuditForward, AuditHead
from permissions.models.grants import GRANTABLE, Answerable, Duty, Grant
from permissions.models.people import Team, User
from permissions.models.requests import AccessRequest, AskedRule
from permissions.models.roles import Role, RoleGrant
from permissions.models.rule_versions import RuleVersion
from permissions.models.rules import OptOutRule, RuleException, RuleState
from permissions.models.scim import ScimAccount
from permissions.models.sessions import UserSession
from permissions.models.staff import StaffMode
from permissions.models.tokens import Token

__all__ = [
    "GRANTABLE", "AccessRequest", "Answerable", "AskedRule", "AuditCheckpoint", "AuditEntry", "AuditForward",
    "AuditHead", "Duty", "Grant", "OptOutRule", "Role", "RoleGrant", "RuleException", "RuleState", "RuleVersion",
    "ScimAccount", "StaffMode", "Team", "Token", "User", "UserSession",
]  # fmt: skip
