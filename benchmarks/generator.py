"""Makes candidates: as many as you like, the same ones for the same seed, half of them failing.

    python -m benchmarks.generator 10000 --format nt > candidates.nt
    python -m benchmarks.generator 10000 --format csv -o candidates.csv

Each has about 38 triples: type, name, about 17 knowledge items, one or two credentials, two or
three employments, the category applied for. Those who fail do so in different ways: service
that is too short, in another position or yet to come, a missing item, the wrong level or
field, a field too broad to tell, no credential, no employment, an award in the future.
"""

import argparse
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TextIO

NS = "https://w3id.org/libonto/ns#"
ID = "https://w3id.org/libonto/id/"
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
XSD_DATE = "<http://www.w3.org/2001/XMLSchema#date>"
ISCED = "http://data.europa.eu/snb/isced-f/"

GENERAL = [
    "constitution", "law-education", "law-child-rights", "law-languages", "law-anti-corruption",
    "education-regulations", "library-guidance", "library-work-fundamentals", "bibliography",
    "library-technology-processes", "reader-work", "pedagogy", "psychology", "economics",
    "labour-legislation", "occupational-safety", "fire-safety",
]  # fmt: skip
FURTHER = ["library-work-issues", "librarianship-fundamentals"]
SCHOOL = "school-librarian"
FIRST = ["Айгүл", "Дана", "Данияр", "Ерлан", "Мәдина", "Нұрлан", "Ольга", "Сәуле", "Тимур", "Үміт"]
LAST = ["Ахметова", "Жұмабаев", "Ковалёва", "Қасымова", "Нұрпейіс", "Омаров", "Сейітқали", "Цой"]
WAYS = [
    "short", "elsewhere", "future", "item", "items", "level", "field", "broad", "no-credential",
    "no-employment", "not-yet", "gaps",
]  # fmt: skip
ON = date(2026, 11, 22)


@dataclass
class Person:
    number: int
    name: str
    credentials: list[tuple[str, str, date | None]] = field(default_factory=list)
    employments: list[tuple[str, date, date | None]] = field(default_factory=list)
    knowledge: list[str] = field(default_factory=list)
    applies_for: str = ""

    @property
    def iri(self) -> str:
        return f"urn:example:candidate:{self.number}"


def people(count: int, seed: int = 338) -> Iterator[Person]:
    """The candidates 1 to `count`; each depends on the seed and its number only."""
    for number in range(1, count + 1):
        yield person(number, seed)


def person(number: int, seed: int = 338) -> Person:
    chance = random.Random(seed * 1_000_003 + number)
    ladder = chance.choice(("higher", "higher", "higher", "middle"))
    level = chance.choice(("none", "second", "first", "highest"))
    made = Person(number, f"{chance.choice(FIRST)} {chance.choice(LAST)}")
    made.applies_for = f"librarian/{ladder}-{level}"
    degree = ("higher", "postgraduate") if ladder == "higher" else ("technical-vocational",)
    subject = "library-science"
    if ladder == "higher" and chance.random() < 0.3:
        subject = chance.choice(("pedagogy", ISCED + "0114", ISCED + "0322"))
    made.credentials.append((chance.choice(degree), subject, day(chance, 1985, 2019)))
    if chance.random() < 0.2:
        made.credentials.append(("general-secondary", "pedagogy", day(chance, 1980, 1984)))
    years = {"none": 0, "second": 3, "first": 4, "highest": 5}[level]
    start = ON - timedelta(days=366 * (years + chance.randint(1, 15)) + chance.randint(0, 364))
    middle = start + (ON - start) * chance.uniform(0.2, 0.8)
    made.employments += [(SCHOOL, start, middle), (SCHOOL, middle + timedelta(days=1), None)]
    if chance.random() < 0.3:
        made.employments.append(
            ("public-librarian", start - timedelta(days=1200), start - timedelta(days=30))
        )
    made.knowledge = [*GENERAL, *FURTHER]
    if level == "none" and chance.random() < 0.5:
        made.knowledge = list(GENERAL)
    if chance.random() < 0.5:
        spoil(made, chance.choice(WAYS), chance)
    return made


def spoil(made: Person, way: str, chance: random.Random) -> None:
    """Make a candidate fail in one way (some ways do no harm where no service is asked for)."""
    jobs, (degree, subject, awarded) = made.employments, made.credentials[0]
    if way == "short":
        start = ON - timedelta(days=chance.randint(20, 900))
        made.employments = [(SCHOOL, start, None)]
    elif way == "elsewhere":
        other = chance.choice(("college-librarian", "public-librarian", "urn:example:archivist"))
        made.employments = [(other, *job[1:]) for job in jobs]
    elif way == "future":
        made.employments = [(SCHOOL, ON + timedelta(days=chance.randint(1, 400)), None)]
    elif way == "gaps":
        short = [(SCHOOL, ON - timedelta(days=400 * n), ON - timedelta(days=400 * n - 90)) for n in
                 range(1, 4)]  # fmt: skip
        made.employments = list(reversed(short))
    elif way == "item":
        made.knowledge.remove(chance.choice(GENERAL))
    elif way == "items":
        made.knowledge = sorted(chance.sample(GENERAL, 12))
    elif way == "level":
        made.credentials[0] = ("general-secondary", subject, awarded)
    elif way == "field":
        made.credentials[0] = (degree, ISCED + chance.choice(("0311", "0414", "061")), awarded)
    elif way == "broad":
        made.credentials[0] = (degree, ISCED + chance.choice(("01", "032", "03")), awarded)
    elif way == "no-credential":
        made.credentials = []
    elif way == "no-employment":
        made.employments = []
    else:
        made.credentials[0] = (degree, subject, ON + timedelta(days=chance.randint(1, 300)))


def day(chance: random.Random, first: int, last: int) -> date:
    return date(chance.randint(first, last), chance.randint(1, 12), chance.randint(1, 28))


def iri(kind: str, name: str) -> str:
    return f"<{name}>" if ":" in name else f"<{ID}{kind}/{name}>"


def triples(one: Person) -> str:
    """A candidate's statements as lines of N-Triples."""
    me, lines = f"<{one.iri}>", []

    def say(subject: str, property_: str, value: str) -> None:
        lines.append(f"{subject} <{NS}{property_}> {value} .\n")

    def date_of(value: date) -> str:
        return f'"{value.isoformat()}"^^{XSD_DATE}'

    lines.append(f"{me} {RDF_TYPE} <{NS}Candidate> .\n")
    say(me, "name", f'"{one.name}"')
    for place, (level, subject, awarded) in enumerate(one.credentials):
        node = f"_:c{one.number}d{place}"
        say(me, "hasCredential", node)
        lines.append(f"{node} {RDF_TYPE} <{NS}Credential> .\n")
        say(node, "educationLevel", iri("education", level))
        say(node, "fieldOfStudy", iri("field", subject))
        if awarded:
            say(node, "awardedOn", date_of(awarded))
    for place, (position, start, end) in enumerate(one.employments):
        node = f"_:c{one.number}e{place}"
        say(me, "hasEmployment", node)
        lines.append(f"{node} {RDF_TYPE} <{NS}Employment> .\n")
        say(node, "inPosition", iri("position", position))
        say(node, "startedOn", date_of(start))
        if end:
            say(node, "endedOn", date_of(end))
    for item in one.knowledge:
        say(me, "hasKnowledgeOf", iri("knowledge", item))
    if one.applies_for:
        say(me, "appliesFor", iri("category", one.applies_for))
    return "".join(lines)


HEADINGS = [
    "id", "name",
    *(f"{key} {n}" for n in (1, 2) for key in ("education level", "field of study", "awarded")),
    *(f"{key} {n}" for n in (1, 2, 3) for key in ("position", "start", "end")),
    "knowledge", "category",
]  # fmt: skip


def row(one: Person) -> str:
    """A candidate as a line of CSV, in the order of HEADINGS."""
    cells: list[str] = [one.iri, one.name]
    for part, most in ((one.credentials, 2), (one.employments, 3)):
        for place in range(most):
            if place < len(part):
                cells += [v.isoformat() if isinstance(v, date) else v or "" for v in part[place]]
            else:
                cells += ["", "", ""]
    cells += [";".join(one.knowledge), one.applies_for]
    return ",".join(cells) + "\n"


def write(count: int, form: str, out: TextIO, seed: int = 338) -> None:
    """Write the candidates 1 to `count` as `nt` or `csv`."""
    made: Callable[[Person], str] = triples if form == "nt" else row
    if form == "csv":
        out.write(",".join(HEADINGS) + "\n")
    for one in people(count, seed):
        out.write(made(one))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, add_help=True)
    parser.add_argument("count", type=int, nargs="?", default=1000)
    parser.add_argument("--format", choices=("nt", "csv"), default="nt")
    parser.add_argument("--seed", type=int, default=338)
    parser.add_argument("-o", "--output", type=Path)
    given = parser.parse_args()
    if given.output:
        with given.output.open("w", encoding="utf-8", newline="") as out:
            write(given.count, given.format, out, given.seed)
    else:
        write(given.count, given.format, sys.stdout, given.seed)


if __name__ == "__main__":
    main()
