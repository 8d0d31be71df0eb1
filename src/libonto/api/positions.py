"""`/api/positions`: the positions with their categories, duties, knowledge and requirements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from libonto.api import exchange
from libonto.api.models import LanguageOf, Position, PositionSummary, responds, router_of
from libonto.api.negotiation import negotiate
from libonto.api.service import KnowledgeBase
from libonto.errors import NotFoundError
from libonto.graph.formats import by_media_type
from libonto.graph.store import Graph
from libonto.graph.terms import slug_of
from libonto.law.editions import undecided_questions
from libonto.law.model import Category, Clause, PositionRules, Requirement

JSON = by_media_type("json")

router = router_of("positions")


@router.get(
    "/api/positions",
    summary="The positions that can be assessed",
    responses=responds(list[PositionSummary], errors=(400, 405, 406, 500), also=(304,)),
)
async def positions(request: Request, parameters: LanguageOf) -> Response:
    """Every position that can be assessed, with its categories, low to high in each ladder."""
    lang = _language(request, parameters.lang)
    known: KnowledgeBase = request.app.state.service.knowledge
    summaries = [_PositionView(known, iri, lang).summary() for iri in known.positions.iris]
    return exchange.json_reply(request, summaries, lang)


@router.get(
    "/api/positions/{slug}",
    summary="One position, whole",
    responses=responds(Position, errors=(400, 404, 405, 406, 500), also=(304,)),
)
async def position(
    request: Request, slug: Annotated[str, Path(examples=["{position}"])], parameters: LanguageOf
) -> Response:
    """A position's categories, duties, knowledge, requirements, readings, undecided questions."""
    lang = _language(request, parameters.lang)
    known: KnowledgeBase = request.app.state.service.knowledge
    iri = next((iri for iri in known.positions.iris if slug_of(iri) == slug), None)
    if iri is None:
        raise NotFoundError("nothing-there", path=request.url.path)
    return exchange.json_reply(request, _PositionView(known, iri, lang).whole(), lang)


def _language(request: Request, lang: str | None) -> str:
    """The language of the answer, which is JSON; NotAcceptable where that is not accepted."""
    negotiate(request.headers.get("accept"), JSON, request.url.path)
    return exchange.language(request.scope, lang)


class _PositionView:
    """A position as plain values in one language."""

    def __init__(self, known: KnowledgeBase, iri: str, lang: str) -> None:
        self.known = known
        self.graph: Graph = known.graph
        self.rules: PositionRules = known.positions.rules(iri)
        self.lang = lang

    def summary(self) -> dict[str, Any]:
        return {
            **self._named(self.rules.iri, self.rules.slug),
            "href": f"/api/positions/{self.rules.slug}",
            "ladders": list(self.rules.ladders),
            "categories": [
                {"slug": c.slug, "ladder": c.ladder, "label": self._label(c.iri)}
                for c in self.rules.categories
            ],
        }

    def whole(self) -> dict[str, Any]:
        duties = self.graph.in_order(self.graph.iris(self.rules.iri, "lo:hasDuty"))
        return {
            **self._named(self.rules.iri, self.rules.slug),
            "ladders": list(self.rules.ladders),
            "categories": [self._category(c) for c in self.rules.categories],
            "duties": [self._duty(iri) for iri in duties],
            "knowledge": self._knowledge(),
            "requirements": [self._requirement(r) for r in self.rules.requirements],
            "readings": [
                {
                    **self._named(reading.iri, reading.name),
                    "default": reading.default.name,
                    "chosen": self.known.choices.get(reading.name, reading.default.name),
                    "options": [self._named(o.iri, o.name) for o in reading.options],
                    "clauses": [slug.rpartition("/")[2] for slug in reading.clauses],
                }
                for reading in self.known.readings.all
            ],
            "undecided": [
                {
                    **self._named(question.iri, slug_of(question.iri)),
                    "references": list(question.references),
                    "confirmation": question.confirmation,
                }
                for question in undecided_questions(self.graph, self.rules.iri)
            ],
        }

    def _named(self, iri: str, slug: str) -> dict[str, str]:
        definition = self.graph.definitions(iri).get(self.lang, "")
        return {"slug": slug, "iri": iri, "label": self._label(iri), "definition": definition}

    def _label(self, iri: str) -> str:
        return self.graph.label(iri, self.lang)

    def _category(self, category: Category) -> dict[str, Any]:
        slugs = {c.iri: c.slug for c in self.rules.categories}
        own = set(self.graph.iris(category.iri, "lo:hasRequirement"))
        return {
            **self._named(category.iri, category.slug),
            "ladder": category.ladder,
            "inherits": slugs.get(category.inherits) if category.inherits else None,
            "requirements": list(category.requirements),
            "inherited": [iri for iri in category.requirements if iri not in own],
        }

    def _requirement(self, requirement: Requirement) -> dict[str, Any]:
        shape = requirement.active(self.known.readings.choose())[0]
        return {
            **self._named(requirement.iri, requirement.slug),
            "kind": requirement.kind.name,
            "expected": shape.messages.get(self.lang, ""),
            "knowledge": requirement.item,
            "levels": list(requirement.levels),
            "years": requirement.years,
            "clauses": [self._clause(clause) for clause in requirement.clauses],
        }

    def _duty(self, iri: str) -> dict[str, Any]:
        clauses = map(self.known.positions.clause, self.graph.iris(iri, "dcterms:source"))
        return self._cited(iri, sorted(clauses, key=lambda clause: clause.start))

    def _knowledge(self) -> list[dict[str, Any]]:
        """Each item that a requirement asks for, with that requirement's clauses."""
        stating = {r.item: r for r in self.rules.requirements if r.item}
        return [
            {
                **self._cited(iri, stating[iri].clauses),
                "acts": self.graph.iris(iri, "lo:refersToAct"),
            }
            for iri in self.graph.in_order(stating)
        ]

    def _cited(self, iri: str, clauses: Iterable[Clause]) -> dict[str, Any]:
        slug = self.graph.text(iri, "skos:notation") or slug_of(iri)
        return {**self._named(iri, slug), "clauses": [self._clause(c) for c in clauses]}

    def _clause(self, clause: Clause) -> dict[str, Any]:
        texts = self.graph.translations(clause.iri, "lo:text")
        return {
            "id": clause.id,
            "iri": clause.iri,
            "quote": clause.quote,
            "text": texts.get(self.lang, clause.quote),
            "start": clause.start,
            "end": clause.end,
        }
