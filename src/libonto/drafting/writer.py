"""The description of a drafted position and its shapes, as Turtle.

What is written stands in two templates, `position.ttl.jinja` and `shapes.ttl.jinja`; here is what
fills them in: the names of the parts and the words for them in each language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, cached_property, reduce
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from pyoxigraph import Literal, NamedNode

from libonto.drafting.model import DraftClause, Level, slug
from libonto.drafting.points import alike
from libonto.drafting.position import (
    Condition,
    DraftRequirement,
    KnowledgeItem,
    Position,
    Way,
    way_slug,
)
from libonto.graph.terms import LANGUAGE_AUTHORITY, resource, term
from libonto.graph.turtle import parse_turtle, to_text
from libonto.locales import LANGUAGES, sentence
from libonto.ontology import expressions

_CODES = {"kk": "KAZ", "ru": "RUS"}
"""The languages of texts in the European Union's authority table."""
_FOREIGN = resource("reading", "foreign-diploma").value
_FROM_DIPLOMA = resource("service-start", "diploma").value

Words = Mapping[str, str]
"""A text in each language."""


@cache
def templates() -> dict[str, Template]:
    """The templates by what they write; each value is an IRI, or escaped by a filter."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"resource": resource, "field_of": field_of, "way_slug": way_slug}
    environment.filters["literal"] = lambda text: str(Literal(text))
    environment.filters["words"] = lambda words: ", ".join(
        str(Literal(words[lang], language=lang)) for lang in LANGUAGES
    )
    return {name: environment.get_template(f"{name}.ttl.jinja") for name in ("position", "shapes")}


class Writer:
    """Writes one draft."""

    def __init__(self, position: Position) -> None:
        self.position, self.draft, self.answers = position, position.draft, position.answers
        self.slug, self.edition_slug = position.slug, position.state.edition
        self.graph = position.known.graph
        self.node = resource("position", self.slug)
        self.edition = resource("edition", self.edition_slug)
        self.text = resource("text", f"{self.edition_slug}-{self.slug}")
        self.source = f"source/{self.edition_slug}/{self.slug}.{self.draft.lang}.txt"
        """Where the text lies, from `ontology/` on."""
        self.digest = sha256(self.draft.text.encode()).hexdigest()
        self.language = NamedNode(f"{LANGUAGE_AUTHORITY}{_CODES[self.draft.lang]}")
        self.described = self.node.value in self.graph.instances("lo:Position")
        # Another edition of a position that is described puts its slug after the position's.
        self.path = f"{self.slug}/{self.edition_slug}" if self.described else self.slug
        self.edition_exists = self.edition.value in self.graph.instances("lo:Edition")
        self.embodied = bool(self.graph.iris(self.edition, "eli:is_embodied_by"))
        realized = self.graph.iri(self.edition, "eli:realizes")
        self.act = NamedNode(realized) if realized else resource("act", self.edition_slug)
        self._stated: set[NamedNode] = set()

    def description(self) -> str:
        """The file `ontology/positions/SLUG.ttl`."""
        self._stated.clear()
        return self._written("position")

    def shapes(self) -> str:
        """The file `shapes/positions/SLUG.ttl`."""
        self._stated.clear()
        return self._written("shapes")

    def _written(self, template: str) -> str:
        """A file in the order of its template's statements; its title is the position's name."""
        triples = parse_turtle(templates()[template].render(w=self))
        order = [t.subject.value for t in triples if isinstance(t.subject, NamedNode)]
        head, mark, rest = to_text(triples, first=order).partition("\n\n")
        return f"{head}\n\n# {self.name['en']}{mark}{rest}"

    def is_new(self, node: NamedNode) -> bool:
        """Whether a node has not been described yet; now it is."""
        new = node not in self._stated
        self._stated.add(node)
        return new

    # The nodes of the parts

    def own(self, kind: str, name: str) -> NamedNode:
        """A part of the position."""
        return resource(kind, f"{self.path}/{name}")

    def clause(self, id_: str) -> NamedNode:
        """A clause by its identifier."""
        return resource("clause", f"{self.edition_slug}/{self.slug}/{id_}")

    def cited(self, clauses: Iterable[DraftClause]) -> list[NamedNode]:
        """The nodes of some clauses."""
        return [self.clause(clause.id) for clause in clauses]

    def category(self, level: Level) -> NamedNode:
        """The category of a level."""
        return self.own("category", level.slug or self.slug)

    def checked(self, way: Way, condition: Condition) -> NamedNode:
        """The node of an alternative, or of what it also needs."""
        if condition is way[0]:
            return self.own("alternative", way_slug(way))
        return self.own("condition", condition.slug)

    def applies(self, clause: DraftClause) -> list[NamedNode]:
        """The categories to which a clause applies."""
        return [self.category(level) for level in self.position.applies(clause)]

    def fields(self, condition: Condition) -> list[NamedNode]:
        """The fields of study, by their slugs or their codes in ISCED-F."""
        return [field_of(name) for name in condition.fields]

    def resources(self, kind: str, names: Iterable[str]) -> list[NamedNode]:
        """Resources that every position shares."""
        return [resource(kind, name) for name in names]

    def accepted(self, condition: Condition) -> list[NamedNode]:
        """The categories, or the kinds of document, that a condition accepts."""
        if condition.kind == "document":
            return self.resources("document-kind", condition.accepts)
        own = {level.slug: self.category(level) for level in self.position.levels}
        return [own.get(name) or resource("category", name) for name in condition.accepts]

    # Their labels and texts

    def sentences(self, key: str, **params: object) -> dict[str, str]:
        """A sentence of `draft.toml` in each language."""
        texts = {}
        for lang in LANGUAGES:
            values = {k: v[lang] if isinstance(v, Mapping) else v for k, v in params.items()}
            texts[lang] = sentence(f"draft.{key}", lang, **values)
        return texts

    def worded(self, key: str, words: str) -> dict[str, str]:
        """The answered words in each language; the text's own words stand in."""
        return {lang: self.answers.get(f"{key}/{lang}") or words for lang in LANGUAGES}

    def labels(self, nodes: Iterable[NamedNode]) -> dict[str, str]:
        """What some nodes are called, with commas between."""
        listed = list(nodes)
        return {
            lang: ", ".join(
                self.names[n.value][lang]
                if n.value in self.names
                else self.graph.label(n.value, lang)
                for n in listed
            )
            for lang in LANGUAGES
        }

    @cached_property
    def name(self) -> Words:
        """What the position is called."""
        title = self.draft.quote(self.draft.title) if self.draft.title else self.slug
        return self.worded("position", title)

    @cached_property
    def names(self) -> dict[str, Words]:
        """The names of what the graph does not know yet: the position, fields, documents."""
        names: dict[str, Words] = {self.node.value: self.name}
        for level in self.position.levels:
            names[self.category(level).value] = self._category_label(level)
        for requirement in self.position.requirements:
            for condition in (one for way in requirement.ways for one in way):
                for code in filter(str.isdecimal, condition.fields):
                    names[field_of(code).value] = self.sentences("field-label", code=code)
        for words in self.position.documents().values():
            names[resource("document-kind", slug(words["en"])).value] = words
        return names

    def headings(self, level: Level) -> list[DraftClause]:
        """The heading of a level, if it has one."""
        return [c for c in self.draft.clauses if c.level == level and c.kind == "heading"][:1]

    def _category_label(self, level: Level) -> Words:
        known = self.known_label("lo:CategoryLevel", level.slug)
        heading = self.headings(level)
        if known or not heading:
            return known or self.name
        return {lang: text.strip(" :") for lang, text in self.texts(heading[0]).items()}

    def known_label(self, class_: str, notation: str | None) -> dict[str, str] | None:
        """The labels of a ladder or a level of this name in the positions that are described."""
        for iri in sorted(self.graph.instances(class_)):
            node = NamedNode(iri)
            if notation and self.graph.text(node, "skos:notation") == notation:
                return self.graph.translations(node, "skos:prefLabel")
        return None

    def texts(self, clause: DraftClause) -> Words:
        """A clause's words in each language: known ones, answered ones, else those of the text."""
        quote = self.draft.quote(clause)
        same = alike(quote)
        first = next(c for c in self.draft.clauses if alike(self.draft.quote(c)) == same)
        texts = self.position.known.texts.get(same) or self.worded(f"text/{first.id}", quote)
        return {**texts, self.draft.lang: quote}

    def sources_of(self, level: Level) -> list[NamedNode]:
        """The clauses that a level rests on: its heading and what it inherits, else any of its."""
        cited = [c for c in self.draft.clauses if c.level == level and c.kind == "inheritance"]
        anything = [c for c in self.draft.clauses if level in self.position.applies(c)]
        return self.cited([*self.headings(level), *cited] or anything[:1])

    # What is required

    def requirement_label(self, requirement: DraftRequirement) -> dict[str, str]:
        """What a requirement is called."""
        if requirement.item:
            return self.sentences("requires-knowledge", label=self.item_label(requirement.item))
        ways = [self._joined(map(self.condition_label, way), "also") for way in requirement.ways]
        return self._joined(ways, "or")

    def item_label(self, item: KnowledgeItem) -> dict[str, str]:
        """What an item of knowledge is called."""
        if item.known:
            return self.labels([resource("knowledge", item.slug)])
        return self.worded(item.key, self.draft.quote(item.clauses[0]))

    def _joined(self, labels: Iterable[dict[str, str]], by: str) -> dict[str, str]:
        """Labels as one, by *or* or by *also*."""
        return reduce(
            lambda first, second: self.sentences(f"joined-{by}", first=first, second=second), labels
        )

    def condition_label(self, condition: Condition) -> dict[str, str]:
        """What a condition asks for, in words."""
        if condition.kind == "education":
            levels = self.labels(self.resources("education", condition.levels))
            if not condition.fields:
                return self.sentences("requires-level", levels=levels)
            return self.sentences(
                "requires-education", levels=levels, fields=self.labels(self.fields(condition))
            )
        if condition.kind == "experience":
            posts = self.labels(self.resources("position", condition.positions))
            return self.sentences("requires-service", years=condition.years, positions=posts)
        return self.sentences(
            f"requires-{condition.kind}", label=self.labels(self.accepted(condition))
        )

    def required_for(self, level: Level) -> list[DraftRequirement]:
        """The requirements that the text states for a level itself."""
        return [
            one
            for one in self.position.requirements
            if any(level in self.position.applies(c) for c in one.clauses)
        ]

    @property
    def can_be_judged(self) -> bool:
        """Whether every level requires something: else all would meet it."""
        return all(map(self._required, self.position.levels))

    def _required(self, level: Level) -> dict[str, None]:
        """The slugs of all requirements of a level, inherited ones included."""
        slugs: dict[str, None] = {}
        included: Level | None = level
        for _ in self.position.levels:  # at most so many steps down
            if included is not None:
                slugs |= dict.fromkeys(one.slug for one in self.required_for(included))
                included = self.position.inherited(included)
        return slugs

    def eligible_on(self, level: Level) -> str:
        """Those who meet all requirements of a level, inherited ones included."""
        classes = [str(self.own("eligibility", name)) for name in self._required(level)]
        return expressions.all_of([str(term("lo:Candidate")), *classes])

    def eligible(self, requirement: DraftRequirement) -> str:
        """Those who meet a requirement by the default readings."""
        if requirement.item:
            paths = ["lo:showsKnowledge"]
            if self.successor(requirement.item):
                paths.append("lo:showsKnowledgeThroughSuccessor")
            item = resource("knowledge", requirement.item.slug)
            return expressions.any_of([expressions.has(path, item) for path in paths])
        ways = (
            expressions.all_of([self._fitting(way, condition) for condition in way])
            for way in requirement.ways
        )
        return expressions.any_of([*ways])

    def _fitting(self, way: Way, condition: Condition) -> str:
        if condition.kind == "education":
            levels = self.resources("education", condition.levels)
            return expressions.credential(levels, self.fields(condition))
        if condition.kind == "experience":
            apart = None if condition is way[0] else self.checked(way, condition)
            return expressions.service(condition.years, apart)
        kind = expressions.category if condition.kind == "category" else expressions.document
        return kind(self.accepted(condition))

    def readings(self, requirement: DraftRequirement) -> list[NamedNode]:
        """The readings of every position's requirements that bear on one of this kind."""
        kinds = {condition.kind for way in requirement.ways for condition in way}
        readings = []
        for iri in self.graph.instances("lo:Reading"):
            reading = NamedNode(iri)
            options = [NamedNode(one) for one in self.graph.iris(reading, "lo:hasOption")]
            counts = any(
                self.graph.iris(one, "lo:arithmetic")
                or _FROM_DIPLOMA in self.graph.iris(one, "lo:countsFrom")
                for one in options
            )
            if ("experience" in kinds and counts) or ("education" in kinds and iri == _FOREIGN):
                readings.append(reading)
        return readings

    def successor(self, item: KnowledgeItem) -> NamedNode | None:
        """The option under which the successor of the act that a known item names shows it."""
        for shape in self.graph.subjects("sh:hasValue", resource("knowledge", item.slug)):
            path = self.graph.iris(shape, "sh:path")
            options = self.graph.iris(shape, "lo:underReading")
            if path == [term("lo:showsKnowledgeThroughSuccessor").value] and options:
                return NamedNode(options[0])
        return None


def field_of(name: str) -> NamedNode:
    """A field of study by its slug, or by its code in ISCED-F."""
    return resource("field", f"isced-{name}" if name.isdecimal() else name)
