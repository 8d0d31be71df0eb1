"""libonto: qualification requirements as a knowledge graph, and verdicts with their clauses.

::

    import libonto

    for result in libonto.assess("profile.ttl"):
        print(result.highest, libonto.as_object(result, lang="en")["requirements"])
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from libonto.errors import LibontoError
    from libonto.public import Assessments, as_object, assess, read_profiles, table
    from libonto.verdict.assessment import Assessor
    from libonto.verdict.model import Assessment, CategoryVerdict, Finding, Status

__all__ = [
    "Assessment",
    "Assessments",
    "Assessor",
    "CategoryVerdict",
    "Finding",
    "LibontoError",
    "Status",
    "__version__",
    "as_object",
    "assess",
    "read_profiles",
    "table",
]

_HOMES = {
    "LibontoError": "libonto.errors",
    "Assessments": "libonto.public",
    "as_object": "libonto.public",
    "assess": "libonto.public",
    "read_profiles": "libonto.public",
    "table": "libonto.public",
    "Assessor": "libonto.verdict.assessment",
    "Assessment": "libonto.verdict.model",
    "CategoryVerdict": "libonto.verdict.model",
    "Finding": "libonto.verdict.model",
    "Status": "libonto.verdict.model",
}

__version__: str


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: the command's help needs none of them."""
    if name == "__version__":
        from importlib.metadata import version

        return version("libonto")
    if name in _HOMES:
        import importlib

        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
