"""What the workers of the MCP server do: its tools, on what their parent has loaded."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import islice
from typing import Any

from libonto.api.work import Answer, Header, Work
from libonto.cli.show import DescriptionView
from libonto.graph.answers import Dataset, ask
from libonto.graph.description import describe, find
from libonto.graph.questions import question
from libonto.graph.terms import is_ours
from libonto.pages.search import Index
from libonto.verdict.explanation import Explainer
from libonto.verdict.inquiry import Inquiry
from libonto.verdict.model import Assessment
from libonto.verdict.plan import Planner
from libonto.voice.explanation import explanation_object
from libonto.voice.json import to_object
from libonto.voice.plan import PlanWords, plan_object
from libonto.voice.words import Words

JsonObject = dict[str, Any]
_MOST_RESULTS = 20
_SELECT, _GRAPH = "json", "turtle"


class ToolWork(Work):
    """The tools by their names; each takes its arguments and gives an object of JSON."""

    def __init__(self, config: Header) -> None:
        """Load what the service loads, and the index of names, before workers are forked."""
        super().__init__(config)
        self._index = Index(self.assessor.graph)

    def do_tool(self, header: Header, body: bytes) -> Answer:
        """A tool's answer, by the method of its name."""
        answer = getattr(self, f"_{header['tool']}")(lang=header["lang"], **json.loads(body))
        return {}, json.dumps(answer, ensure_ascii=False).encode()

    def _judged(
        self,
        make: Callable[[Assessment, Inquiry], JsonObject],
        lang: str,
        profile: Any,
        **terms: Any,
    ) -> list[JsonObject]:
        """An object for each candidate; the first says what was passed over of the profiles."""
        readings = [f"{name}={option}" for name, option in (terms["readings"] or {}).items()]
        header = {**terms, "reading": readings, "format": "json", "lang": lang}
        assessments, reader = self._assessments(header, json.dumps(profile).encode())
        inquiry = self._inquiry(header)
        objects = [make(assessment, inquiry) for assessment in assessments]
        objects[0] |= self._remarks(reader, lang)
        return objects

    def _assess(self, lang: str, **arguments: Any) -> list[JsonObject]:
        words = Words(self.assessor.graph, lang)
        return self._judged(lambda a, _: to_object(a, words), lang, **arguments)

    def _plan(self, lang: str, **arguments: Any) -> list[JsonObject]:
        planner, words = Planner(self.assessor), PlanWords(self.assessor.graph, lang)
        return self._judged(
            lambda a, inquiry: plan_object(planner.plan(a, inquiry.category), words),
            lang,
            **arguments,
        )

    def _explain(self, lang: str, **arguments: Any) -> list[JsonObject]:
        explainer, words = Explainer(self.assessor), Words(self.assessor.graph, lang)
        return self._judged(
            lambda a, _: explanation_object(explainer.explain(a, a.target), words),
            lang,
            **arguments,
        )

    def _show(self, lang: str, name: str) -> Any:
        graph = self.assessor.graph
        return DescriptionView(graph, describe(graph, find(graph, name)), lang).value()

    def _search(self, lang: str, words: str) -> Any:
        label = self.assessor.graph.label
        matches = (match for match in self._index.matches(words) if is_ours(match.iri))
        return [
            {"iri": m.iri, "label": label(m.iri, lang), "text": m.text and m.text.value}
            for m in islice(matches, _MOST_RESULTS)
        ]

    def _query(self, lang: str, sparql: str) -> Any:
        assert self.store is not None
        query = question(sparql)  # SERVICE, updates and the like are refused here
        form = _GRAPH if query.is_graph else _SELECT
        content = ask(self.store.open(), query.text, Dataset(), form, self.most).decode()
        return json.loads(content) if form == _SELECT else {"turtle": content}
