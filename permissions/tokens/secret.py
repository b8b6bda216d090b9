"""The secret of a token: ``cnd_`` and 256 random bits. A plain digest is enough for what cannot be guessed."""

from hashlib import sha256
from secrets import token_urlsafe

PREFIX = "cnd_"
HINT = 8  # characters that may be shown, the prefix among them


def new_secret() -> str:
    return PREFIX + token_urlsafe(32)


def digest_of(secret: str) -> str:
    return sha256(secret.encode(errors="surrogatepass")).hexdigest()


def hint_of(secret: str) -> str:
    return secret[:HINT]
