"""What the API takes in its addresses and what it answers, as pydantic models.

They are the source of the OpenAPI description (`openapi.py`), which puts the served data's own
names into the examples: `{position}`, `{category}`, `{reading}` … The answers' bytes are made
by the workers; a test holds them against these models.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel
from starlette.requests import Request
from starlette.responses import Response

from libonto.errors import UsageError
from libonto.graph.formats import MEDIA_TYPES
from libonto.locales import LANGUAGES

WORKBOOK = MEDIA_TYPES["xlsx"]
Iri = Annotated[str, Field(json_schema_extra={"format": "iri"})]


def parameter(description: str, example: str, *, alias: str | None = None, **schema: Any) -> Any:
    """A parameter that may be left out; `schema` is what its JSON Schema says beside its type."""
    return Field(
        None,
        alias=alias,
        description=description,
        examples=[example],
        json_schema_extra=schema or None,
    )


def repeated(description: str, *example: str, alias: str | None = None, **schema: Any) -> Any:
    """The same of a parameter that may be repeated."""
    return Field(
        default_factory=list,
        alias=alias,
        description=description + "; may be repeated.",
        examples=[list(example)],
        json_schema_extra=schema or None,
    )


def form_parameter(*names: str) -> Any:
    """The parameter `format`, one of the names of forms."""
    description = "The form of the answer, for clients that cannot set Accept."
    return parameter(description, "json", enum=list(names))


class Parameters(BaseModel):
    """The parameters of an address; UsageError for an unknown one. An empty value is none."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)

    lang: str | None = parameter(
        "The language of labels and sentences; by default that of Accept-Language.",
        "en",
        enum=list(LANGUAGES),
    )

    @model_validator(mode="before")
    @classmethod
    def _known(cls, values: dict[str, Any]) -> dict[str, Any]:
        known = [field.alias or name for name, field in cls.model_fields.items()]
        for name in values:
            if name not in known:
                raise UsageError("param-unknown-http", name=name, known=", ".join(known))
        return {name: value for name, value in values.items() if value != ""}


class ResourceParameters(Parameters):
    """In which languages a page shows a resource."""

    content: str | None = parameter(
        "The language of labels and definitions on a page; by default the page's.",
        "kk",
        enum=list(LANGUAGES),
    )


class SearchParameters(ResourceParameters):
    """The words of a search."""

    q: str | None = parameter(
        "Words of any language, or a code (`ISCO 2622`); the first 200 signs count.", "bibliography"
    )


class AssessParameters(Parameters):
    """How candidates are judged."""

    position: str | None = parameter(
        "The position's slug or IRI; by default the one applied for.", "{position}"
    )
    category: str | None = parameter(
        "The category asked for: a slug, POSITION/SLUG or an IRI.", "{category}"
    )
    edition: str | None = parameter(
        "The edition judged by, a slug or an IRI; by default that of the day.", "{edition}"
    )
    on: str | None = parameter(
        "The day of assessment; by default today in Almaty.", "2026-11-22", format="date"
    )
    reading: list[str] = repeated(
        "NAME=OPTION: how an ambiguous place of the text is read",
        "{reading}",
        items={"type": "string", "pattern": "^[a-z-]+=[a-z0-9-]+$"},
    )


class CrosswalkParameters(Parameters):
    """Which correspondences, and in which form."""

    start: str | None = parameter("An IRI, FRAMEWORK/CODE or KIND/SLUG.", "eqf/6", alias="from")
    to: str | None = parameter("A framework's slug or IRI.", "kz-nqf")
    awarded: str | None = parameter(
        "The day of the document that states the level: levels change with time.",
        "2018-12-31",
        format="date",
    )
    format: str | None = form_parameter("json", "csv", "sssom", "turtle")


class TemplateParameters(Parameters):
    """The position of a template."""

    position: str | None = parameter("The position's slug or IRI.", "{position}")


def each_once(request: Request) -> None:
    """UsageError where a parameter that has one value is there twice."""
    for name, count in Counter(name for name, _ in request.query_params.multi_items()).items():
        if count > 1 and name != "reading":
            raise UsageError("param-repeated", name=name)


LanguageOf = Annotated[Parameters, Query()]
AssessOf = Annotated[AssessParameters, Query()]
ResourceOf = Annotated[ResourceParameters, Query()]
SearchOf = Annotated[SearchParameters, Query()]
CrosswalkOf = Annotated[CrosswalkParameters, Query()]
TemplateOf = Annotated[TemplateParameters, Query()]


class Answer(BaseModel):
    """An answer; members may be added to it in later versions."""

    model_config = ConfigDict(extra="allow", alias_generator=to_camel, populate_by_name=True)


class ProblemAt(Answer):
    """One thing that is wrong with a profile, and where."""

    message: str
    candidate: str | None = None
    part: Literal["credential", "employment"] | None = None
    number: int | None = Field(None, ge=1)
    property: str | None = None


class Problem(Answer):
    """An error (RFC 9457)."""

    type: str = Field(json_schema_extra={"format": "uri"})
    title: str
    status: int
    detail: str
    line: int | None = Field(None, ge=1)
    column: int | None = Field(None, ge=1)
    problems: list[ProblemAt] | None = None


class Credential(Answer):
    """A diploma or certificate as plain JSON; dated to the day, the month or the year."""

    level: str = Field(examples=["{level}"])
    field: str = Field(examples=["{field}"])
    awarded: str | None = Field(None, examples=["2015-06-30"])


class Employment(Answer):
    """A job, from its first through its last day worked; without an end it goes on."""

    position: str = Field(examples=["{employment}"])
    start: date = Field(examples=["2018-09-01"])
    end: date | None = Field(None, examples=["2021-08-31"])


class Profile(Answer):
    """A candidate in plain JSON (JSON-LD whose context is implied)."""

    id: Iri | None = Field(None, examples=["urn:example:candidate:1"])
    name: str | None = None
    credentials: list[Credential] = []
    employments: list[Employment] = []
    knowledge: list[str] = Field(default=[], examples=[["{knowledge}"]])
    applies_for: str | None = Field(None, examples=["{position}/{category}"])


Status = Literal["met", "not-met", "not-shown"]


class Service(Answer):
    """Completed years, months and days of service that counts."""

    years: int = Field(ge=0)
    months: int = Field(ge=0)
    days: int = Field(ge=0)


class Clause(Answer):
    """A span of the text: code points from `start` up to `end`, and its words in Kazakh."""

    id: str
    quote: str
    start: int
    end: int


class RequirementFinding(Answer):
    """A requirement, what the profile shows of it, and the clauses it rests on."""

    requirement: Iri
    kind: str
    status: Status
    expected: str
    found: str
    message: str
    clauses: list[Clause]


class CategoryFinding(Answer):
    """A category with the requirements that it has and inherits."""

    category: str
    status: Status
    inherits: str | None
    requirements: list[Iri]
    unmet: list[Iri]
    earliest_on: date | None
    depends_on_readings: list[str]


class Notice(Answer):
    """Something that the reader of a verdict has to know."""

    kind: str
    message: str


class Assessment(Answer):
    """A candidate's verdicts on all categories of a position (contract, "Verdicts")."""

    candidate: str
    name: str | None = None
    position: str
    assessed_on: date
    service: Service
    readings: dict[str, str]
    highest: dict[str, str | None]
    requirements: list[RequirementFinding]
    categories: list[CategoryFinding]
    notices: list[Notice]
    remarks: list[str] | None = Field(
        None,
        description="What of the body was passed over, and what to beware of, by place: in the "
        "first object of an array.",
    )


class Misread(Answer):
    """What cannot be judged, or was passed over, and why: a candidate, a row, a column, a term."""

    message: str
    candidate: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None


class ListAssessment(Answer):
    """The candidates who could be judged, what is wrong with others or was passed over; sums."""

    assessed_on: date
    results: list[Assessment]
    errors: list[Misread]
    passed_over: list[Misread]
    summary: dict[str, Any]


class CheckReport(Answer):
    """What was taken of profiles, what was not, and what is wrong, by place."""

    inputs: list[dict[str, Any]]
    good: int
    bad: int
    lost: int


class Named(Answer):
    """Something with a name in the language asked for."""

    slug: str
    iri: Iri
    label: str
    definition: str


class CategoryName(Answer):
    """A category's name and ladder."""

    slug: str
    ladder: str
    label: str


class PositionSummary(Named):
    """A position that can be judged, with its categories, low to high in each ladder."""

    href: str
    ladders: list[str]
    categories: list[CategoryName]


class UndecidedQuestion(Named):
    """A question that the act does not decide; the definition is the short answer."""

    references: list[Iri]
    confirmation: Iri | None


class Position(Named):
    """A position, whole: what it asks for, and how its text may be read."""

    ladders: list[str]
    categories: list[Named]
    duties: list[Named]
    knowledge: list[Named]
    requirements: list[Named]
    readings: list[Named]
    undecided: list[UndecidedQuestion]


class QueryParameter(Answer):
    """A parameter of a saved query."""

    name: str
    type: str
    default: str | None
    required: bool


class SavedQuery(Answer):
    """A saved query: what it answers, what it takes, and its text."""

    name: str
    summary: str
    summaries: dict[str, str]
    subject: str | None
    form: Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]
    parameters: list[QueryParameter]
    href: str
    text: str


class Correspondences(Answer):
    """Counterparts of a concept in other frameworks, with the way to each and its strength."""

    correspondences: list[dict[str, Any]]
    categories: list[dict[str, Any]]
    countries: list[str]
    caveats: list[str]
    gaps: list[dict[str, Any]]


class SearchHit(Answer):
    """A result of a search: its label, what it is, and its page."""

    iri: Iri
    label: str
    kind: str
    href: str


class SearchResults(Answer):
    """The best results of a search, and how many there are in all."""

    total: int
    results: list[SearchHit]


class ProblemType(Answer):
    """A type of problem, and its sentence."""

    type: Iri
    detail: str


class Health(Answer):
    """Whether the server can answer, and how busy it is."""

    status: Literal["ready", "not-ready"]
    version: str
    store: str
    generation: str
    triples: int
    lanes: dict[str, int]
    memory: dict[str, int] = Field(description="Bytes of all workers together, and their limit.")
    killed: dict[str, int] = Field(description="Workers killed, by what for.")
    cage: dict[str, bool | int] = Field(description="What the kernel has to shut workers in.")


READ = [media for name, media in MEDIA_TYPES.items() if name not in {"csv", "tsv", "xlsx"}]
"""The media types in which a profile is read."""


def router_of(tag: str) -> APIRouter:
    """A router whose routes have a tag, take each parameter once, and make their own responses."""
    return APIRouter(tags=[tag], dependencies=[Depends(each_once)], default_response_class=Response)


def responds(
    model: Any = None, *media_types: str, errors: tuple[int, ...] = (), also: tuple[int, ...] = ()
) -> dict[int | str, dict[str, Any]]:
    """FastAPI's `responses`: 200 as a model or in media types, 303 and 304, and errors.

    405 and 500 are among the errors of every route.
    """
    responses: dict[int | str, dict[str, Any]] = {}
    if model is not None or media_types:
        responses[200] = {"description": "The answer."}
    if model is not None:
        responses[200]["model"] = model
    if media_types:
        responses[200]["content"] = _content(media_types)
    responses |= {status: _OTHERS[status] for status in also}
    every = sorted({405, 500, *errors})
    return responses | {s: {"$ref": f"#/components/responses/P{s}"} for s in every}


_OTHERS: dict[int, dict[str, Any]] = {
    303: {
        "description": "The document that suits Accept.",
        "headers": {
            "Location": {"schema": {"type": "string"}, "example": "/ns.ttl"},
            "Link": {"schema": {"type": "string"}, "example": '</ns.ttl>; rel="alternate"'},
        },
    },
    304: {"description": "What the client has (If-None-Match) is still right."},
}


def takes(*media_types: str) -> dict[str, Any]:
    """FastAPI's `openapi_extra` for a body in one of some media types."""
    return {"requestBody": {"required": True, "content": _content(media_types)}}


def _content(media_types: Iterable[str]) -> dict[str, Any]:
    return {media_type: {"schema": _schema(media_type)} for media_type in media_types}


def _schema(media_type: str) -> dict[str, Any]:
    if media_type in {WORKBOOK, "application/gzip"}:
        return {"type": "string", "contentMediaType": "application/octet-stream"}
    return {} if "json" in media_type else {"type": "string"}
