"""What third-party dialects raise while reflecting, besides database errors: their own slips on odd tables."""

from sqlalchemy.exc import SQLAlchemyError

DIALECT_ERRORS = (SQLAlchemyError, LookupError, AttributeError, TypeError, ValueError, RuntimeError)
