"""An assessment in words: what is required, what was found, and what follows, in a language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from pyoxigraph import NamedNode

from libonto.graph.description import Wording
from libonto.graph.store import Graph
from libonto.graph.terms import resource
from libonto.law.editions import Citation
from libonto.law.fields import Fields
from libonto.law.model import Clause
from libonto.law.readings import Option, Reading, Readings
from libonto.locales import counted, long_date, month_or_year, sentence
from libonto.profile.model import Credential, Details, Employment
from libonto.verdict.foreign import ForeignCredentials
from libonto.verdict.model import Assessment, CategoryVerdict, Finding, Notice, Status
from libonto.verdict.service import Span
from libonto.verdict.statuses import Combinations, Robustness, Turn
from libonto.voice.document import Definition

_INNER = str.maketrans("«»“”", "„“‘’")


class Words:
    """Sentences on assessments in one language (kk, ru or en), with the graph's labels."""

    def __init__(self, graph: Graph, lang: str) -> None:
        self.graph = graph
        self.lang = lang
        self._labels: dict[str, str] = {}

    def say(self, key: str, **params: object) -> str:
        """A sentence of the locale."""
        return sentence(key, self.lang, **params)

    def label(self, iri: str) -> str:
        """A resource's label."""
        if iri not in self._labels:
            self._labels[iri] = self.graph.label(iri, self.lang)
        return self._labels[iri]

    def short(self, iri: str) -> str:
        """A resource's label for tables and pictures."""
        return self.graph.short_label(iri, self.lang)

    def definition(self, iri: str) -> str:
        """A resource's definition in the language, or nothing."""
        return self.graph.definitions(NamedNode(iri)).get(self.lang, "")

    def cited(self, citation: Citation) -> str:
        """The act in full: number, day, title and registration."""
        if citation.act is None:
            return self.definition(citation.edition)
        return self.definition(citation.act) or self.label(citation.act)

    def day(self, day: date) -> str:
        """A day as people write it."""
        return long_date(day, self.lang)

    def span(self, span: Span) -> str:
        """A length of service."""
        parts = [("year", span.years), ("month", span.months), ("day", span.days)]
        wording = [self.count(noun, number) for noun, number in parts if number]
        return " ".join(wording) or self.count("day", 0)

    def count(self, noun: str, number: int) -> str:
        """A number with a noun of `count.toml`."""
        return counted(f"count.{noun}", number, self.lang)

    def quoted(self, text: str) -> str:
        """A text in the language's quotation marks."""
        return self.say("report.quoted", text=within(text))

    def listed(self, things: Sequence[str], joint: str = "and") -> str:
        """Things in a row: “a, b and c”; `joint` is `and` or `or`."""
        if len(things) < 2:
            return "".join(things)
        return self.say(f"report.{joint}", first=", ".join(things[:-1]), last=things[-1])

    def status(self, status: Status) -> str:
        """The status of a requirement."""
        return self.say(f"status.{status}")

    def category_status(self, status: Status) -> str:
        """The status of a category, which people meet or do not: the act's own word."""
        return self.say(f"status.category-{status}")

    def expected(self, finding: Finding) -> str:
        """The requirement, as its shapes state it: alternatives, each with all that it needs."""
        texts = [self._way([s.messages.get(self.lang, "") for s in way]) for way in finding.ways]
        ways = [text for text in dict.fromkeys(texts) if text]
        if len(ways) < 2:
            return ways[0] if ways else finding.requirement.slug
        first, *others = [text.removesuffix(".") for text in ways]
        return self.listed([first, *map(lowered, others)], "or") + "."

    def _way(self, texts: Sequence[str]) -> str:
        """What must hold together, in one sentence."""
        first, *others = [text.removesuffix(".") for text in texts if text] or [""]
        if not others:
            return "".join(texts)
        rest = "; ".join(map(lowered, others))
        return self.say("report.with", first=first, others=rest) + "."

    def evidence(self, finding: Finding, on: date) -> str:
        """What the profile states that bears on the requirement, by kind of evidence."""
        kinds = dict.fromkeys(shape.kind.name for shape in finding.active)
        return " ".join(self._evidence(kind, finding, on) for kind in kinds)

    def _evidence(self, kind: str, finding: Finding, on: date) -> str:
        if kind == "experience":
            return self._service_evidence(finding)
        if kind == "knowledge":
            return self._knowledge_evidence(finding)
        if kind == "education":
            things = [self.credential(c, on) for c in sorted(finding.credentials, key=_age)]
            if things:
                return stopped("; ".join(things))
        elif things := [self.label(thing) for thing in finding.holdings.get(kind, ())]:
            return self.say("found.held", things="; ".join(things))
        return self.say(f"found.{kind}-none")

    def message(self, finding: Finding, on: date) -> str:
        """Status, requirement and what was found, in one or two sentences."""
        expected, evidence = self.expected(finding), self.evidence(finding, on)
        first = self.say(f"message.{finding.status}", expected=expected, found=evidence)
        return " ".join([first, *self.doubts(finding)])

    def doubts(self, finding: Finding) -> list[str]:
        """A sentence for each reason why it cannot be told whether a credential does."""
        return [self.say(f"message.doubt-{doubt}") for doubt in finding.doubts]

    @cached_property
    def _foreign(self) -> ForeignCredentials:
        return ForeignCredentials(self.graph)

    def foreign(self, assessment: Assessment) -> list[dict[str, Any]]:
        """Of each foreign credential its chain, the weakest link and the recognition."""
        return [
            {"credential": place, **self._foreign.evidence(credential, assessment.on, self.lang)}
            for place, credential in enumerate(assessment.candidate.credentials, 1)
            if self._foreign.is_foreign(credential)
        ]

    def credential(self, credential: Credential, on: date) -> str:
        """A credential: level, field, the date as it is stated, country, recognition."""
        level = self.label(credential.level or credential.framework_level or "")
        field = self.field(credential.field)
        first, last = credential.awarded_from, credential.awarded
        if first is None or last is None:
            wording = self.say("found.education", level=level, field=field)
        else:
            key = "dated" if last <= on else "future" if first > on else "unsure"
            date = self.awarded(credential)
            wording = self.say(f"found.education-{key}", level=level, field=field, date=date)
        if credential.country:
            wording = self.say("found.country", wording=wording, country=credential.country)
        if credential.recognised:
            date = self.day(credential.recognised)
            wording = self.say("found.recognised", wording=wording, date=date)
        if credential.signature is not None:
            key = "signed" if credential.signature else "not-verified"
            wording = self.say(f"found.{key}", wording=wording, issuer=credential.signature)
        return wording

    def period(self, employment: Employment) -> str:
        """The first and the last day of an employment, in words."""
        ended = employment.ended
        end = self.day(ended) if ended else self.say("report.still-employed")
        return f"{self.day(employment.started)} – {end}"

    def awarded(self, credential: Credential) -> str:
        """When a credential was awarded, as far as it is stated."""
        if credential.awarded is None:
            return ""
        if credential.precision == "day":
            return self.day(credential.awarded)
        return month_or_year(credential.awarded, self.lang, credential.precision)

    def grants(self, assessment: Assessment) -> list[str]:
        """The categories that the candidate was granted, in one sentence; none for none."""
        categories = []
        for grant in assessment.candidate.holds:
            category = self.label(grant.category)
            if grant.granted:
                day = self.day(grant.granted)
                category = self.say("report.held-since", category=category, date=day)
            categories.append(category)
        return [self.say("report.held", categories="; ".join(categories))] if categories else []

    def field(self, iri: str) -> str:
        """A field of study; for an ISCED-F code also the field of ours in which it lies."""
        code = self._fields.code(iri)
        if not code:
            return self.label(iri)
        inside, possible = self._fields.place(iri)
        labels = [self.label(field) for field in inside or possible]
        key = "isced" if inside else ("isced-possible" if possible else "isced-other")
        return self.say(f"found.{key}", code=code, field=self.listed(labels, "or"))

    @cached_property
    def _fields(self) -> Fields:
        return Fields(self.graph)

    def earliest(self, verdict: CategoryVerdict, assessment: Assessment) -> str:
        """When the category's service requirements are met."""
        if verdict.earliest_on is None:
            findings = [assessment.finding(iri) for iri in verdict.requirements]
            jobs = assessment.candidate.employments
            going_on = {e.position for e in jobs if (e.ended or date.max) >= assessment.on}
            lacking = [f.measure for f in findings if f.measure and f.counted and f.counted.missing]
            key = "never"
            if any(finding.lacks_day for finding in findings):
                key = "unknown"
            elif any(measure.positions & going_on for measure in lacking):
                key = "open"
            return self.say(f"report.earliest-{key}")
        if verdict.earliest_on <= assessment.on:
            return self.say("report.earliest-now")
        return self.say("report.earliest", date=self.day(verdict.earliest_on))

    def place(self, start: int, end: int) -> str:
        """Where something stands in the text."""
        return self.say("explain.place", start=start, end=end)

    def quoted_clause(self, clause: Clause) -> list[Definition]:
        """A clause word for word with its place, and its translation."""
        quote = f"{clause.id} «{' '.join(clause.quote.split())}» ({clause.start}–{clause.end})"
        translation = self.translation(clause)
        rows = [Definition(self.say("report.clause"), (quote,), lang="kk")]
        return rows + (
            [Definition(self.say("report.translation"), (translation,))] if translation else []
        )

    def details(self, details: Details) -> list[str]:
        """What the profile states without effect on the verdict."""
        return [f"{self.say(f'detail.{name}')}: {text}" for name, text in details]

    def translation(self, clause: Clause) -> str:
        """The clause's text in the language, or nothing where that is the text's own."""
        return Wording(self.graph, self.lang).translation(clause)

    def reading(self, name: str) -> str:
        """A reading's label by its name."""
        return self.label(resource("reading", name).value)

    def option(self, name: str, option: str) -> str:
        """An option's label by its name and its reading's."""
        return self.label(resource("reading", f"{name}/{option}").value)

    def sure(self, evidence: str) -> str:
        """How sure we are, by the slug of an evidence status."""
        return self.label(resource("evidence", evidence).value)

    def notice(self, notice: Notice) -> str:
        """A notice as a sentence."""
        since = notice.since or ""
        if len(since) == len("2026-07-01"):
            since = self.day(date.fromisoformat(since))
        key = notice.kind
        if key in {"edition-not-yet-in-force", "edition-superseded"}:
            key += "-held" if notice.text_available else "" if notice.in_force else "-none"
        elif key == "act-no-longer-in-force" and not notice.successor:
            key += "-no-successor"
        return self.say(
            f"notice.{key}",
            subject=self.label(notice.subject),
            successor=self.label(notice.successor or ""),
            in_force=self.label(notice.in_force or ""),
            since=since,
            number=notice.number,
            options=self.listed([self.label(option) for option in notice.options]),
            evidence=self.sure(notice.evidence) if notice.evidence else "",
        )

    def judged_by(self, notices: Iterable[Notice], edition: str | None) -> str:
        """By which text is judged, as a sentence: its notice, else that it is in force."""
        for notice in notices:
            if notice.about_edition:
                return self.notice(notice)
        return self.say("notice.edition-in-force", subject=self.label(edition or ""))

    def verdict(self, assessment: Assessment) -> str:
        """The first line: the category asked or applied for, else the highest ones met."""
        if assessment.requested_category:
            return self.category_verdict(assessment.category(assessment.requested_category))
        return self.highest(assessment)

    def category_verdict(self, verdict: CategoryVerdict) -> str:
        """A category with its status, as a sentence."""
        return self.say(f"report.asked-{verdict.status}", category=self.label(verdict.iri))

    def highest(self, assessment: Assessment) -> str:
        """The highest categories met, as a sentence."""
        if not assessment.best:
            return self.say("report.no-category-met")
        names = "; ".join(self.label(category.iri) for category in assessment.best)
        return f"{self.say('report.highest')}: {names}."

    @cached_property
    def _readings(self) -> Readings:
        return Readings(self.graph)

    def other_readings(self, assessment: Assessment) -> str:
        """Which other readings would change the first line, or nothing."""
        combinations = Combinations(assessment, self._readings)
        if assessment.requested_category:
            names = assessment.category(assessment.requested_category).depends_on_readings
        else:
            names = combinations.changing_highest()
        sentences = []
        for key, lacks in (("other-reading", False), ("other-reading-lacks", True)):
            labels = [
                self.quoted(self.reading(name))
                for name in names
                if combinations.lacks_day(name) is lacks
            ]
            if labels:
                sentences.append(self.say(f"report.{key}", readings=", ".join(labels)))
        return " ".join(sentences)

    def chosen_readings(self, assessment: Assessment) -> str:
        """Which readings other than the default were used, or nothing."""
        readings = "; ".join(
            f"{self.quoted(self.reading(name))} – {self.option(name, option)}"
            for name, option in assessment.readings.items()
            if option != self._readings.by_name[name].default.name
        )
        return self.say("report.readings-chosen", readings=readings) if readings else ""

    def effect(self, option: Option, changes: Sequence[str]) -> str:
        """What an option would change."""
        label = self.label(option.iri)
        if not changes:
            return self.say("readings.other-nothing", option=label)
        return self.say("readings.other-changes", option=label, changes="; ".join(changes))

    def changed(self, iri: str, status: str) -> str:
        """Something with another status, which is given in words."""
        return self.say("readings.changed", label=within(self.label(iri)), status=status)

    def unassessable(self, reading: Reading) -> list[str]:
        """That options cannot be judged."""
        options = (option for option in reading.options if not option.assessable)
        return [self.say("readings.not-assessable", option=self.label(o.iri)) for o in options]

    def robustness(self, robustness: Robustness) -> list[str]:
        """That a verdict holds under every combination, or what turns it."""
        if robustness.holds:
            return [self.say("readings.holds", status=self.category_status(robustness.status))]
        return [self.turn(turn) for turn in robustness.turns]

    def turn(self, turn: Turn) -> str:
        """Which options, chosen together, give another status."""
        key = "turn" if len(turn.changes) == 1 else "turn-together"
        changes = [
            self.say(
                "readings.change",
                reading=within(self.reading(change.reading)),
                option=self.option(change.reading, change.option),
            )
            for change in turn.changes
        ]
        wording = self.say(
            "readings.turn-lacks" if turn.lacks_day else f"readings.{key}",
            status=self.category_status(turn.status),
            changes=self.listed(changes),
        )
        return raised(wording)

    def next_step(self, assessment: Assessment) -> str:
        """Which level comes next, where none was asked for and one is left; else nothing."""
        goal = assessment.category(assessment.target)
        if assessment.requested_category or goal.status is Status.MET:
            return ""
        return self.say("report.next-step", category=self.label(goal.iri))

    def service(self, assessment: Assessment) -> str:
        """The service that counts, by its name."""
        return f"{self.say('report.service')}: {self.span(assessment.service)}"

    def _service_evidence(self, finding: Finding) -> str:
        if not finding.employed:
            return self.say("found.experience-none")
        if finding.lacks_day and finding.counted:
            missing = sorted(finding.counted.missing)
            days = [self.label(resource("service-start", slug).value) for slug in missing]
            return self.say("found.experience-day-missing", days=self.listed(days))
        service = finding.service or Span()
        parts = [self.span(service)] if any(service) else []
        parts += [
            self.say("found.partial", span=self.span(counted.span))
            for _, counted in finding.partial.values()
        ]
        return f"{'; '.join(parts)}." if parts else self.say("found.experience-nothing-counts")

    def _knowledge_evidence(self, finding: Finding) -> str:
        for knowledge in finding.knowledge:
            if knowledge.claim == knowledge.item:
                return self.say("found.knowledge-own", item=self.label(knowledge.item))
        for knowledge in sorted(finding.knowledge, key=lambda k: k.through_successor):
            key = "knowledge-successor" if knowledge.through_successor else "knowledge-act"
            return self.say(f"found.{key}", act=self.label(knowledge.claim))
        return self.say("found.knowledge-none")


def stopped(text: str) -> str:
    """A text with one full stop at its end."""
    return text if text.endswith(".") else text + "."


def lowered(text: str) -> str:
    """A label inside a sentence: its first letter small, unless it is a name or an abbreviation."""
    return text if text[1:2].isupper() or not text[1:2].isalpha() else text[:1].lower() + text[1:]


def raised(text: str) -> str:
    """A sentence's first letter as a capital."""
    return text[:1].upper() + text[1:]


def _age(credential: Credential) -> tuple[date, str, str]:
    """The oldest first, an undated one last: a profile's triples have no order."""
    return (credential.awarded or date.max, credential.level, credential.field)


def within(text: str) -> str:
    """A text as it stands inside quotation marks: its own become inner ones."""
    return text.translate(_INNER)
