"""A draft's meaning as Turtle: the description of the position, and its shapes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from libonto.drafting.meaning import EducationNeed, Item, Meaning, ServiceNeed
from libonto.drafting.model import Clause, Level
from libonto.drafting.points import Point, alike
from libonto.graph.terms import resource, term
from libonto.graph.turtle import to_text
from libonto.locales import LANGUAGES, sentence

Value = NamedNode | BlankNode | Literal
_AROUND = 32  # characters of a quote's context


@dataclass
class _File:
    """The triples of a file, and the order of their subjects."""

    triples: list[Triple] = field(default_factory=list)
    order: list[str] = field(default_factory=list)

    def add(
        self, subject: NamedNode | BlankNode, said: Mapping[str, Value | Iterable[Value]]
    ) -> None:
        """State what is said of a subject, by prefixed names."""
        if isinstance(subject, NamedNode):
            self.order.append(subject.value)
        for name, values in said.items():
            listed = [values] if isinstance(values, NamedNode | BlankNode | Literal) else values
            predicate = term("rdf:type") if name == "a" else term(name)
            self.triples += [Triple(subject, predicate, value) for value in listed]

    def nested(self, said: Mapping[str, Value | Iterable[Value]]) -> BlankNode:
        """A node without a name of which this is said."""
        node = BlankNode()
        self.add(node, said)
        return node

    def members(self, values: Sequence[Value]) -> NamedNode | BlankNode:
        """A list."""
        head: NamedNode | BlankNode = term("rdf:nil")
        for value in reversed(values):
            head = self.nested({"rdf:first": value, "rdf:rest": head})
        return head

    def text(self, title: str) -> str:
        """The file as Turtle, its subjects in the order in which they were stated."""
        head, mark, rest = to_text(self.triples, first=self.order).partition("\n\n")
        return f"{head}\n\n# {title}{mark}{rest}"


class Writer:
    """Writes one draft.

    `edition` is the slug of the edition that the text belongs to, `days` the first day on which
    it is in force and the first on which it no longer is, as far as they are known.
    """

    def __init__(
        self,
        meaning: Meaning,
        edition: str,
        points: Sequence[Point],
        days: tuple[str | None, str | None] = (None, None),
    ) -> None:
        """Take the meaning and its open points."""
        self.meaning, self.edition, self.points, self.days = meaning, edition, points, days
        self.draft, self.answers = meaning.draft, meaning.answers
        self.slug = meaning.position
        self.graph = meaning.known.graph
        held = resource("position", self.slug).value in self.graph.instances("lo:Position")
        # Another edition of a position that is described puts its slug after the position's.
        self.path = f"{self.slug}/{edition}" if held else self.slug
        self.described = held

    # ------------------------------------------------------------ names

    def _own(self, kind: str, name: str) -> NamedNode:
        return resource(kind, f"{self.path}/{name}")

    def _clause(self, clause: Clause) -> NamedNode:
        return resource("clause", f"{self.edition}/{self.slug}/{clause.id}")

    def _cited(self, clauses: Iterable[Clause]) -> list[Value]:
        return [self._clause(clause) for clause in clauses]

    def _category(self, level: Level) -> NamedNode:
        return self._own("category", level.slug or self.slug)

    def _ladder(self, level: Level) -> NamedNode:
        return self._own("ladder", level.ladder or self.slug)

    @property
    def _position(self) -> NamedNode:
        return resource("position", self.slug)

    @property
    def _edition(self) -> NamedNode:
        return resource("edition", self.edition)

    @property
    def _text(self) -> NamedNode:
        return resource("text", f"{self.edition}-{self.slug}")

    @property
    def source(self) -> str:
        """Where the text lies, from `ontology/` on."""
        return f"source/{self.edition}/{self.slug}.{self.draft.lang}.txt"

    # ------------------------------------------------------------ words

    def _worded(self, key: str, words: str) -> dict[str, str]:
        """The answered words in each language; the text's own words stand in."""
        return {lang: self.answers.get(f"{key}/{lang}") or words for lang in LANGUAGES}

    def _said(self, key: str, **params: Mapping[str, str] | object) -> dict[str, str]:
        """A sentence of `draft.toml` in each language."""
        found = {}
        for lang in LANGUAGES:
            values = {k: v[lang] if isinstance(v, Mapping) else v for k, v in params.items()}
            found[lang] = sentence(f"draft.{key}", lang, **values)
        return found

    def _labels(self, iris: Iterable[NamedNode]) -> dict[str, str]:
        nodes = list(iris)
        names = dict(self._names)
        codes = (n for need in self.meaning.education() for n in need.fields if n.isdecimal())
        names |= {_field(code).value: self._said("field-label", code=code) for code in codes}
        return {
            lang: ", ".join(
                names[n.value][lang] if n.value in names else self.graph.label(n.value, lang)
                for n in nodes
            )
            for lang in LANGUAGES
        }

    @property
    def _names(self) -> dict[str, dict[str, str]]:
        title = self.draft.quote(self.draft.title) if self.draft.title else self.slug
        return {self._position.value: self._worded("position", title)}

    def _named(
        self, label: Mapping[str, str], definition: Mapping[str, str]
    ) -> dict[str, list[Value]]:
        return {"skos:prefLabel": _all(label), "skos:definition": _all(definition)}

    # ------------------------------------------------------------ the position

    def position(self) -> str:
        """The file `ontology/positions/SLUG.ttl`."""
        file = _File()
        if self._edition.value not in self.graph.instances("lo:Edition"):
            self._write_edition(file)
        elif not self.graph.iris(self._edition, "eli:is_embodied_by"):
            file.add(self._edition, {"eli:is_embodied_by": self._text})
        self._write_text(file)
        self._write_position(file)
        for level in self.meaning.levels:
            self._write_level(file, level)
        for clause in self.draft.clauses:
            self._write_clause(file, clause)
        self._write_duties(file)
        for item in self.meaning.items():
            self._write_item(file, item)
        for number, (name, need, said) in enumerate(self._requirements(), start=1):
            self._write_requirement(file, name, number, need, said)
        for point in self.points:
            targets = [resource("clause", f"{self.edition}/{self.slug}/{c}") for c in point.clauses]
            file.nested(
                {
                    "a": term("lo:OpenPoint"),
                    "lo:openPointOf": self._position,
                    "lo:asks": Literal(point.key),
                    "oa:hasTarget": targets or [self._position],
                }
            )
        return file.text(self._names[self._position.value]["en"])

    def _write_edition(self, file: _File) -> None:
        act = resource("act", self.edition)
        received = resource("evidence", "received")
        label = self._worded("act", self.edition)
        said = self._named(label, self._said("act-definition", label=label))
        file.add(act, {"a": term("eli:LegalResource"), **said, "lo:confirmation": received})
        said = self._named(label, self._said("edition-definition", label=label))
        days = {
            "eli:first_date_entry_in_force": self.days[0],
            "eli:date_no_longer_in_force": self.days[1],
        }
        file.add(
            self._edition,
            {
                "a": term("lo:Edition"),
                **said,
                **{name: _day(day) for name, day in days.items() if day},
                "eli:realizes": act,
                "eli:is_embodied_by": self._text,
                "lo:confirmation": received,
            },
        )

    def _write_text(self, file: _File) -> None:
        label = self._names[self._position.value]
        size = len(self.draft.text)
        file.add(
            self._text,
            {
                "a": term("eli:Format"),
                **self._named(
                    self._said("text-label", label=label),
                    self._said("text-definition", label=label),
                ),
                "schema:contentUrl": Literal(self.source),
                "schema:sha256": Literal(sha256(self.draft.text.encode()).hexdigest()),
                "dcterms:language": Literal(self.draft.lang),
                "dcterms:format": Literal("text/plain; charset=utf-8"),
                "dcterms:extent": _all(self._said("text-extent", size=size)),
                "lo:confirmation": resource("evidence", "received"),
            },
        )

    def _write_position(self, file: _File) -> None:
        label = self._names[self._position.value]
        said: dict[str, Value | Iterable[Value]] = {
            "lo:describedIn": self._edition,
            "lo:hasDuty": [self._own("duty", duty.slug) for duty in self.meaning.duties()],
            "lo:requiresKnowledge": [
                resource("knowledge", item.slug)
                for item in self.meaning.items()
                if any(clause.level is None for clause in item.clauses)
            ],
        }
        if not self.described:
            said |= {
                "a": term("lo:Position"),
                "skos:notation": Literal(self.slug),
                **self._named(label, self._said("position-definition", label=label)),
            }
        file.add(self._position, said)

    def _write_level(self, file: _File, level: Level) -> None:
        ladders = list(dict.fromkeys(v.ladder for v in self.meaning.levels))
        title = self._names[self._position.value]
        first = next(v for v in self.meaning.levels if v.ladder == level.ladder)
        if level == first:
            label = self._known_label("lo:Ladder", level.ladder) or title
            file.add(
                self._ladder(level),
                {
                    "a": term("lo:Ladder"),
                    "skos:notation": Literal(level.ladder or self.slug),
                    "schema:position": _number(ladders.index(level.ladder) + 1),
                    **self._named(label, self._said("ladder-definition", label=label)),
                    "lo:ofPosition": self._position,
                },
            )
        heading = [c for c in self.draft.clauses if c.level == level and c.kind == "heading"]
        label = self._known_label("lo:CategoryLevel", level.slug) or (
            {lang: text.strip(" :") for lang, text in self._texts(heading[0]).items()}
            if heading
            else title
        )
        below = self.meaning.inherited(level)
        cited = [c for c in self.draft.clauses if c.level == level and c.kind == "inheritance"]
        anything = [c for c in self.draft.clauses if level in self.meaning.applies(c)]
        file.add(
            self._category(level),
            {
                "a": term("lo:CategoryLevel"),
                "skos:notation": Literal(level.slug or self.slug),
                "schema:position": _number(self.meaning.levels.index(level) + 1),
                **self._named(label, self._said("category-definition", label=label)),
                "lo:ofPosition": self._position,
                "lo:describedIn": self._edition,
                "lo:inLadder": self._ladder(level),
                "lo:inherits": [self._category(below)] if below else [],
                "lo:hasRequirement": [
                    self._own("requirement", name)
                    for name, need, _ in self._requirements()
                    if any(level in self.meaning.applies(c) for c in need.clauses)
                ],
                "dcterms:source": self._cited([*heading[:1], *cited] or anything[:1]),
            },
        )

    def _known_label(self, class_: str, notation: str | None) -> dict[str, str] | None:
        """The labels of a ladder or a level of this name in the positions that are described."""
        for iri in sorted(self.graph.instances(class_)):
            node = NamedNode(iri)
            if notation and self.graph.text(node, "skos:notation") == notation:
                return self.graph.translations(node, "skos:prefLabel")
        return None

    def _write_clause(self, file: _File, clause: Clause) -> None:
        text, quote = self.draft.text, self.draft.quote(clause)
        type_ = resource("clause-type", clause.kind)
        kind = self._labels([type_])
        file.add(
            self._clause(clause),
            {
                "a": term("lo:Clause"),
                "skos:notation": Literal(clause.id),
                "lo:clauseType": type_,
                **self._named(
                    self._said("clause-label", id=clause.id, type=kind),
                    self._said("clause-definition", type=kind, start=clause.start, end=clause.end),
                ),
                "lo:text": _all(self._texts(clause)),
                "lo:appliesTo": []
                if clause.kind in ("connective", "unread")
                else [self._category(level) for level in self.meaning.applies(clause)],
                "oa:hasSource": self._text,
                "oa:hasSelector": [
                    file.nested(
                        {
                            "a": term("oa:TextPositionSelector"),
                            "oa:start": _number(clause.start),
                            "oa:end": _number(clause.end),
                        }
                    ),
                    file.nested(
                        {
                            "a": term("oa:TextQuoteSelector"),
                            "oa:exact": Literal(quote),
                            "oa:prefix": Literal(
                                text[max(0, clause.start - _AROUND) : clause.start]
                            ),
                            "oa:suffix": Literal(text[clause.end : clause.end + _AROUND]),
                        }
                    ),
                ],
            },
        )

    def _texts(self, clause: Clause) -> dict[str, str]:
        """A clause's words in each language: known ones, answered ones, else those of the text."""
        quote = self.draft.quote(clause)
        same = alike(quote)
        first = next(c for c in self.draft.clauses if alike(self.draft.quote(c)) == same)
        texts = self.meaning.known.texts.get(same) or self._worded(f"text/{first.id}", quote)
        return {**texts, self.draft.lang: quote}

    def _write_duties(self, file: _File) -> None:
        for number, duty in enumerate(self.meaning.duties(), start=1):
            label = self._worded(duty.key, self.draft.quote(duty.clauses[0]).rstrip(" .;:"))
            levels = dict.fromkeys(v for c in duty.clauses for v in self.meaning.applies(c))
            file.add(
                self._own("duty", duty.slug),
                {
                    "a": term("lo:Duty"),
                    "skos:notation": Literal(duty.slug),
                    "schema:position": _number(number),
                    **self._named(label, self._said("duty-definition", label=label)),
                    "lo:appliesTo": [self._category(level) for level in levels],
                    "dcterms:source": self._cited(duty.clauses),
                },
            )

    # ------------------------------------------------------------ requirements

    def _item_label(self, item: Item) -> dict[str, str]:
        if item.known:
            return self._labels([resource("knowledge", item.slug)])
        return self._worded(item.key, self.draft.quote(item.clauses[0]))

    def _write_item(self, file: _File, item: Item) -> None:
        if not item.known:
            label = self._item_label(item)
            said = self._named(label, self._said("item-definition", label=label))
            name = Literal(item.slug)
            node = resource("knowledge", item.slug)
            file.add(node, {"a": term("lo:KnowledgeItem"), "skos:notation": name, **said})

    def _requirements(
        self,
    ) -> list[tuple[str, Item | EducationNeed | ServiceNeed, dict[str, str]]]:
        """Each requirement's slug, what it asks for, and its label, in the order of the kinds."""
        found: list[tuple[str, Item | EducationNeed | ServiceNeed, dict[str, str]]] = []
        for item in self.meaning.items():
            label = self._said("requires-knowledge", label=self._item_label(item))
            found.append((f"knowledge-{item.slug}", item, label))
        for need in self.meaning.education():
            levels = self._labels(resource("education", level) for level in need.levels)
            fields = self._labels(_field(name) for name in need.fields)
            label = self._said("requires-education", levels=levels, fields=fields)
            found.append(("-".join(("education", *need.levels, *need.fields)), need, label))
        for service in self.meaning.service():
            posts = self._labels(resource("position", name) for name in service.positions)
            label = self._said("requires-service", years=service.years, positions=posts)
            name = "-".join((f"experience-{service.years}-years", *service.positions))
            found.append((name, service, label))
        return found

    def _write_requirement(
        self,
        file: _File,
        name: str,
        number: int,
        need: Item | EducationNeed | ServiceNeed,
        label: Mapping[str, str],
    ) -> None:
        said: dict[str, Value | Iterable[Value]]
        if isinstance(need, Item):
            said = {
                "a": term("lo:KnowledgeRequirement"),
                "lo:kind": resource("requirement-kind", "knowledge"),
                "lo:requiresKnowledge": resource("knowledge", need.slug),
            }
        elif isinstance(need, EducationNeed):
            said = {
                "a": term("lo:EducationRequirement"),
                "lo:kind": resource("requirement-kind", "education"),
                "lo:hasAlternative": self._own("alternative", name),
            }
            for code in filter(str.isdecimal, need.fields):
                self._write_field(file, code)
        else:
            said = {
                "a": term("lo:ExperienceRequirement"),
                "lo:kind": resource("requirement-kind", "experience"),
                "lo:minimumYears": _number(need.years),
                "lo:countsPosition": [resource("position", one) for one in need.positions],
            }
        file.add(
            self._own("requirement", name),
            {
                **said,
                "skos:notation": Literal(name),
                "schema:position": _number(number),
                **self._named(label, self._said("requirement-definition", label=label)),
                "lo:forPosition": self._position,
                "lo:describedIn": self._edition,
                "dcterms:source": self._cited(need.clauses),
            },
        )
        if isinstance(need, EducationNeed):
            self._write_alternative(file, name, need, label)

    def _write_alternative(
        self, file: _File, name: str, need: EducationNeed, label: Mapping[str, str]
    ) -> None:
        file.add(
            self._own("alternative", name),
            {
                "a": term("lo:Alternative"),
                "skos:notation": Literal(name),
                **self._named(label, self._said("requirement-definition", label=label)),
                "lo:acceptsLevel": [resource("education", level) for level in need.levels],
                "lo:acceptsField": [_field(one) for one in need.fields],
            },
        )

    def _write_field(self, file: _File, code: str) -> None:
        """A field of study by its code in ISCED-F."""
        label = self._said("field-label", code=code)
        said: dict[str, Value | Iterable[Value]] = {
            "a": term("lo:FieldOfStudy"),
            "skos:notation": Literal(f"isced-{code}"),
            **self._named(label, self._said("field-definition", label=label)),
            "lo:iscedCode": Literal(code),
            "lo:broaderIscedCode": [Literal(code[:n]) for n in range(2, len(code))],
        }
        if _field(code).value not in file.order:
            file.add(_field(code), said)

    # ------------------------------------------------------------ shapes

    def shapes(self) -> str:
        """The file `shapes/positions/SLUG.ttl`."""
        file = _File()
        members: list[Value] = []
        node = self._own("shape", "requirements")
        file.order.append(node.value)
        for name, need, label in self._requirements():
            shape = self._own("shape", name)
            members.append(shape)
            said: dict[str, Value | Iterable[Value]] = {
                "a": term("sh:PropertyShape"),
                "sh:name": _all(label),
                "sh:message": _all(self._said("message", label=label)),
                "lo:constrains": self._own("requirement", name),
                "dcterms:source": self._cited(need.clauses),
            }
            if isinstance(need, Item):
                said |= {
                    "sh:path": term("lo:showsKnowledge"),
                    "sh:hasValue": resource("knowledge", need.slug),
                }
            elif isinstance(need, ServiceNeed):
                path = file.members([term("lo:service"), term("lo:completedYears")])
                said |= {
                    "sh:path": path,
                    "sh:minCount": _number(1),
                    "sh:minInclusive": _number(need.years),
                }
            else:
                said["lo:checks"] = self._own("alternative", name)
                companion = self._own("shape", f"{name}-undecided")
                members.append(companion)
                label = self._said("undecided", label=label)
                other = {
                    **said,
                    **self._credential(file, need, "lo:possiblyInField"),
                    "sh:name": _all(label),
                    "sh:message": _all(self._said("message", label=label)),
                    "sh:deactivated": _true(),
                }
                said |= self._credential(file, need, "lo:inField")
                said["lo:undecidedShape"] = companion
                file.add(shape, said)
                file.add(companion, other)
                continue
            file.add(shape, said)
        label = self._said("shapes-label", label=self._names[self._position.value])
        file.add(
            node,
            {
                "a": term("sh:NodeShape"),
                **self._named(label, self._said("shapes-definition", label=label)),
                "lo:judges": self._position,
                "lo:describedIn": self._edition,
                "sh:targetClass": term("lo:Candidate"),
                "sh:property": members,
            },
        )
        return file.text(self._names[self._position.value]["en"])

    def _credential(
        self, file: _File, need: EducationNeed, path: str
    ) -> dict[str, Value | Iterable[Value]]:
        """What one and the same credential must have: one of the levels, one of the fields."""
        parts = [
            file.nested(
                {
                    "sh:path": term(name),
                    "sh:in": file.members([node(one) for one in values]),
                    "sh:minCount": _number(1),
                }
            )
            for name, node, values in (
                ("lo:educationLevel", partial(resource, "education"), need.levels),
                (path, _field, need.fields),
            )
        ]
        both = file.nested({"a": term("sh:NodeShape"), "sh:property": parts})
        return {
            "sh:path": term("lo:countedCredential"),
            "sh:qualifiedValueShape": both,
            "sh:qualifiedMinCount": _number(1),
        }


def _field(name: str) -> NamedNode:
    """A field of study by its slug, or by its code in ISCED-F."""
    return resource("field", f"isced-{name}" if name.isdecimal() else name)


def _all(words: Mapping[str, str]) -> list[Value]:
    return [Literal(words[lang], language=lang) for lang in LANGUAGES]


def _number(value: int) -> Literal:
    return Literal(str(value), datatype=term("xsd:integer"))


def _day(value: str) -> Literal:
    return Literal(value, datatype=term("xsd:date"))


def _true() -> Literal:
    return Literal("true", datatype=term("xsd:boolean"))
