"""What readings do to a verdict, in words."""

from __future__ import annotations

from libonto.law.readings import Option, Reading
from libonto.verdict.explanation import OtherOption, UsedReading
from libonto.verdict.model import Status
from libonto.verdict.robustness import Change, Robustness, Turn
from libonto.voice.words import Words, raised, within


def chosen_text(reading: Reading, option: Option, words: Words) -> str:
    """Which option was chosen, and whether it is the default."""
    key = "chosen-default" if option == reading.default else "chosen"
    return words.say(f"readings.{key}", option=words.label(option.iri))


def used_text(used: UsedReading, status: Status, words: Words) -> list[str]:
    """What each other option would change for a category whose status is `status`."""
    wording = [other_text(other, status, words) for other in used.others]
    return wording + [unassessable_text(o, words) for o in used.reading.options if not o.assessable]


def other_text(other: OtherOption, status: Status, words: Words) -> str:
    """What one option would change."""
    option = words.label(other.option.iri)
    if not other.requirements:
        return words.say("readings.other-nothing", option=option)
    changes = [
        words.say("readings.changed", label=within(words.label(iri)), status=words.status(changed))
        for iri, changed in other.requirements
    ]
    key = "category-same" if other.status is status else "category-changed"
    changes.append(words.say(f"readings.{key}", status=words.category_status(other.status)))
    return words.say("readings.other-changes", option=option, changes="; ".join(changes))


def unassessable_text(option: Option, words: Words) -> str:
    """That an option cannot be judged."""
    return words.say("readings.not-assessable", option=words.label(option.iri))


def robustness_text(robustness: Robustness, words: Words) -> list[str]:
    """That a verdict holds under every combination, or what turns it."""
    if robustness.holds:
        return [words.say("readings.holds", status=words.category_status(robustness.status))]
    return [turn_text(turn, words) for turn in robustness.turns]


def turn_text(turn: Turn, words: Words) -> str:
    """Which options, chosen together, give another status."""
    key = "turn" if len(turn.changes) == 1 else "turn-together"
    key = "turn-lacks" if turn.lacks_day else key
    changes = words.listed([change_text(change, words) for change in turn.changes])
    status = words.category_status(turn.status)
    wording = words.say(f"readings.{key}", status=status, changes=changes)
    return raised(wording)


def change_text(change: Change, words: Words) -> str:
    """One reading with another option."""
    option = words.option(change.reading, change.option)
    return words.say(
        "readings.change", reading=within(words.reading(change.reading)), option=option
    )
