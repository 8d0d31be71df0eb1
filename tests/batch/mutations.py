"""Profiles as lines of N-Triples, changed in odd ways: some are still profiles, some are not."""

import random
import re
from collections.abc import Callable

from libonto.graph.terms import ID, NS

Lines = list[str]
Change = Callable[[Lines, random.Random], Lines]
_DATE = re.compile(r'"[0-9-]+"\^\^<http://www.w3.org/2001/XMLSchema#date>')
XSD = "http://www.w3.org/2001/XMLSchema#"


def _pick(lines: Lines, chance: random.Random, *words: str) -> int | None:
    found = [n for n, line in enumerate(lines) if all(word in line for word in words)]
    return chance.choice(found) if found else None


def _replace_date(text: str) -> Change:
    def change(lines: Lines, chance: random.Random) -> Lines:
        place = _pick(lines, chance, "#date>")
        if place is not None:
            lines[place] = _DATE.sub(text, lines[place])
        return lines

    return change


def _replace(old: str, new: str) -> Change:
    def change(lines: Lines, chance: random.Random) -> Lines:
        place = _pick(lines, chance, old)
        if place is not None:
            lines[place] = lines[place].replace(old, new)
        return lines

    return change


def _add(text: str) -> Change:
    """A further line; {me} is the candidate, {part} one of its credentials or employments."""

    def change(lines: Lines, chance: random.Random) -> Lines:
        whole = "\n".join(lines)
        parts = re.findall(r"^_:\w+", whole, re.MULTILINE) or ["_:nobody"]
        me = re.search(r"<urn:[a-z0-9\\]+:candidate:\d+>|_:k\d+", whole)
        assert me
        line = text.replace("{me}", me[0]).replace("{part}", chance.choice(parts))
        lines.insert(chance.randrange(1, len(lines) + 1), line)
        return lines

    return change


def _every(change: Callable[[str], str]) -> Change:
    return lambda lines, chance: [change(line) for line in lines]


def _again(lines: Lines, chance: random.Random) -> Lines:
    """The same statement twice."""
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))
    return lines


def _without(lines: Lines, chance: random.Random) -> Lines:
    del lines[chance.randrange(1, len(lines))]
    return lines


def _shuffled(lines: Lines, chance: random.Random) -> Lines:
    return chance.sample(lines, len(lines))


def _named_parts(lines: Lines, chance: random.Random) -> Lines:
    """IRIs in the place of blank nodes."""
    return [re.sub(r"_:(\w+)", r"<urn:example:part:\1>", line) for line in lines]


def _shared_part(lines: Lines, chance: random.Random) -> Lines:
    """A credential that is an employment too."""
    place = _pick(lines, chance, "#hasCredential>")
    if place is not None:
        lines.append(lines[place].replace("#hasCredential>", "#hasEmployment>"))
    return lines


def _part_of_ours(lines: Lines, chance: random.Random) -> Lines:
    """A part with an IRI of ours that is not defined."""
    parts = re.findall(r"^_:\w+", "\n".join(lines), re.MULTILINE)
    if not parts:
        return lines
    part = chance.choice(parts)
    return [re.sub(rf"{part}\b", f"<{ID}part/{part[2:]}>", line) for line in lines]


def _ends_before_it_starts(lines: Lines, chance: random.Random) -> Lines:
    place = _pick(lines, chance, "#startedOn>")
    if place is not None:
        node = lines[place].split(" ")[0]
        lines.append(f'{node} <{NS}endedOn> "1951-01-01"^^<{XSD}date> .')
    return lines


HARMLESS: dict[str, Change] = {
    "nothing": lambda lines, chance: lines,
    "twice the same": _again,
    "out of order": _shuffled,
    "named parts": _named_parts,
    "crlf": _every(lambda line: line + "\r"),
    "tabs": _every(lambda line: line.replace("> <", ">\t<", 1)),
    "wide": _every(lambda line: "  " + line.replace(" ", "   ") if '"' not in line else line),
    "comment": _add("# a comment, with <urn:a> <urn:b> <urn:c> ."),
    "comment behind": _every(lambda line: line + " # so it is"),
    "blank line": _add(""),
    "in a graph": _every(lambda line: line and line[:-1] + "<urn:example:graph> ."),
    "escaped": _every(lambda line: line.replace("#Candidate>", r"#\u0043andidate>")),
    "escaped subject": _every(lambda line: line.replace("<urn:example:c", r"<urn:ex\u0061mple:c")),
    "foreign literal": _add('{me} <http://xmlns.com/foaf/0.1/age> "44" .'),
    "foreign node": _add("{me} <http://xmlns.com/foaf/0.1/knows> <urn:example:another> ."),
    "foreign type": _add(
        "{me} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:example:Person> ."
    ),
    "language": _replace('" .', '"@kk .'),
    "escaped name": _replace('" .', '\\t\\"\\u0410\\\\" .'),
    "employer": _add(f'{{me}} <{NS}evidence> "№ 5" .'),
    "act": _add(f"{{me}} <{NS}hasKnowledgeOf> <{ID}act/K2600000000> ."),
    "old act": _add(f"{{me}} <{NS}hasKnowledgeOf> <{ID}act/K950001000_> ."),
    "without a line": _without,
    "leap day": _replace_date(f'"2020-02-29"^^<{XSD}date>'),
    "first day": _replace_date(f'"0001-01-01"^^<{XSD}date>'),
    "last day": _replace_date(f'"9999-12-31"^^<{XSD}date>'),
    "today": _replace_date(f'"2026-11-22"^^<{XSD}date>'),
    "isced": _replace("field/library-science>", "field/pedagogy>"),
    "a field of nobody's": _replace(f"{ID}field/library-science", "urn:example:field"),
    "too broad": _replace(f"{ID}field/library-science", "http://data.europa.eu/snb/isced-f/01"),
}
HARMFUL: dict[str, Change] = {
    "no such day": _replace_date(f'"2019-02-30"^^<{XSD}date>'),
    "short date": _replace_date(f'"04"^^<{XSD}date>'),
    "time zone": _replace_date(f'"2019-03-01Z"^^<{XSD}date>'),
    "offset": _replace_date(f'"2019-03-01+06:00"^^<{XSD}date>'),
    "date and time": _replace_date(f'"2019-03-01T00:00:00"^^<{XSD}dateTime>'),
    "plain text": _replace_date('"2019-03-01"'),
    "exponent": _replace_date(f'"1e1"^^<{XSD}decimal>'),
    "not a number": _replace_date(f'"NaN"^^<{XSD}decimal>'),
    "not a day": _replace_date(f'"NaN"^^<{XSD}date>'),
    "year of five digits": _replace_date(f'"12019-03-01"^^<{XSD}date>'),
    "negative year": _replace_date(f'"-2019-03-01"^^<{XSD}date>'),
    "spaces in a date": _replace_date(f'" 2019-03-01 "^^<{XSD}date>'),
    "day in a language": _replace_date('"2019-03-01"@kk'),
    "second name": _add(f'{{me}} <{NS}name> "Somebody else" .'),
    "same name in a language": _add(f'{{me}} <{NS}name> "Somebody"@kk .'),
    "second level": _add(f"{{part}} <{NS}educationLevel> <{ID}education/higher> ."),
    "second start": _add(f'{{part}} <{NS}startedOn> "2001-01-01"^^<{XSD}date> .'),
    "second category": _add(f"{{me}} <{NS}appliesFor> <{ID}category/librarian/higher-none> ."),
    "blank candidate": _every(
        lambda line: re.sub(r"<urn:example:candidate:(\d+)>", r"_:k\1", line)
    ),
    "blank level": _replace(f"<{ID}education/higher>", "_:level"),
    "level as text": _replace(f"<{ID}education/higher>", '"higher"'),
    "unknown level": _replace(f"{ID}education/higher", f"{ID}education/highest"),
    "unknown item": _replace(f"{ID}knowledge/reader-work", f"{ID}knowledge/reading"),
    "unknown category": _replace(f"{ID}category/librarian/", f"{ID}category/library/"),
    "the post that is described": _replace("position/school-librarian>", "position/librarian>"),
    "unknown property": _add(f'{{me}} <{NS}age> "44" .'),
    "derived property": _add(f"{{me}} <{NS}showsKnowledge> <{ID}knowledge/pedagogy> ."),
    "misplaced property": _add(f"{{me}} <{NS}educationLevel> <{ID}education/higher> ."),
    "class of ours": _add(
        f"{{me}} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{NS}Employment> ."
    ),
    "undefined of ours": _add(f"{{me}} <urn:example:sees> <{ID}nowhere> ."),
    "a link to text": _add(f'{{me}} <{NS}hasCredential> "higher" .'),
    "a link to nothing": _add(f"{{me}} <{NS}hasEmployment> _:nothing ."),
    "shared part": _shared_part,
    "a part of ours": _part_of_ours,
    "ends before it starts": _ends_before_it_starts,
    "broken": _replace("> .", ">"),
    "broken literal": _replace('" .', " ."),
    "broken iri": _replace("<https://w3id.org/libonto/ns#has", "<https://w3id.org/li bonto/ns#has"),
}
CHANGES = {**HARMLESS, **HARMFUL}


def changed(lines: Lines, names: list[str], chance: random.Random) -> Lines:
    """The lines with some changes, one after the other."""
    for name in names:
        lines = CHANGES[name](list(lines), chance)
    return lines
