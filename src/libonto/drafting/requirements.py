"""The requirements of a drafted position: their statements, eligibility classes and shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial, reduce

from pyoxigraph import Literal, NamedNode

from libonto.drafting.meaning import Condition, Item, Need, Way
from libonto.drafting.model import Level
from libonto.drafting.naming import Namer
from libonto.drafting.turtle import File, Said, Value, every, field_of, true
from libonto.graph.terms import NS, resource, term
from libonto.ontology.expressions import (
    Expression,
    Member,
    all_of,
    any_of,
    at_least,
    has,
    integer,
    one_of,
    some,
)

_FOREIGN = resource("reading", "foreign-diploma").value
_FROM_DIPLOMA = resource("service-start", "diploma").value


@dataclass(frozen=True)
class Requirement:
    """A requirement to be written: its slug, what it asks for, and its label."""

    name: str
    need: Item | Need
    label: dict[str, str]


class RequirementWriter(Namer):
    """Writes what a draft requires."""

    def _asked_of(self, level: Level) -> list[Requirement]:
        """The requirements that the text states for a level itself."""
        return [
            one
            for one in self._requirements
            if any(level in self.meaning.applies(c) for c in one.need.clauses)
        ]

    def _write_category_class(self, file: File, level: Level, label: Mapping[str, str]) -> None:
        """Those who meet all requirements of a level, inherited ones included."""
        asked: dict[str, None] = {}
        included: Level | None = level
        for _ in self.meaning.levels:  # at most so many steps down
            if included is not None:
                asked |= dict.fromkeys(one.name for one in self._asked_of(included))
                included = self.meaning.inherited(included)
        classes: list[Member] = [self._own("eligibility", name) for name in asked]
        parts = all_of([term("lo:Candidate"), *classes])
        self._write_eligibility(file, level.slug or self.slug, label, parts)

    def _item_label(self, item: Item) -> dict[str, str]:
        if item.known:
            return self._labels([resource("knowledge", item.slug)])
        return self._worded(item.key, self.draft.quote(item.clauses[0]))

    def _write_item(self, file: File, item: Item) -> None:
        if not item.known:
            label = self._item_label(item)
            said = self._named(label, self._said("item-definition", label=label))
            file.add(
                resource("knowledge", item.slug),
                {
                    "a": term("lo:KnowledgeItem"),
                    "skos:notation": Literal(item.slug),
                    "skos:topConceptOf": resource("scheme", "knowledge"),
                    **said,
                },
            )

    @cached_property
    def _requirements(self) -> list[Requirement]:
        """Each requirement with its label, in the order of the kinds."""
        found = []
        for item in self.meaning.items():
            label = self._said("requires-knowledge", label=self._item_label(item))
            found.append(Requirement(f"knowledge-{item.slug}", item, label))
        for need in self.meaning.needs():
            ways = [self._joined([self._asked(c) for c in way], "also") for way in need.ways]
            found.append(Requirement(need.slug, need, self._joined(ways, "or")))
        return found

    def _joined(self, labels: Sequence[dict[str, str]], by: str) -> dict[str, str]:
        """Labels as one, by *or* or by *also*."""
        return reduce(
            lambda first, second: self._said(f"joined-{by}", first=first, second=second), labels
        )

    def _asked(self, condition: Condition) -> dict[str, str]:
        """What a condition asks for, in words."""
        if condition.kind == "education":
            levels = self._labels(resource("education", level) for level in condition.levels)
            if not condition.fields:
                return self._said("requires-level", levels=levels)
            fields = self._labels(field_of(name) for name in condition.fields)
            return self._said("requires-education", levels=levels, fields=fields)
        if condition.kind == "experience":
            posts = self._labels(resource("position", name) for name in condition.positions)
            return self._said("requires-service", years=condition.years, positions=posts)
        accepted = self._labels(self._accepted(condition))
        return self._said(f"requires-{condition.kind}", label=accepted)

    def _accepted(self, condition: Condition) -> list[NamedNode]:
        """The categories, or the kinds of document, that a condition accepts."""
        if condition.kind == "document":
            return [resource("document-kind", name) for name in condition.accepts]
        own = {level.slug: self._category(level) for level in self.meaning.levels}
        return [own.get(name) or resource("category", name) for name in condition.accepts]

    def _write_requirement(self, file: File, number: int, requirement: Requirement) -> None:
        name, need, label = requirement.name, requirement.need, requirement.label
        kind = "knowledge" if isinstance(need, Item) else need.kind
        said: Said = {
            "a": term(f"lo:{kind.capitalize()}Requirement"),
            "lo:kind": resource("requirement-kind", kind),
        }
        if isinstance(need, Item):
            said["lo:requiresKnowledge"] = resource("knowledge", need.slug)
        else:
            if kind == "experience":
                said |= self._years(need.ways[0][0])
            if not need.plain:
                said["lo:hasAlternative"] = [
                    self._own("alternative", _way(way)) for way in need.ways
                ]
        file.add(
            self._own("requirement", name),
            {
                **said,
                "skos:notation": Literal(name),
                "schema:position": integer(number),
                **self._named(label, self._said("requirement-definition", label=label)),
                "lo:forPosition": self._position,
                "lo:describedIn": self._edition,
                "dcterms:source": self._cited(need.clauses),
                "lo:eligibilityClass": self._own("eligibility", name),
            },
        )
        if isinstance(need, Need):
            for way in () if need.plain else need.ways:
                self._write_way(file, need, way)
            for reading in self._readings(need):
                file.add(reading, {"lo:bearsOn": self._own("requirement", name)})

    def _write_way(self, file: File, need: Need, way: Way) -> None:
        """An alternative, and what it also needs."""
        main, *others = way
        for condition in way:
            first = condition is main
            kind = [] if first and condition.kind == need.kind else [condition.kind]
            label = self._asked(condition)
            said: Said = {
                "a": term("lo:Alternative" if first else "lo:Condition"),
                "skos:notation": Literal(_way(way) if first else condition.slug),
                **self._named(label, self._said("requirement-definition", label=label)),
                "lo:kind": [resource("requirement-kind", one) for one in kind],
                "lo:acceptsLevel": [resource("education", one) for one in condition.levels],
                "lo:acceptsField": [field_of(one) for one in condition.fields],
                "lo:accepts": self._accepted(condition) if condition.accepts else [],
            }
            if condition.years:
                # The posts of an alternative are those of its requirement.
                years = self._years(condition)
                said |= {"lo:minimumYears": years["lo:minimumYears"]} if first else years
            if first:
                said["lo:alsoNeeds"] = [self._own("condition", c.slug) for c in others]
            node = self._checked(way, condition)
            if node.value not in file.order:
                file.add(node, said)
            for code in filter(str.isdecimal, condition.fields):
                self._write_field(file, code)
            if condition.kind == "document":
                self._write_document(file, condition)

    def _years(self, condition: Condition) -> Said:
        return {
            "lo:minimumYears": integer(condition.years),
            "lo:countsPosition": [resource("position", one) for one in condition.positions],
        }

    def _checked(self, way: Way, condition: Condition) -> NamedNode:
        """The node of an alternative, or of what it also needs."""
        if condition is way[0]:
            return self._own("alternative", _way(way))
        return self._own("condition", condition.slug)

    def _write_document(self, file: File, condition: Condition) -> None:
        """A kind of document that is worded in the answers."""
        for node, name in zip(self._accepted(condition), condition.accepts, strict=True):
            if node.value in self._names and node.value not in file.order:
                label = self._names[node.value]
                said = self._named(label, self._said("document-definition", label=label))
                notation = Literal(name)
                file.add(node, {"a": term("lo:DocumentKind"), "skos:notation": notation, **said})

    def _readings(self, need: Need) -> list[NamedNode]:
        """The readings of every position's requirements that bear on one of this kind."""
        kinds = {condition.kind for way in need.ways for condition in way}
        found = []
        for iri in self.graph.instances("lo:Reading"):
            reading = NamedNode(iri)
            options = [NamedNode(one) for one in self.graph.iris(reading, "lo:hasOption")]
            counts = any(
                self.graph.iris(one, "lo:arithmetic")
                or _FROM_DIPLOMA in self.graph.iris(one, "lo:countsFrom")
                for one in options
            )
            if ("experience" in kinds and counts) or ("education" in kinds and iri == _FOREIGN):
                found.append(reading)
        return found

    def _write_field(self, file: File, code: str) -> None:
        """A field of study by its code in ISCED-F."""
        label = self._said("field-label", code=code)
        said: Said = {
            "a": term("lo:FieldOfStudy"),
            "skos:notation": Literal(f"isced-{code}"),
            **self._named(label, self._said("field-definition", label=label)),
            "lo:iscedCode": Literal(code),
            "lo:broaderIscedCode": [Literal(code[:n]) for n in range(2, len(code))],
        }
        if field_of(code).value not in file.order:
            file.add(field_of(code), said)

    def _eligible(self, requirement: Requirement) -> Expression:
        """Those who meet a requirement by the default readings, as a class expression."""
        need = requirement.need
        if isinstance(need, Item):
            item = resource("knowledge", need.slug)
            paths = ["lo:showsKnowledge"]
            if self._successor(need):
                paths.append("lo:showsKnowledgeThroughSuccessor")
            return any_of([has(term(path), item) for path in paths])
        return any_of(
            [
                all_of([self._fitting(need, way, condition) for condition in way])
                for way in need.ways
            ]
        )

    def _fitting(self, need: Need, way: Way, condition: Condition) -> Expression:
        if condition.kind == "education":
            parts = [
                some(term(path), one_of([node(v) for v in values]))
                for path, node, values in _education(condition, "lo:inField")
            ]
            return some(term("lo:countedCredential"), all_of(parts))
        if condition.kind == "experience":
            years = some(term("lo:completedYears"), at_least(condition.years))
            if condition is way[0]:
                return some(term("lo:service"), years)
            counted = has(term("lo:countedFor"), self._checked(way, condition))
            return some(term("lo:partialService"), all_of([counted, years]))
        accepted = self._accepted(condition)
        if condition.kind == "category":
            return any_of([has(term("lo:showsCategory"), node) for node in accepted])
        return some(
            term("lo:countedDocument"),
            any_of([has(term("lo:documentKind"), node) for node in accepted]),
        )

    def _write_eligibility(
        self, file: File, name: str, label: Mapping[str, str], equivalent: Expression
    ) -> None:
        file.add(
            self._own("eligibility", name),
            {
                "a": term("owl:Class"),
                **self._named(
                    self._said("eligible-label", label=label, path=self.path),
                    self._said("eligible-definition", label=label),
                ),
                "rdfs:isDefinedBy": NamedNode(NS.rstrip("#")),
                "owl:equivalentClass": file.expression(equivalent),
            },
        )

    def _successor(self, item: Item) -> NamedNode | None:
        """The option under which the successor of the act that a known item names shows it."""
        for shape in self.graph.subjects("sh:hasValue", resource("knowledge", item.slug)):
            path = self.graph.iris(shape, "sh:path")
            options = self.graph.iris(shape, "lo:underReading")
            if path == [term("lo:showsKnowledgeThroughSuccessor").value] and options:
                return NamedNode(options[0])
        return None

    def shapes(self) -> str:
        """The file `shapes/positions/SLUG.ttl`."""
        file = File()
        members: list[Value] = []
        node = self._own("shape", "requirements")
        file.order.append(node.value)
        for requirement in self._requirements:
            for shape, said in self._shapes_of(file, requirement):
                if shape not in members:
                    members.append(shape)
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

    def _shapes_of(self, file: File, requirement: Requirement) -> Iterator[tuple[NamedNode, Said]]:
        """The property shapes of a requirement, one for each of its conditions."""
        name, need = requirement.name, requirement.need

        def shape(label: Mapping[str, str]) -> Said:
            return {
                "a": term("sh:PropertyShape"),
                "sh:name": every(label),
                "sh:message": every(self._said("message", label=label)),
                "lo:constrains": self._own("requirement", name),
                "dcterms:source": self._cited(need.clauses),
            }

        if isinstance(need, Item):
            value = {"sh:hasValue": resource("knowledge", need.slug)}
            yield (
                self._own("shape", name),
                {**shape(requirement.label), "sh:path": term("lo:showsKnowledge"), **value},
            )
            if option := self._successor(need):
                path = {"sh:path": term("lo:showsKnowledgeThroughSuccessor"), **value}
                label = self._said("by-successor", label=requirement.label)
                under = {"lo:underReading": option}
                yield self._own("shape", f"{name}-successor"), {**shape(label), **path, **under}
            return
        for order, way in enumerate(need.ways, start=1):
            for condition in way:
                label = self._asked(condition)
                own = f"{name}-{order}-{condition.slug}" if not need.plain else name
                said = shape(label)
                if not need.plain:
                    said["lo:checks"] = self._checked(way, condition)
                if condition is way[0] and not need.plain:
                    said["sh:order"] = integer(order)
                if condition.kind == "education" and condition.fields:
                    companion = self._own("shape", f"{own}-undecided")
                    undecided = {
                        **said,
                        **shape(self._said("undecided", label=label)),
                        **_credential(file, condition, "lo:possiblyInField"),
                        "sh:deactivated": true(),
                    }
                    undecided.pop("sh:order", None)
                    said["lo:undecidedShape"] = companion
                    yield companion, undecided
                yield self._own("shape", own), {**said, **self._constraint(file, condition)}

    def _constraint(self, file: File, condition: Condition) -> Said:
        """What the shape of a condition looks at, and what it must find there."""
        if condition.kind == "education":
            return _credential(file, condition, "lo:inField")
        if condition.kind == "experience":
            return {
                "sh:path": file.members([term("lo:service"), term("lo:completedYears")]),
                "sh:minCount": integer(1),
                "sh:minInclusive": integer(condition.years),
            }
        accepted = self._accepted(condition)
        if condition.kind == "category":
            inside = file.nested({"a": term("sh:NodeShape"), "sh:in": file.members(accepted)})
            path = "lo:showsCategory"
        else:
            kinds = {"sh:path": term("lo:documentKind"), "sh:in": file.members(accepted)}
            part = file.nested({**kinds, "sh:minCount": integer(1)})
            inside = file.nested({"a": term("sh:NodeShape"), "sh:property": part})
            path = "lo:countedDocument"
        return {
            "sh:path": term(path),
            "sh:qualifiedValueShape": inside,
            "sh:qualifiedMinCount": integer(1),
        }


def _credential(file: File, condition: Condition, field: str) -> Said:
    """What one and the same credential must have: one of the levels, one of the fields."""
    parts = [
        file.nested(
            {
                "sh:path": term(path),
                "sh:in": file.members([node(one) for one in values]),
                "sh:minCount": integer(1),
            }
        )
        for path, node, values in _education(condition, field)
    ]
    return {
        "sh:path": term("lo:countedCredential"),
        "sh:qualifiedValueShape": file.nested({"a": term("sh:NodeShape"), "sh:property": parts}),
        "sh:qualifiedMinCount": integer(1),
    }


def _education(
    condition: Condition, field: str
) -> list[tuple[str, Callable[[str], NamedNode], tuple[str, ...]]]:
    """The properties of a credential that education asks for, each with what it may be."""
    found: list[tuple[str, Callable[[str], NamedNode], tuple[str, ...]]] = [
        ("lo:educationLevel", partial(resource, "education"), condition.levels),
        (field, field_of, condition.fields),
    ]
    return [part for part in found if part[2]]


def _way(way: Way) -> str:
    return "-with-".join(condition.slug for condition in way)
