"""What is sent: JSON for programs, or a sentence in the shape that a place where people talk reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from notifications.models import Webhook

if TYPE_CHECKING:
    from notifications.webhooks.feeds import Event

CARD = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"


def body_of(event: Event, form: str) -> bytes:
    """Return the body of an event in a `Webhook.Format`."""
    told = {Webhook.Format.SLACK: _slack, Webhook.Format.TEAMS: _teams}.get(Webhook.Format(form), _json)(event)
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _json(event: Event) -> dict[str, Any]:
    return {"type": event.kind, "timestamp": event.at.isoformat(), "data": dict(event.data)}


def _slack(event: Event) -> dict[str, Any]:
    """Three characters mean something to Slack; nothing of an event becomes a link or calls anybody."""
    text = event.sentence.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {"text": text, "mrkdwn": False}


def _teams(event: Event) -> dict[str, Any]:
    block = {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": event.sentence}]}  # takes no Markdown
    card = {"$schema": SCHEMA, "type": "AdaptiveCard", "version": "1.4", "body": [block]}
    return {"type": "message", "attachments": [{"contentType": CARD, "content": card}]}
