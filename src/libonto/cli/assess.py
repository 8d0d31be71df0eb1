"""`libonto assess`: judge candidates (contract, “Command line”)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from libonto.cli.session import Session, profile_command

if TYPE_CHECKING:
    from libonto.verdict.model import Assessment


@profile_command("assess", "text", "json", "turtle", "html")
def command(session: Session) -> int:
    """Judge candidates by the requirements, and show why with the clause.

    PROFILE is a file in Turtle, N-Triples, N-Quads, TriG, RDF/XML, JSON-LD or plain JSON; -
    reads standard input. Exit status: 0 the category asked for is met by every candidate,
    1 it is not by at least one, 2 the input or the command is wrong, 3 there was nothing to
    assess.
    """
    found = session.assess()
    _write(session, found)
    return 0 if all(assessment.passed for assessment in found) else 1


def _write(session: Session, found: Sequence[Assessment]) -> None:
    from libonto.voice.words import Words

    graph = session.assessor.graph
    words = Words(graph, session.lang)
    if session.format == "turtle":
        from libonto.voice.rdf import ReportWriter

        triples = ReportWriter(graph).report(found, [a.requested_category for a in found])
        session.emit(triples.serialize(format="turtle"))
    elif session.format == "json":
        from libonto.voice.json import to_object

        session.write_json(*(to_object(assessment, words) for assessment in found))
    elif session.format == "html":
        from libonto.voice.report import report

        session.write(report(found, words, session.digests))
    else:
        from libonto.voice.assessment import assessments

        session.write(assessments(found, words))
