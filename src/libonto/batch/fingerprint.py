"""By what a run is known again: the inputs, what is asked, our data and our version."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Any

from libonto.batch.inputs import Input
from libonto.batch.judge import BatchJudge
from libonto.batch.model import Order
from libonto.errors import UsageError
from libonto.graph.catalogue import Catalogue


@dataclass(frozen=True)
class Fingerprint:
    """What must not change between the parts of one run."""

    values: dict[str, Any]

    @classmethod
    def of(cls, order: Order, given: Sequence[Input], judge: BatchJudge) -> Fingerprint:
        """The fingerprint of an order."""
        inquiry = order.inquiry
        options = {
            "position": inquiry.position,
            "category": inquiry.category,
            "on": inquiry.on.isoformat(),
            "edition": inquiry.edition,
            "readings": {name: option.name for name, option in judge.choices.items()},
            "lang": order.lang,
            "format": order.form,
            "input-format": order.input_format,
            "encoding": order.encoding,
            "mapping": asdict(order.mapping) if order.mapping else None,
            "trust": order.trust.document.data.hex() if order.trust else None,
            "audit": order.audit is not None,
        }
        inputs = [[one.name, one.format, *_stat(one.path)] for one in given]
        data = data_digest(judge.assessor.graph.catalogue)
        return cls({"options": options, "inputs": inputs, "data": data})

    def check(self, stored: dict[str, Any]) -> None:
        """UsageError where an unfinished run is another one; says what differs."""
        mine = json.loads(json.dumps(self.values))
        for what, value in mine.items():
            if stored.get(what) != value:
                raise UsageError(f"batch-other-{what}")

    def check_inputs(self, given: Sequence[Input]) -> None:
        """UsageError where an input has been changed since, while it was being read."""
        for one, (_, _, *known) in zip(given, self.values["inputs"], strict=True):
            if _stat(one.path) != known:
                raise UsageError("batch-input-changed", path=one.name or "-")


def data_digest(catalogue: Catalogue) -> str:
    """A digest of our version and of all that is judged by."""
    found = blake2b(version("libonto").encode(), digest_size=16)
    for path in catalogue.turtle():
        found.update(path.name.encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def _stat(path: Path) -> list[int]:
    """Size and time; what was read is told by the digest that each part has of it."""
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]
