"""`libonto readings`: the register of readings, and what they do to a candidate."""

from __future__ import annotations

from collections.abc import Sequence

import click

from libonto.cli.frame import emit
from libonto.cli.session import json_lines, open_session, session_options, text_page


@click.command("readings")
@click.argument("profiles", nargs=-1)
@session_options
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
)
def command(
    profiles: Sequence[str],
    position: str | None,
    category: str | None,
    on: str | None,
    lang: str,
    input_format: str | None,
    readings: Sequence[str],
    data: Sequence[str],
    output: str | None,
    format_: str,
) -> None:
    """Show where the text is ambiguous: clauses, options, the default and its reason, effects.

    With PROFILE also what every other option would do to the candidate. --category leaves
    only the readings that bear on it. Exit status: 0 the register was shown, 2 the input or
    the command is wrong, 3 a profile was given and there was nothing to assess.
    """
    from libonto.verdict.register import effects_on, register
    from libonto.voice.words import Words

    session = open_session(
        profiles,
        position=position,
        category=category,
        on=on,
        input_format=input_format,
        readings=readings,
        data=data,
        needed=False,
    )
    assessor = session.assessor
    found = session.assess() if session.candidates else []
    iri = session.position or (found[0].rules.iri if found else assessor.positions.default)
    entries = [
        entry
        for entry in register(assessor, assessor.positions.rules(iri), session.choices)
        if session.asked is None or session.asked in entry.effects.categories
    ]
    candidates = [(a, effects_on(assessor, a, entries)) for a in found]
    words = Words(assessor.graph, lang)
    if format_ == "json":
        from libonto.voice.register_json import register_object

        emit(json_lines([register_object(entries, words, candidates)]), output)
    else:
        from libonto.voice.register_text import RegisterText

        emit(str(RegisterText(entries, words, candidates, text_page(output))), output)
