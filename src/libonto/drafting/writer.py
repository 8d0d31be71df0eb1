"""The description of a drafted position as Turtle: edition, text, levels, clauses, duties."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from hashlib import sha256

from pyoxigraph import Literal, NamedNode

from libonto.drafting.meaning import Meaning
from libonto.drafting.model import Clause, Level
from libonto.drafting.points import Point
from libonto.drafting.requirements import RequirementWriter
from libonto.drafting.turtle import File, Said, day_of, every
from libonto.graph.terms import LANGUAGE_AUTHORITY, MEDIA_TYPES, resource, term
from libonto.ontology.expressions import integer

_AROUND = 32  # characters of a quote's context
_CODES = {"kk": "KAZ", "ru": "RUS"}
"""The languages of texts in the European Union's authority table."""


class Writer(RequirementWriter):
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
        super().__init__(meaning, edition)
        self.points, self.days = points, days

    def position(self) -> str:
        """The file `ontology/positions/SLUG.ttl`."""
        file = File()
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
        for number, requirement in enumerate(self._requirements, start=1):
            self._write_requirement(file, number, requirement)
            self._write_eligibility(
                file, requirement.name, requirement.label, self._eligible(requirement)
            )
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

    @cached_property
    def _act(self) -> NamedNode:
        """The act that the edition realizes."""
        realized = self.graph.iris(self._edition, "eli:realizes")
        return NamedNode(realized[0]) if realized else resource("act", self.edition)

    def _write_edition(self, file: File) -> None:
        act = self._act
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
                **{name: day_of(day) for name, day in days.items() if day},
                "eli:realizes": act,
                "eli:is_embodied_by": self._text,
                "lo:confirmation": received,
            },
        )

    def _write_text(self, file: File) -> None:
        label = self._names[self._position.value]
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
                "dcterms:language": NamedNode(f"{LANGUAGE_AUTHORITY}{_CODES[self.draft.lang]}"),
                "dcterms:format": NamedNode(f"{MEDIA_TYPES}text/plain"),
                "lo:confirmation": resource("evidence", "received"),
            },
        )

    def _write_position(self, file: File) -> None:
        label = self._names[self._position.value]
        said: Said = {
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

    def _write_level(self, file: File, level: Level) -> None:
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
                    "schema:position": integer(ladders.index(level.ladder) + 1),
                    **self._named(label, self._said("ladder-definition", label=label)),
                    "lo:ofPosition": self._position,
                },
            )
        heading = self._heading_of(level)
        label = self._names[self._category(level).value]
        below = self.meaning.inherited(level)
        cited = [c for c in self.draft.clauses if c.level == level and c.kind == "inheritance"]
        anything = [c for c in self.draft.clauses if level in self.meaning.applies(c)]
        file.add(
            self._category(level),
            {
                "a": term("lo:CategoryLevel"),
                "skos:notation": Literal(level.slug or self.slug),
                "schema:position": integer(self.meaning.levels.index(level) + 1),
                **self._named(label, self._said("category-definition", label=label)),
                "lo:ofPosition": self._position,
                "lo:describedIn": self._edition,
                "lo:inLadder": self._ladder(level),
                "lo:inherits": [self._category(below)] if below else [],
                "lo:hasRequirement": [
                    self._own("requirement", one.name) for one in self._asked_of(level)
                ],
                "lo:eligibilityClass": self._own("eligibility", level.slug or self.slug),
                "dcterms:source": self._cited([*heading, *cited] or anything[:1]),
            },
        )
        self._write_category_class(file, level, label)

    def _write_clause(self, file: File, clause: Clause) -> None:
        text, quote = self.draft.text, self.draft.quote(clause)
        type_ = resource("clause-type", clause.kind)
        kind = self._labels([type_])
        file.add(
            self._clause(clause),
            {
                "a": term("lo:Clause"),
                "skos:notation": Literal(clause.id),
                "lo:clauseType": type_,
                "eli:is_part_of": self._act,
                **self._named(
                    self._said("clause-label", id=clause.id, type=kind),
                    self._said("clause-definition", type=kind),
                ),
                "lo:text": every(self._texts(clause)),
                "lo:appliesTo": []
                if clause.kind in ("connective", "unread")
                else [self._category(level) for level in self.meaning.applies(clause)],
                "oa:hasSource": self._text,
                "oa:hasSelector": [
                    file.nested(
                        {
                            "a": term("oa:TextPositionSelector"),
                            "oa:start": integer(clause.start),
                            "oa:end": integer(clause.end),
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

    def _write_duties(self, file: File) -> None:
        for number, duty in enumerate(self.meaning.duties(), start=1):
            label = self._worded(duty.key, self.draft.quote(duty.clauses[0]).rstrip(" .;:"))
            levels = dict.fromkeys(v for c in duty.clauses for v in self.meaning.applies(c))
            file.add(
                self._own("duty", duty.slug),
                {
                    "a": term("lo:Duty"),
                    "skos:notation": Literal(duty.slug),
                    "schema:position": integer(number),
                    **self._named(label, self._said("duty-definition", label=label)),
                    "lo:appliesTo": [self._category(level) for level in levels],
                    "dcterms:source": self._cited(duty.clauses),
                },
            )
