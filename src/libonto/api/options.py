"""What an operator can choose when the server starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from libonto.sandbox.limits import MIB, Limits
from libonto.sandbox.worker_parent import ProgramSpec


@dataclass(frozen=True)
class Options:
    """The choices for one server; sizes in bytes, times in seconds.

    `store` is a folder or an endpoint's address, None for the graph in memory. `base` is the
    public address where it is not the one that requests name (behind a proxy). `supervised`:
    something starts the server again when it ends. `trust` is a file of the keys by which the
    signatures of credentials are verified.
    """

    data: tuple[str, ...] = ()
    store: str | None = None
    load: tuple[str, ...] = ()
    base: str | None = None
    limits: Limits = field(default_factory=Limits)
    upload: int = 2 * MIB
    cache: int = 64 * MIB
    patience: float = 10.0
    supervised: bool = False
    trust: str | None = None

    def plan(self) -> ProgramSpec:
        """The program of the workers' parent, and what it loads."""
        config: dict[str, Any] = {
            "data": list(self.data),
            "store": self.store,
            "load": list(self.load),
            "trust": self.trust,
            "answer": self.limits.answer,
        }
        return ProgramSpec("libonto.api.work:Work", config)
