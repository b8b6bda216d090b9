"""Every setting that comes from the environment, typed and described in one place; docs/settings.md tells of each."""

import ipaddress
import os
import sys
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
LEAST_KEY = 32
WAYS_OUT = ("stdout", "syslog", "syslog+udp", "http", "https")
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")


def _split(separator: str) -> BeforeValidator:
    def split(value: object) -> object:
        return [part.strip() for part in value.split(separator) if part.strip()] if isinstance(value, str) else value

    return BeforeValidator(split)


def _scheme(*schemes: str) -> AfterValidator:
    def check(value: str) -> str:
        if urlsplit(value).scheme not in schemes:
            raise ValueError(f"it must be a URL that begins with one of {', '.join(f'{name}://' for name in schemes)}")
        return value

    return AfterValidator(check)


def _issuer(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        raise ValueError("it must be a URL that begins with https://; http:// will do on this machine only")
    return value.rstrip("/")


def _fernet(keys: tuple[str, ...]) -> tuple[str, ...]:
    for key in keys:
        try:
            Fernet(key)
        except ValueError as error:
            raise ValueError("each key must be 32 bytes in URL-safe base64; `manage.py newkey` prints one") from error
    return keys


def _long(keys: tuple[str, ...]) -> tuple[str, ...]:
    if any(len(key) < LEAST_KEY for key in keys):
        raise ValueError(f"each key must have at least {LEAST_KEY} characters")
    return keys


def _ways(urls: tuple[str, ...]) -> tuple[str, ...]:
    if any(urlsplit(url).scheme not in WAYS_OUT for url in urls):
        raise ValueError(f"each must begin with one of {', '.join(f'{name}:' for name in WAYS_OUT)}")
    return urls


Seconds = Annotated[int, Field(ge=1)]
Count = Annotated[int, Field(ge=1)]
Words = Annotated[tuple[str, ...], NoDecode, _split(",")]
Folders = Annotated[tuple[Path, ...], NoDecode, _split(os.pathsep)]


class Environment(BaseSettings):
    """Each field is one environment variable of the same name in capitals; an empty variable counts as unset."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", hide_input_in_errors=True)

    # --- where things are kept
    database_url: Annotated[str, _scheme("postgres", "postgresql")] | None = Field(
        None, description="PostgreSQL 15 or later. Unset, Concord runs its own."
    )
    redis_url: Annotated[str, _scheme("redis", "rediss", "unix")] | None = Field(
        None, description="Redis 6.2 or later. Set it exactly when `DATABASE_URL` is set."
    )
    concord_data_dir: Path = Field(
        ROOT / "var", description="Folder of the embedded servers, generated secrets and the search index."
    )
    concord_file_roots: Folders | None = Field(
        None, description="Folders whose files sources may read, separated by `:`."
    )

    # --- secrets
    secret_key: Annotated[str, Field(min_length=50)] | None = Field(
        None, description="Signs sessions and password links; at least 50 characters. `manage.py newkey` prints one."
    )
    concord_encryption_keys: Annotated[Words, AfterValidator(_fernet)] | None = Field(
        None, description="Keys that encrypt the secrets of sources, separated by commas; the first one encrypts."
    )
    concord_audit_keys: Annotated[Words, AfterValidator(_long)] | None = Field(
        None, description="Keys that sign the audit record, separated by commas; the first one signs."
    )
    metrics_token: str | None = Field(None, description="Bearer token that `/metrics` asks for.")

    # --- how people reach it
    concord_url: Annotated[str, _scheme("http", "https")] | None = Field(
        None, description="Address under which people open Concord; links in mails begin with it."
    )
    allowed_hosts: Words = Field((), description="Host names besides that of `CONCORD_URL`, separated by commas.")
    behind_tls: bool | None = Field(
        None, description="A proxy in front ends TLS and sets `X-Forwarded-Proto`. Follows the scheme of `CONCORD_URL`."
    )
    proxy_count: Annotated[int, Field(ge=0)] | None = Field(
        None, description="Proxies in front that add to `X-Forwarded-For`."
    )
    hsts_seconds: Annotated[int, Field(ge=0)] = Field(
        31_536_000, description="How long browsers insist on TLS, where it is used; 0 leaves that to them."
    )
    concord_demo: bool = Field(
        False, description="Offer to sign in as an invented person with one click. Only on a machine of one's own."
    )

    # --- how people sign in
    second_factor: Literal["nobody", "administrators", "everyone"] = Field(
        "nobody", description="Of whom a second factor is demanded; everybody may have one."
    )
    oidc_issuer: Annotated[str, AfterValidator(_issuer)] | None = Field(
        None, description="Address of the company's OpenID Connect provider, as it calls itself."
    )
    oidc_client_id: str | None = Field(None, description="What the provider calls Concord.")
    oidc_client_secret: str | None = Field(None, description="The secret that it gave Concord.")
    oidc_name: str = Field("single sign-on", description="What people call the provider.")
    oidc_scopes: Words = Field(("openid", "profile", "email"), description="What is asked for, separated by commas.")
    oidc_groups_claim: str = Field("groups", description="Claim that lists a person's groups, which become teams.")
    oidc_allowed_groups: Words = Field((), description="Only people in one of these groups come in.")
    oidc_allowed_mail_domains: Words = Field((), description="Only people with a verified address there come in.")
    oidc_create_accounts: bool = Field(True, description="Make an account for whoever signs in first.")
    oidc_link_by_email: bool = Field(
        False, description="Let who has the verified address of an account sign in to it; never an administrator's."
    )
    oidc_session_hours: Count = Field(12, description="After how many hours the provider is asked again.")

    # --- mail
    email_url: Annotated[str, _scheme("smtp", "smtp+tls", "smtps", "console")] | None = Field(
        None, description="Mail server, as `smtp+tls://user:password@host:587`."
    )
    default_from_email: str = Field("concord@localhost", description="Sender of mails.")

    # --- processes
    web_host: str = Field("127.0.0.1", description="Network address that the web process listens on.")
    web_port: Annotated[int, Field(ge=1, le=65535)] = Field(
        8000, description="Port of the web process; `up` takes the next free one."
    )
    web_workers: Count = Field(1, description="Web processes on this machine.")
    web_threads: Count = Field(8, description="Requests that each of them answers at once.")
    web_statement_seconds: Seconds = Field(30, description="Longest database statement of a page, in seconds.")
    worker_concurrency: Count = Field(2, description="Tasks that a worker does at once.")
    api_requests_per_minute: Count = Field(600, description="Requests a minute that one token or person may make.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least severity logged.")
    log_format: Literal["text", "json"] | None = Field(
        None, description="`text` for people or `json`, one object a line, for machines."
    )

    # --- what the catalog does
    audit_forward: Annotated[Words, AfterValidator(_ways)] = Field(
        (), description="Where entries of the audit record are sent, separated by commas."
    )
    audit_forward_token: str | None = Field(None, description="Bearer token for forwarding by `https://`.")
    webhook_networks: Annotated[tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...], NoDecode, _split(",")] = (
        Field((), description="Networks of one's own that webhooks may reach, and in the clear: 10.20.0.0/16.")
    )
    audit_months: Count | None = Field(
        None, description="Months that the audit record is kept, besides the present one. Unset, for ever."
    )
    lineage_event_days: Count = Field(30, description="Days that received OpenLineage events are kept once worked.")
    concord_staff_minutes: Annotated[int, Field(ge=1, le=480)] = Field(
        30, description="Minutes that staff mode of an administrator lasts."
    )
    concord_search_language: str = Field("english", description="Language whose word endings search knows.")
    access_max_days: Annotated[int, Field(ge=1, le=3650)] = Field(
        90, description="Most days that an exception can be asked for."
    )
    access_council_after_days: Annotated[int, Field(ge=0, le=365)] = Field(
        3, description="Days after which a request that nobody answered is for the council."
    )
    harvest_seconds: Seconds = Field(7200, description="Longest harvest of one source, in seconds.")
    harvest_connect_seconds: Seconds = Field(10, description="Longest wait for a source to answer, in seconds.")
    harvest_statement_seconds: Seconds = Field(60, description="Longest statement in a source, in seconds.")
    harvest_sample_rows: Count = Field(100, description="Rows of a dataset kept as its sample.")
    harvest_profile_rows: Count = Field(20_000, description="Rows of a dataset looked at for its profile.")

    @property
    def embedded(self) -> bool:
        """Say whether Concord runs its own PostgreSQL and Redis."""
        return self.database_url is None

    @property
    def url(self) -> str:
        return (self.concord_url or f"http://localhost:{self.web_port}").rstrip("/")

    @property
    def tls(self) -> bool:
        return self.url.startswith("https:") if self.behind_tls is None else self.behind_tls

    @property
    def hosts(self) -> list[str]:
        """Return the host names that requests may carry."""
        own = [urlsplit(self.url).hostname or "localhost", *self.allowed_hosts]
        return [*own, *LOOPBACK_HOSTS] if self.embedded else own

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        problems = [*self._missing(), *self._provider_problems(), *self._demo_problems()]
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def _missing(self) -> list[str]:
        if self.embedded:
            return [] if self.redis_url is None else ["DATABASE_URL: set it too, or unset REDIS_URL."]
        needed = {
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": self.secret_key,
            "CONCORD_ENCRYPTION_KEYS": self.concord_encryption_keys,
            "CONCORD_URL": self.concord_url,
        }
        return [f"{name}: required, because DATABASE_URL is set." for name, value in needed.items() if not value]

    def _provider_problems(self) -> list[str]:
        if not self.oidc_issuer:
            return []
        needed = {"OIDC_CLIENT_ID": self.oidc_client_id, "OIDC_CLIENT_SECRET": self.oidc_client_secret}
        missing = [f"{name}: required, because OIDC_ISSUER is set." for name, value in needed.items() if not value]
        return missing if "openid" in self.oidc_scopes else [*missing, "OIDC_SCOPES: openid must be one of them."]

    def _demo_problems(self) -> list[str]:
        if not self.concord_demo:
            return []
        if not self.embedded:
            return ["CONCORD_DEMO: anybody may sign in with it, so it is refused where DATABASE_URL is set; unset it."]
        far = sorted({host for host in [*self.hosts, self.web_host] if not is_loopback(host)})
        return [f"CONCORD_DEMO: refused, because {', '.join(far)} can be reached by others; unset it."] if far else []


def is_loopback(host: str) -> bool:
    """Say whether only this machine reaches the host name or address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def read() -> Environment:
    """Return the settings that the environment gives.

    Raises ImproperlyConfigured, naming every variable that is wrong and what to do; never quoting a value.
    """
    try:
        return Environment()
    except ValidationError as error:
        lines = [line for problem in error.errors() for line in _explain(problem["loc"], problem["msg"])]
        raise ImproperlyConfigured("\n".join(lines)) from None


def _explain(place: tuple[int | str, ...], message: str) -> list[str]:
    text = message.removeprefix("Value error, ")
    return [f"{str(place[0]).upper()}: {text}."] if place else text.splitlines()


def read_or_exit() -> Environment:
    """Return the settings, or end the process with a readable list of what is wrong with them."""
    try:
        return read()
    except ImproperlyConfigured as error:
        print(f"Concord cannot start: its environment is not right.\n\n{error}\n", file=sys.stderr)
        print("docs/settings.md tells of every variable.", file=sys.stderr)
        raise SystemExit(2) from None


env = read_or_exit()
