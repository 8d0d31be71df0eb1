"""The frameworks that the graph holds, and their concepts by name.

A framework is a concept scheme, or a standard (`dcterms:Standard`) where no concept of it is known.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from pyoxigraph import Literal, NamedNode

from libonto.errors import UsageError, unknown
from libonto.graph.description import find
from libonto.graph.store import Graph
from libonto.graph.terms import ID


@dataclass(frozen=True)
class Framework:
    """A framework: its IRI, the slug by which it is named, and where it belongs."""

    iri: str
    slug: str
    version: str | None
    part_of: str | None
    """The IRI of the framework of which this one is a part."""


class Frameworks:
    """Tells which framework a concept belongs to, and finds both by what people call them."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.tables = graph.tables  # which loads the frameworks

    @cached_property
    def all(self) -> dict[str, Framework]:
        """The frameworks by slug, in the order of their slugs; our own lists are none."""
        frameworks = {}
        described = map(self.graph.instances, ("skos:ConceptScheme", "dcterms:Standard"))
        for iri in chain.from_iterable(described):
            if iri.startswith(ID + "scheme/"):
                continue
            slug = self.graph.text(iri, "skos:notation") or iri.rstrip("/#").rpartition("/")[2]
            frameworks[slug] = Framework(
                iri=iri,
                slug=slug,
                version=self.graph.text(iri, "owl:versionInfo"),
                part_of=self.graph.iri(iri, "dcterms:isPartOf"),
            )
        return dict(sorted(frameworks.items()))

    @cached_property
    def _slug_by_iri(self) -> dict[str, str]:
        return {framework.iri: slug for slug, framework in self.all.items()}

    @cached_property
    def _described_as(self) -> dict[str, str]:
        """What is compared with other systems by a concept: the thing, by its concept."""
        return {
            concept.value: thing.value
            for thing, concept in self.graph.pairs("lo:asConcept")
            if isinstance(thing, NamedNode) and isinstance(concept, NamedNode)
        }

    def thing(self, concept: str) -> str:
        """The duty or the ladder that a concept stands for in the tables; else the concept."""
        return self._described_as.get(concept, concept)

    @cached_property
    def of_countries(self) -> frozenset[str]:
        """The slugs of the national frameworks of other countries."""
        return frozenset(
            slug
            for slug, framework in self.all.items()
            if self.graph.iris(framework.iri, "dcterms:spatial")
        )

    def of(self, concept: str) -> str:
        """The slug of a concept's framework; for a resource of ours without one, its kind."""
        for scheme in self.graph.schemes(concept):
            if scheme in self._slug_by_iri:
                return self._slug_by_iri[scheme]
        return concept[len(ID) :].partition("/")[0] if concept.startswith(ID) else ""

    def named(self, name: str) -> frozenset[str]:
        """The slugs meant by a name: a framework with its parts, or a kind of resource of ours.

        The name is a slug or the framework's IRI. UsageError `framework-unknown` lists all.
        """
        slug = self._slug_by_iri.get(name, name)
        if slug in self.all:
            whole = self.all[slug].iri
            parts = {part.slug for part in self.all.values() if part.part_of == whole}
            return frozenset({slug, *parts})
        kinds = self._kinds
        if slug in kinds:
            return frozenset({slug})
        raise unknown("framework-unknown", name, [*self.all, *sorted(kinds)], like=slug, cutoff=0.6)

    @cached_property
    def _kinds(self) -> frozenset[str]:
        """The kinds of resources of ours that occur in a mapping and have no framework."""
        return frozenset(self.of(self.thing(end)) for end in self._uses) - self.all.keys() - {""}

    @cached_property
    def _uses(self) -> Counter[str]:
        """How often each end of a mapping stands in the tables."""
        mappings = chain.from_iterable(table.mappings for table in self.tables)
        return Counter(chain.from_iterable({m.subject, m.object} for m in mappings))

    def concept(self, name: str) -> str:
        """The IRI of a concept called by its IRI, `FRAMEWORK/CODE`, or as `libonto show` has it.

        UsageError `concept-unknown` says how concepts are named.
        """
        slug, slash, code = name.partition("/")
        if slash and slug in self.all:
            coded = self._coded(code, self.named(slug))
            if coded:
                # ISCED-F stands under two addresses; the first is the one that mappings use.
                return max(coded, key=lambda iri: self._uses[iri])
        kinds = sorted(self._kinds | {"position", "category", "requirement"})
        ours = [iri for kind in kinds if (iri := f"{ID}{kind}/{name}") in self.graph.defined]
        if len(ours) == 1:
            return ours[0]
        try:
            return find(self.graph, name)
        except UsageError as error:
            if error.key == "show-several":
                raise
            near = str(error.params.get("nearest") or "")
            key = "concept-unknown-nearest" if near else "concept-unknown"
            raise UsageError(key, value=name, nearest=near) from error

    def level(self, iri: str) -> str:
        """A level by its own address, where it is named by ours (`id/framework/de-dqr/6`)."""
        slug, _, code = iri.removeprefix(f"{ID}framework/").partition("/")
        if slug == iri or iri in self.graph.defined or slug not in self.all:
            return iri
        return next(iter(self._coded(code, frozenset({slug}))), iri)

    def _coded(self, code: str, slugs: frozenset[str]) -> list[str]:
        """The concepts with a code in one of some frameworks."""
        concepts = self.graph.subject_iris("skos:notation", Literal(code))
        return [iri for iri in concepts if self.of(iri) in slugs]

    def code(self, concept: str) -> str | None:
        """The concept's code in its framework, where it has one."""
        return self.graph.text(concept, "skos:notation")

    def caveats(self, slugs: frozenset[str], lang: str) -> list[str]:
        """What to beware of when relying on these frameworks, each sentence once."""
        caveats = [
            self.graph.translations(self.all[slug].iri, "lo:caveat").get(lang)
            for slug in sorted(slugs & self.all.keys())
        ]
        return list(dict.fromkeys(text for text in caveats if text))
