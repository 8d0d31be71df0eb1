"""What the workers do: queries and assessments, on what their parent has loaded.

The parent process makes a `Work`; each worker calls `handle` for one job after the other.
Whatever comes from outside is parsed here and nowhere else.
"""

from __future__ import annotations

import codecs
import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from importlib import import_module
from itertools import islice
from typing import Any

import pyoxigraph

from libonto.api.negotiation import SMALLEST, gzipped
from libonto.api.problems import problem_details
from libonto.crosswalk.answer import correspondences, rendered
from libonto.drafting.grammar import grammar
from libonto.errors import AnswerTooLarge, LibontoError, UsageError
from libonto.graph.answers import Dataset, ask, converted, write
from libonto.graph.catalogue import Catalogue, own_version
from libonto.graph.queries import named, run, saved_queries
from libonto.graph.questions import question, syntax_fault
from libonto.graph.stores import Holding, LocalStore, generation, is_endpoint, local_store
from libonto.graph.terms import BASE
from libonto.law.editions import ALMATY
from libonto.locales import LANGUAGES, sentences, topics
from libonto.pages.result import result
from libonto.pages.site import Page, Site
from libonto.profile.document import Document
from libonto.profile.intake import Reader
from libonto.profile.interchange import writing
from libonto.profile.interchange.dates import almaty, months
from libonto.profile.interchange.sheets import ENCODINGS
from libonto.profile.interchange.signatures import trusted_keys
from libonto.profile.interchange.trees import contexts
from libonto.profile.json_ld import own_context
from libonto.profile.model import Candidate
from libonto.settings import chosen_readings
from libonto.verdict.assessment import Assessor
from libonto.verdict.inquiry import Inquiry, inquiry, parse_day
from libonto.verdict.model import Assessment
from libonto.voice import html, pdf
from libonto.voice.json import to_object
from libonto.voice.rdf import ReportWriter
from libonto.voice.words import Words

Header = dict[str, Any]
Answer = tuple[Header, bytes]

FONTS = ("/usr/share/fonts", "/usr/local/share/fonts")
"""The machine's fonts, in which a letter is set that the fonts of typst do not have."""
PAGES = ("base.html", "requirement.html", "result.html")
LATE = (
    "libonto.api.lists",
    "libonto.api.workbook",
    "libonto.batch.output.forms",
    "libonto.drafting.folder",
    "libonto.profile.account",
    "libonto.profile.interchange.tables",
    "libonto.profile.interchange.writing",
    "libonto.profile.interchange.workbooks",
    "lark",
    "python_calamine",
    "rdflib.plugins.serializers.jsonld",
    "rdflib.plugins.serializers.nt",
    "rdflib.plugins.serializers.rdfxml",
    "rdflib.plugins.serializers.turtle",
    "typst",
    "xlsxwriter",
)
"""Modules that a worker needs for pages, tables, reports and drafts only."""


class Work:
    """The graph, its store and the judges, loaded once; `info` goes to the server."""

    def __init__(self, config: Header) -> None:
        """Load everything that a worker will need, so that forks share it."""
        catalogue = Catalogue.of(config["data"])
        self.assessor = Assessor(catalogue, stable=True)
        graph = self.assessor.graph
        whole = len(graph.store)  # whatever is loaded late is loaded now
        self.queries = saved_queries(catalogue)
        self.site = Site(graph)
        for position in self.assessor.positions.iris:
            self.assessor.judge(self.assessor.positions.rules(position))
        # What the first assessment would load, and then every new worker once more.
        self.assessor.assess([Candidate("urn:libonto:warm-up")])
        almaty()
        months()
        own_context(graph)
        self.site.texts.preload()
        own_version()
        contexts(graph)
        for lang in LANGUAGES:
            for topic in topics():
                sentences(lang, topic)
        for name in PAGES:
            self.site.environment.get_template(name)
        self.choices = chosen_readings(self.assessor.readings)
        self.trust = trusted_keys(config.get("trust"))
        self.most = int(config["answer"])
        location = config["store"]
        self.store: LocalStore | None = None
        holding = Holding("remote", "", -1, {})
        if location is None or not is_endpoint(location):
            self.store = local_store(location, graph, config["load"])
            holding = self.store.holding
        self.info: Header = {"own": generation(catalogue), "own_triples": whole, **vars(holding)}
        # A worker loads nothing by itself, but for what an engine opens when it needs it: a store
        # on disk, and the machine's fonts for a letter that ours lack.
        self.readable = [*FONTS]
        if location is not None and self.store is not None:
            self.readable.append(location)
        self._empty = pyoxigraph.Store()

    def preload(self) -> Iterator[str]:
        """Load what only pages, tables, reports and drafts need; without the extras, less."""
        for module in LATE:
            with suppress(ImportError):  # the job that needs it names the missing extra
                import_module(module)
            yield module
        for name in (*ENCODINGS.values(), "cp437"):  # the last: names in a ZIP file
            codecs.lookup(name)
        pdf.template()
        html.template()
        yield "templates"
        with suppress(ImportError, UsageError):  # as above
            from libonto.drafting.model import transliterations
            from libonto.drafting.writer import templates

            transliterations()
            templates()
            for lang in LANGUAGES[:2]:
                yield lang
                grammar(lang)

    def prepare(self) -> None:
        """Open, in a new worker, what cannot be shared over a fork."""
        if self.store is not None:
            self.store.open()

    def handle(self, header: Header, body: bytes) -> Answer:
        """Do one job, by the method `do_KIND`; an error becomes part of the answer, in words."""
        try:
            answer, content = getattr(self, f"do_{header['kind']}")(header, body)
            if len(content) > self.most:
                raise AnswerTooLarge("answer-too-large", limit=self.most)
        except LibontoError as error:
            return {"error": problem_details(error, header.get("lang", LANGUAGES[0]))}, b""
        if header.get("gzip") and len(content) >= SMALLEST:
            return {**answer, "encoding": "gzip"}, gzipped(content)
        return answer, content

    def do_query(self, header: Header, body: bytes) -> Answer:
        """A query's answer, in the form that is wanted."""
        assert self.store is not None
        dataset = Dataset(tuple(header["default"]), tuple(header["named"]))
        form = header["format"]
        return {}, ask(self.store.open(), body.decode(), dataset, form, self.most)

    def do_look(self, header: Header, body: bytes) -> Answer:
        """A long query, looked at by its tokens."""
        query = question(body.decode())
        return {"form": query.form, "graphs": query.graphs, "steady": query.steady}, b""

    def do_graphs(self, header: Header, body: bytes) -> Answer:
        """The named graphs of the store, as far as the server wants to know them."""
        assert self.store is not None
        nodes = islice(self.store.open().named_graphs(), header["most"])
        iris = [node.value for node in nodes if isinstance(node, pyoxigraph.NamedNode)]
        return {"graphs": iris}, b""

    def do_parse(self, header: Header, body: bytes) -> Answer:
        """Whether a query for another endpoint can be parsed; it is not run."""
        try:
            self._empty.query(body.decode(), base_iri=BASE)
        except SyntaxError as error:
            raise syntax_fault(str(error), body.decode()) from error
        return {}, b""

    def do_rewrite(self, header: Header, body: bytes) -> Answer:
        """Another endpoint's answer, parsed whole and written anew."""
        source, form = header["source"], header["format"]
        return {}, converted(body, source, header["graph"], form, self.most)

    def do_saved(self, header: Header, body: bytes) -> Answer:
        """A saved query's answer."""
        graph, values = self.assessor.graph, header["values"]
        form: str = header["format"]
        query = named(self.queries, header["name"])
        answer = run(query, values, graph)
        if form == "xlsx":
            from libonto.api.workbook import saved_workbook

            return {}, saved_workbook(query, values, answer, graph, header["lang"])
        names = {"rdfxml": "xml", "jsonld": "json"}
        return {}, write(answer, names.get(form, form)).encode()

    def do_draft(self, header: Header, body: bytes) -> Answer:
        """A position drafted from a text: for the page, or its folder as a file."""
        from libonto.drafting.folder import archive, position_of, sheet
        from libonto.drafting.points import Known

        position = position_of(json.loads(body), Known(self.assessor.graph))
        if header["file"]:
            return {}, archive(position, header["lang"])
        return {}, _json(sheet(position, header["lang"]))

    def do_sheet(self, header: Header, body: bytes) -> Answer:
        """The answer to a query that was typed as an Excel file: its text, then its results."""
        from libonto.api.workbook import own_workbook

        query, _, content = body.partition(b"\n")
        return {}, own_workbook(json.loads(query), content, self.assessor.graph, header["lang"])

    def do_crosswalk(self, header: Header, body: bytes) -> Answer:
        """Correspondences between frameworks."""
        awarded = parse_day(header["awarded"]) if header["awarded"] else None
        answer = correspondences(
            self.assessor.graph, start=header["start"], to=header["to"], awarded=awarded
        )
        return {}, rendered(answer, header["format"], header["lang"]).encode()

    def do_assess(self, header: Header, body: bytes) -> Answer:
        """Verdicts as the contract's JSON, as a SHACL report, or as the report to be signed.

        As JSON, the first says in `remarks` what of the whole body was passed over: in each, their
        length would grow with the square of the body's.
        """
        assessments, reader = self._assessments(header, body)
        graph, lang, form = self.assessor.graph, header["lang"], header["form"]
        if form == "json":
            words, extra = Words(graph, lang), self._remarks(reader, lang)
            objects = [to_object(assessment, words) for assessment in assessments]
            objects[0] |= extra
            return {}, _json(objects if len(objects) > 1 else objects[0])
        digests = {"": hashlib.sha256(body).hexdigest()}
        if form == "html":
            return {}, html.to_html(assessments, graph, lang, digests).encode()
        if form == "pdf":
            now = datetime.now(ALMATY).replace(microsecond=0)
            return {}, pdf.to_pdf(assessments, graph, lang, moment=now, digests=digests)
        names = {"turtle": "turtle", "ntriples": "nt", "rdfxml": "xml", "jsonld": "json-ld"}
        triples = ReportWriter(graph).report(assessments)
        return {}, triples.serialize(format=names[form], encoding="utf-8")

    def do_answer(self, header: Header, body: bytes) -> Answer:
        """The same as the page about one person, and the profiles that it was made from."""
        assessments, reader = self._assessments(header, body)
        page = Page(self.site, header["lang"], "/check")
        profiles = [writing.to_object(assessment.candidate) for assessment in assessments]
        header = {**header, **self._remarks(reader, header["lang"])}
        content = result(self.assessor, page, assessments, body, header)
        return {"profiles": profiles}, content.encode()

    def do_batch(self, header: Header, body: bytes) -> Answer:
        """A small list; in a table of verdicts there is no room for what is wrong."""
        from libonto.api import lists

        terms, lang = self._inquiry(header), header["lang"]
        form = "csv" if header["form"] == "csv" else "full"
        batch = lists.judge_list(
            self.assessor, body, header["format"], terms, lang=lang, form=form, trust=self.trust
        )
        if form == "csv" and batch.faults:
            raise lists.mistakes(batch)
        return {}, batch.content if form == "csv" else lists.to_json(batch, terms)

    def do_list(self, header: Header, body: bytes) -> Answer:
        """The people of a table, with what is wrong by row and column."""
        from libonto.api import lists

        lang, mapping = header["lang"], header["mapping"]
        table = (body, header["name"])
        assessed = lists.assess_table(
            self.assessor, table, self._inquiry(header), lang, mapping, only_look=header["look"]
        )
        match header["form"]:
            case "csv":
                return {}, lists.as_csv(assessed)
            case "xlsx":
                return {}, lists.as_workbook(assessed, lang)
        return {}, _json(asdict(assessed))

    def do_profiles(self, header: Header, body: bytes) -> Answer:
        """The body's profiles in another form."""
        from libonto.profile.interchange.names import Names

        names, lang = Names(self.assessor.vocabulary), header["lang"]
        candidates, _ = self._candidates(header, body)
        return {}, writing.to_bytes(candidates, header["form"], names, lang)

    def do_check(self, header: Header, body: bytes) -> Answer:
        """The report on what the body's profiles state, as JSON."""
        from libonto.profile.account import report_object
        from libonto.profile.intake import Intake

        lang, document = header["lang"], Document(body, format=header["format"])
        intake = Intake(self.assessor.vocabulary, lang=lang, trust=self.trust)
        return {}, _json(report_object(list(intake.documents([document])), lang))

    def _assessments(self, header: Header, body: bytes) -> tuple[list[Assessment], Reader]:
        terms = self._inquiry(header)
        candidates, reader = self._candidates(header, body)
        return self.assessor.answer(candidates, terms), reader

    def _remarks(self, reader: Reader, lang: str) -> dict[str, list[str]]:
        """What of an input was passed over, as a field of a result; none where nothing was."""
        from libonto.profile.account import remarks

        lines = list(remarks(reader.entries, lang))
        return {"remarks": lines} if lines else {}

    def _candidates(self, header: Header, body: bytes) -> tuple[list[Candidate], Reader]:
        reader = Reader(self.assessor.vocabulary, header["lang"], trust=self.trust)
        return reader.read([Document(body, format=header["format"])]), reader

    def _inquiry(self, header: Header) -> Inquiry:
        names = ("position", "category", "edition", "on")
        terms: Header = {name: header.get(name) or None for name in names}
        readings = filter(None, header.get("reading", ()))
        return inquiry(self.assessor.positions, self.choices, **terms, readings=readings)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
