"""`libonto profile derive`: the evidence that the shapes judge."""

from __future__ import annotations

from libonto.cli.session import Session, profile_command


@profile_command("derive", "turtle", "ntriples", "rdfxml", "jsonld", "trig")
def command(session: Session) -> None:
    """Write the evidence graph: what a profile states, and beside it what follows on a day.

    Service is counted as the readings chosen count it, credentials and acts are placed; the
    derived triples name the employments that they come from, the candidate the day. Any SHACL
    engine can judge it by “libonto ontology export --shapes” under the same readings.
    """
    from pyoxigraph import Literal, NamedNode, Triple

    from libonto.graph.terms import term
    from libonto.graph.turtle import to_text

    choices = session.assessor.readings.choose(session.inquiry.readings)
    triples: list[Triple] = []
    for found in session.assess():
        evidence = found.evidence
        triples += evidence.as_triples(evidence.facts_under(choices))
        day = Literal(evidence.on.isoformat(), datatype=term("xsd:date"))
        triples.append(Triple(NamedNode(evidence.candidate.iri), term("lo:assessedOn"), day))
    order = [candidate.iri for candidate in session.candidates]
    session.emit(to_text(triples, session.format, first=order))
