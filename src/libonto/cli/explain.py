"""`libonto explain`: why a category is met or not, clause by clause."""

from __future__ import annotations

from libonto.cli.session import Session, profile_command


@profile_command("explain", "text", "html", "json")
def command(session: Session) -> None:
    """Explain a verdict: every requirement with its clause marked in the text.

    The category is the one given by --category, else the one applied for, else the next one on
    the candidate's ladder. Exit status: 0 it was explained, 2 the input or the command is wrong,
    3 there was nothing to assess.
    """
    from libonto.verdict.explanation import Explainer
    from libonto.voice.explanation import explanation_object, explanations
    from libonto.voice.words import Words

    found = session.assess()
    explainer = Explainer(session.assessor)
    explained = [explainer.explain(assessment, assessment.target) for assessment in found]
    words = Words(session.assessor.graph, session.lang)
    if session.format == "json":
        session.write_json(*(explanation_object(e, words) for e in explained))
    else:
        session.write(explanations(explained, words))
