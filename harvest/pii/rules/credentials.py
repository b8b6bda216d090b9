"""What opens a door: passwords, tokens, keys."""

from harvest.pii.model import TEXT, Rule

_TYPES = TEXT | {"binary"}
_ELSEWHERE = frozenset(["page", "next", "primary", "foreign", "partition", "sort", "santa", "arn", "name", "public"])

CREDENTIAL_RULES = (
    Rule(
        id="password", category="password", classification="credential",
        label="password", plural="like passwords or their hashes", values="secret", types=_TYPES,
        names={
            "en": "password, passwd, pwd, password hash, hashed password, encrypted password, password digest, "
                  "passphrase, "
                  "password salt, pass hash, passwd hash, pwd hash, user pass, password encrypted, crypted password",
            "de": "passwort, kennwort, passwort hash, passworthash",
            "fr": "mot de passe, mdp, hash mot de passe",
            "es": "contrasena, hash contrasena, clave de acceso",
            "it": "parola d ordine, parola chiave accesso",
            "nl": "wachtwoord, wachtwoord hash",
            "pt": "senha, palavra passe, senha hash, hash senha",
            "pl": "haslo, haslo hash",
            "sv": "losenord",
        },
        name_only=0.85, both=0.98, values_only=0.9, share=0.7, share_alone=0.8,
        unless=_ELSEWHERE | {"hint", "last", "question"},
    ),
    Rule(
        id="secret", category="secret", classification="credential",
        label="secret key or token", plural="like keys or tokens", values="token", types=_TYPES,
        names={
            "en": "reset password token, otp backup codes, backup codes, email token, api key, api token, api secret, "
                  "access token, refresh token, auth token, bearer token, session token, secret key, client secret, "
                  "private key, webhook secret, access key, oauth token, otp secret, totp secret, mfa secret, reset "
                  "token, secret access key, app secret, consumer secret, authentication token, password reset token, "
                  "api key hash, token hash, signing key, signing secret, encryption key, recovery codes, remember "
                  "token, invite token, verification token, security token, apikey, session key, confirmation token",
            "de": "geheimer schlussel, zugriffstoken, privater schlussel",
            "fr": "cle api, cle privee, jeton d acces, cle secrete",
            "es": "clave api, clave privada, token de acceso, clave secreta",
            "it": "chiave api, chiave privata, token di accesso",
            "nl": "api sleutel, toegangstoken",
            "pt": "chave api, chave privada, token de acesso, chave secreta",
            "pl": "klucz api, klucz prywatny",
        },
        name_only=0.75, both=0.95, values_only=0.9, share=0.7, share_alone=0.8, unless=_ELSEWHERE,
    ),
    Rule(
        id="token", category="secret", classification="credential",
        label="token or secret", plural="like keys or tokens", values="token", types=_TYPES, exact=True,
        names={"en": "token, secret", "fr": "jeton", "de": "geheimnis"},
        name_only=0.0, both=0.8, share=0.9, unless=_ELSEWHERE,
    ),
)  # fmt: skip
