"""How schemathesis writes bodies of types that it does not know."""

from __future__ import annotations

import schemathesis

schemathesis.serializer.alias("application/x-ndjson", "text/plain")
