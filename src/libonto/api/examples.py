"""What OpenAPI says of the routes that read their requests themselves, with examples."""

from __future__ import annotations

from typing import Any

ASSESS: dict[str, Any] = {}
