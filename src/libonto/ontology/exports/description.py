"""A position as the forms need it: its ladders, categories and what they ask for, in order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from libonto.crosswalk.chains import Counterpart, Crosswalk, Relation
from libonto.graph.store import Graph
from libonto.law.positions import documents, required
from libonto.law.readings import default_alternatives
from libonto.locales import LANGUAGES, sentence


@dataclass(frozen=True)
class RequirementView:
    """A requirement: what it accepts, counts and asks to know; the documents that show it."""

    iri: str
    levels: tuple[str, ...]
    fields: tuple[str, ...]
    years: int | None
    knowledge: tuple[str, ...]
    documents: tuple[str, ...]


@dataclass(frozen=True)
class CategoryView:
    """A category with all its requirements, the inherited ones included, in the text's order."""

    iri: str
    ladder: str
    requirements: tuple[RequirementView, ...]

    @property
    def knowledge(self) -> list[str]:
        """The items that must be known, in the order of the requirements."""
        return [item for requirement in self.requirements for item in requirement.knowledge]

    @property
    def years(self) -> int | None:
        """The most years of service that a requirement has, or None."""
        return max((a.years for a in self.requirements if a.years is not None), default=None)


class PositionView:
    """Reads one position from the graph."""

    def __init__(self, graph: Graph, iri: str) -> None:
        """`iri` is that of a position that the graph describes."""
        self.graph = graph
        self.iri = iri
        self.crosswalk = Crosswalk(graph)

    @cached_property
    def categories(self) -> list[CategoryView]:
        """In the order of the graph: each ladder from low to high."""
        return [
            CategoryView(
                iri=iri,
                ladder=self.graph.iri(iri, "lo:inLadder") or "",
                requirements=tuple(map(self._requirement, required(self.graph, iri))),
            )
            for iri in self.graph.in_order(self.graph.subject_iris("lo:ofPosition", self.iri))
            if self.graph.is_a(iri, "lo:CategoryLevel")
        ]

    def _requirement(self, iri: str) -> RequirementView:
        graph = self.graph
        ways = default_alternatives(graph, iri)
        levels = {level for way in ways for level in graph.iris(way, "lo:acceptsLevel")}
        fields = (field for way in ways for field in graph.iris(way, "lo:acceptsField"))
        return RequirementView(
            iri=iri,
            levels=tuple(graph.in_order(levels)),
            fields=tuple(dict.fromkeys(fields)),
            years=graph.integer(iri, "lo:minimumYears"),
            knowledge=tuple(graph.iris(iri, "lo:requiresKnowledge")),
            documents=documents(graph, iri),
        )

    def label(self, iri: str, lang: str) -> str:
        """The preferred label."""
        return self.graph.label(iri, lang)

    def labels(self, iri: str) -> dict[str, str]:
        """The preferred labels by language, in the order of the tags."""
        return dict(sorted(self.graph.translations(iri, "skos:prefLabel").items()))

    def definition(self, iri: str, lang: str) -> str:
        """The definition, or nothing."""
        return self.graph.definitions(iri).get(lang, "")

    def definitions(self, iri: str) -> dict[str, str]:
        """The definitions by language."""
        return dict(sorted(self.graph.definitions(iri).items()))

    def message(self, requirement: str, lang: str) -> str:
        """The sentence that states a requirement: that of its shape under the defaults."""
        for shape in self.graph.subject_iris("lo:constrains", requirement):
            if not self.graph.flag(shape, "sh:deactivated", False):
                message = self.graph.translations(shape, "sh:message").get(lang)
                if message:
                    return message
        return self.label(requirement, lang)

    def messages(self, requirement: str) -> dict[str, str]:
        """The sentence in each language."""
        return {tag: self.message(requirement, tag) for tag in LANGUAGES}

    def experience(self, category: CategoryView, lang: str) -> str:
        """The sentences on the service that a category asks for."""
        asking = (one.iri for one in category.requirements if one.years)
        return " ".join(self.message(iri, lang) for iri in asking)

    @cached_property
    def shared_knowledge(self) -> list[str]:
        """What every category of the position must know."""
        every = [category.knowledge for category in self.categories]
        return [item for item in (every[0] if every else []) if all(item in one for one in every)]

    @cached_property
    def ladders(self) -> list[str]:
        """The ladders of the categories, in order."""
        return list(dict.fromkeys(category.ladder for category in self.categories))

    def sureness(self, named: str, match: Counterpart, lang: str) -> str:
        """What a correspondence is of something, how strong it is and how well confirmed."""
        return (
            f"{self.label(named, lang)}: {sentence(f'crosswalk.{match.relation.value}', lang)}, "
            f"{match.strength:g}, {sentence(f'crosswalk.{match.confirmation}', lang)}"
        )

    def counterparts(self, concept: str, framework: str) -> list[Counterpart]:
        """What corresponds to a concept in a framework, as far as tables state it."""
        slugs = self.crosswalk.frameworks.named(framework)
        return [
            match
            for match in self.crosswalk.counterparts(concept, slugs, longest=1)
            if match.relation is not Relation.RELATED
        ]

    def abroad(self, level: str) -> list[Counterpart]:
        """The levels of other countries' frameworks that tables state to correspond to a level."""
        of_countries = self.crosswalk.frameworks.of_countries
        return self.crosswalk.counterparts(level, of_countries, longest=1)
