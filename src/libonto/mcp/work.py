"""What the workers of the MCP server do: its tools, on what their parent has loaded."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from libonto.api.work import Answer, Header, Work
from libonto.cli.show import DescriptionView
from libonto.graph.answers import Dataset, ask
from libonto.graph.description import describe, find
from libonto.graph.questions import question
from libonto.graph.terms import is_ours
from libonto.pages.search import Index
from libonto.profile.document import Document
from libonto.profile.intake import Reader
from libonto.verdict.explanation import Explainer
from libonto.verdict.inquiry import Inquiry
from libonto.verdict.model import Assessment, Status
from libonto.verdict.plan import Planner
from libonto.voice.explanation import explanation_object
from libonto.voice.json import to_object
from libonto.voice.plan import PlanAnswer, PlanWords, plan_object
from libonto.voice.words import Words

_MOST_FOUND = 20
_SELECT, _GRAPH = "json", "turtle"


class ToolWork(Work):
    """The tools by their names; each takes its arguments and gives an object of JSON."""

    def __init__(self, config: Header) -> None:
        """Load what the service loads, and the index of names."""
        super().__init__(config)
        _ = self._index  # made once, before the workers are forked

    @cached_property
    def _index(self) -> Index:
        return Index(self.assessor.graph)

    def do_tool(self, header: Header, body: bytes) -> Answer:
        """What a tool answers, by the method of its name."""
        arguments = json.loads(body)
        found = getattr(self, f"_{header['tool']}")(lang=header["lang"], **arguments)
        return {}, json.dumps(found, ensure_ascii=False).encode()

    def _inquired(self, lang: str, profile: Any, **terms: Any) -> tuple[list[Assessment], Inquiry]:
        """The assessments of the candidates of one call, and by what they were judged."""
        readings = [f"{name}={option}" for name, option in (terms["readings"] or {}).items()]
        asked = self._inquiry({**terms, "reading": readings})
        document = Document(json.dumps(profile).encode(), format="json")
        candidates = Reader(self.assessor.vocabulary, lang).read([document])
        return self.assessor.answer(candidates, asked), asked

    def _assess(self, lang: str, **arguments: Any) -> Any:
        words = Words(self.assessor.graph, lang)
        return [to_object(a, words) for a in self._inquired(lang, **arguments)[0]]

    def _plan(self, lang: str, **arguments: Any) -> Any:
        found, asked = self._inquired(lang, **arguments)
        planner, words = Planner(self.assessor), PlanWords(self.assessor.graph, lang)
        answers = []
        for a in found:
            unmet = [c.iri for c in a.categories if c.status is not Status.MET]
            wanted = [asked.category] if asked.category else unmet
            answers.append(PlanAnswer(planner.plan(a), wanted))
        return [plan_object(each, words) for each in answers]

    def _explain(self, lang: str, **arguments: Any) -> Any:
        explainer, words = Explainer(self.assessor), Words(self.assessor.graph, lang)
        found, _ = self._inquired(lang, **arguments)
        return [explanation_object(explainer.explain(a, a.target), words) for a in found]

    def _show(self, lang: str, name: str) -> Any:
        graph = self.assessor.graph
        return DescriptionView(graph, describe(graph, find(graph, name)), lang).value()

    def _search(self, lang: str, words: str) -> Any:
        label = self.assessor.graph.label
        found = (one for one in self._index.matches(words) if is_ours(one.iri))
        return [
            {"iri": one.iri, "label": label(one.iri, lang), "text": one.text and one.text.value}
            for one, _ in zip(found, range(_MOST_FOUND), strict=False)
        ]

    def _query(self, lang: str, sparql: str) -> Any:
        assert self.store is not None
        asked = question(sparql)  # SERVICE, updates and the like are refused here
        form = _SELECT if asked.form in ("SELECT", "ASK") else _GRAPH
        content = ask(self.store.open(), asked.text, Dataset((), ()), form, self.most).decode()
        return json.loads(content) if form == _SELECT else {"turtle": content}
