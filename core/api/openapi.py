"""The description of the API: parameters from `ApiView.query`, and the problems any address may answer."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema

from core.api.bodies import PLAIN
from core.api.problems import CONTENT_TYPE, body_of
from core.api.query import Query

REF = "#/components/schemas/Problem"
RETRY = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
CHALLENGE = {"WWW-Authenticate": {"description": "`Bearer`.", "schema": {"type": "string"}}}

RULE = {"reason": "Pay is between people and People Operations.", "owner": {"username": "lena", "name": "Lena Brandt"}}
EXAMPLES: dict[str, dict[str, Any]] = {
    "400": body_of(
        400, "limit: Ensure this value is less than or equal to 200.", "/api/v1/datasets",
        errors=[{"detail": "Ensure this value is less than or equal to 200.", "parameter": "limit"}],
    ),
    "401": body_of(401, "This token has expired.", "/api/v1/datasets"),
    "403": body_of(
        403, "warehouse.people_ops.salary is closed to you: Pay is between people and People Operations.",
        "/api/v1/datasets/7", level="read", rules=[RULE | {"review_on": "2027-01-31"}],
        request_access="/permissions/requests/new/?thing=dataset%3A7&level=read",
    ),
    "404": body_of(404, "There is nothing at this address.", "/api/v1/datasets/8"),
    "409": body_of(409, "Shop is being harvested already.", "/api/v1/sources/shop/runs", run=12),
    "412": body_of(412, "It has changed since you read it.", "/api/v1/sources/shop"),
    "429": body_of(429, "Request was throttled. Expected available in 12 seconds.", "/api/v1/search"),
}  # fmt: skip
MEANING = {
    "400": "The request does not fit; `errors` says where.",
    "401": "No credentials, or they do not hold.",
    "403": "Known, and closed to you: why, by whose rule, and when that is looked at again. Or not yours to do.",
    "404": "Unknown, or hidden from you.",
    "405": "Not with this method.",
    "406": "Only application/json is answered.",
    "409": "Not in this state.",
    "412": "It has changed since you read it.",
    "414": "The address is too long, for the server or a proxy in front, which answers with a text of its own.",
    "413": "The body is too large.",
    "415": "Only application/json is read.",
    "428": "Send the ETag of what you change as If-Match.",
    "429": "Too many requests.",
    "500": "Something went wrong here.",
}
ALWAYS = ("400", "401", "403", "404", "406", "414", "429", "500")
WITH_BODY = ("415",)
PROBLEM = {
    "type": "object",
    "description": "Why a request was not done, as RFC 9457 has it.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong and what to do."},
        "instance": {"type": "string"},
        "errors": {"type": "array", "items": {"$ref": f"{REF}Part"}},
        "level": {"type": "string", "enum": ["discover", "read", "sample"], "description": "What a rule closes."},
        "rules": {"type": "array", "items": {"$ref": "#/components/schemas/Rule"}},
        "request_access": {"type": "string", "description": "The page on which an exception can be asked for."},
        "run": {"type": "integer", "description": "The run that is under way."},
        "scope": {"type": "string", "description": "The scope that the token lacks."},
    },
}
PART = {
    "type": "object",
    "description": "What is wrong with one parameter, or with the place of a body that a JSON pointer names.",
    "required": ["detail"],
    "properties": {
        "detail": {"type": "string"}, "parameter": {"type": "string"}, "pointer": {"type": "string"},
    },
}  # fmt: skip


class Schema(AutoSchema):
    """Takes the parameters of a read from its view."""

    def get_override_parameters(self) -> list[Any]:
        name = "query" if self.method == "GET" else "write_query"
        query = getattr(self.view, name, Query)
        return [query] if query is not Query else []


def add_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Document on every operation what may be answered instead; those a view names itself gain body and example."""
    result["components"]["schemas"] |= {"Problem": PROBLEM, "ProblemPart": PART}
    for path in result["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", []):
                _without_nul(parameter["schema"])
            operation["summary"] = operation["description"].partition(".")[0]
            codes = (*ALWAYS, *(WITH_BODY if "requestBody" in operation else ()))
            named = [code for code in operation["responses"] if code in MEANING]
            operation["responses"] |= {code: _response(code) for code in sorted({*codes, *named})}
    for name in _bodies(result):
        schema = result["components"]["schemas"][name]
        schema["additionalProperties"] = False
        for member in schema.get("properties", {}).values():
            _without_nul(member)
    return result


def _without_nul(schema: dict[str, Any]) -> None:
    """Say of a text that it holds no NUL: no text of the database can."""
    inner = schema.get("items", schema)
    if inner.get("type") == "string" and not inner.keys() & {"enum", "format", "pattern"}:
        inner["pattern"] = PLAIN


def _bodies(result: dict[str, Any]) -> set[str]:
    """Names of the schemas that bodies of requests have; one described where it stands may hold anything else."""
    operations = (operation for path in result["paths"].values() for operation in path.values())
    contents = (one["requestBody"]["content"].values() for one in operations if "requestBody" in one)
    named = (media["schema"].get("$ref", "") for content in contents for media in content)
    return {name.rpartition("/")[2] for name in named if name}


def _response(code: str) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": {"$ref": REF}}
    if code in EXAMPLES:
        content["example"] = EXAMPLES[code]
    headers = {"429": RETRY, "401": CHALLENGE}.get(code)
    if code == "414":
        return {"description": MEANING[code]}
    described = {"description": MEANING[code], "content": {CONTENT_TYPE: content}}
    return described | ({"headers": headers} if headers else {})
