"""`libonto readings`: the register of readings, and what they do to a candidate."""

from __future__ import annotations

from libonto.cli.session import Session, profile_command


@profile_command("readings", "text", "html", "json", required=False)
def command(session: Session) -> None:
    """Show where the text is ambiguous: clauses, options, the default and its reason, effects.

    With PROFILE also what every other option would do to the candidate. --category leaves
    only the readings that bear on it. Exit status: 0 the register was shown, 2 the input or
    the command is wrong, 3 a profile was given and there was nothing to assess.
    """
    from libonto.verdict.explanation import effects_on, premises, register
    from libonto.voice.register import register_document, register_object
    from libonto.voice.words import Words

    assessor = session.assessor
    found = session.assess() if session.candidates else []
    asked = session.inquiry
    iri = asked.position or (found[0].rules.iri if found else assessor.positions.default)
    rules = assessor.positions.rules(iri, asked.edition, asked.on)
    entries = [
        entry
        for entry in register(assessor, rules, dict(asked.readings))
        if asked.category is None or asked.category in entry.categories
    ]
    candidates = [(a, effects_on(assessor, a, entries)) for a in found]
    words = Words(assessor.graph, session.lang)
    taken = premises(assessor, rules)
    if session.format == "json":
        session.write_json(register_object(entries, words, candidates, taken))
    else:
        session.write(register_document(entries, words, candidates, taken))
