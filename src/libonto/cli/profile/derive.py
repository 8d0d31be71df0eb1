"""`libonto profile derive`: the evidence that the shapes judge."""

from __future__ import annotations

from libonto.cli.frame import emit
from libonto.cli.session import Session, profile_command


@profile_command("derive", "turtle", "ntriples", "rdfxml", "jsonld", "trig")
def command(session: Session) -> None:
    """Write the evidence graph: what a profile states, and beside it what follows on a day.

    Service is counted as the readings chosen count it, credentials and acts are placed; the
    derived triples name the employments that they come from. Any SHACL engine can judge it by
    “libonto ontology export --shapes” under the same readings.
    """
    from libonto.graph.turtle import to_text

    choices = session.assessor.readings.choose(session.inquiry.readings)
    evidences = [found.evidence for found in session.assess()]
    triples = [t for e in evidences for t in e.as_triples(e.facts_under(choices))]
    order = [candidate.iri for candidate in session.candidates]
    emit(to_text(triples, session.format, first=order), session.output)
