"""The sentences of `locales/`: the same in three languages, each in its own, all used."""

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import libonto
from libonto import errors
from libonto.errors import LibontoError, Problem
from libonto.locales import LANGUAGES, long_date, pick, sentence, sentences

pytestmark = pytest.mark.every_case  # cheap, and each finds what no other does

PACKAGE = Path(libonto.__file__).parent
FOLDER = PACKAGE / "locales"
TOPICS = sorted(path.stem for path in (FOLDER / "en").glob("*.toml"))
OTHERS = [lang for lang in LANGUAGES if lang != "en"]

STANDARDS = """
    RDF RDFS SHACL Core OWL DL IRI IRI-і IRI-ді IRI-ін JSON LD TOML UTF SHA XML DOCTYPE HTTP URL API
    ISCED ESCO EQF NQF SSSOM ELM CTDL SPARQL SERVICE FROM SELECT ASK CONSTRUCT DESCRIBE LIMIT OFFSET
    CSV TSV ODS HTML PDF Turtle TriG Triples Quads Content Type Encoding OpenAPI OpenDocument
    JWK PEM ISO KZ SIGHUP SIGTERM Accept Host VoID DCAT
"""
PRODUCTS = """
    libonto LIBONTO HermiT Java Python Linux Windows WSL Excel Protégé FOOPS OOPS Ctrl Enter
    Apache CC BY owlready jdk py XLSX typst oxigraph joserfc pySHACL fork Resume Occupation European
    Learning Model Europass Dask Parquet
"""
WRITTEN_SO = """
    turtle trig ntriples nquads rdfxml json csv tsv xml html pdf xls xlsx ods sssom ctdl elm protege
    schema comma semicolon tab pipe windows utf kz kk ru en lang id readings context export reason
    bibliography higher education esco eqf isced isco qf kz sparql ontology profile derive load rq
    serve ext query batch assess report tables jsonl parquet ttl zst
    distributed
"""
NAMES = frozenset(str.split(f"{STANDARDS} {PRODUCTS} {WRITTEN_SO}"))
"""What stands in Latin letters in Kazakh and in Russian too: names, and what one types."""

NOT_PROSE = re.compile(
    r"""
    \{[^{}]*\}                      # a place for a value
    | libonto(?:\ [a-z-]+)+ | pip\ install\ \S+   # a command
    | \\u[0-9a-f]{4}                # an escape
    | --?[a-z][\w-]*                # an option
    | \b[A-Z]+(?:_[A-Z]+)+\b        # an environment variable
    | <[^<>\s]+>                    # an IRI
    | (?<![\w])\.?[\w-]+(?:[:/=.@_][\w.:/=@+-]+)+    # a prefixed name, a file, a choice, a path
    | (?<![\w])[\w-]+/              # a folder
    | \#\+.*                        # the header of a query
    | "[^"]*" | “[^”]*” | `[^`]*`   # what is to be written exactly so
    """,
    re.VERBOSE,
)
RUSSIAN = """
    и в во на для или это как по из что у к от нет его её она он они но если был была было при до
    за под над об о же ли быть есть только уже ещё также этот эта этого будет нужно можно нельзя
"""
KAZAKH = "мен пен бен және үшін немесе емес бар жоқ деп деген бұл сол осы ғана керек болса"
RUSSIAN_WORDS, KAZAKH_WORDS = frozenset(str.split(RUSSIAN)), frozenset(str.split(KAZAKH))
KAZAKH_LETTERS = frozenset("әғқңөұүһі")


def texts() -> Iterator[tuple[str, str, str, str]]:
    """Language, topic, key and text of every sentence."""
    for lang in LANGUAGES:
        for topic in TOPICS:
            for key, text in sentences(lang, topic).items():
                yield lang, topic, key, text


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def words(text: str) -> list[str]:
    """The words of a text, without what is no prose."""
    return re.findall(r"[^\W\d_]+(?:[-/][^\W_]+)*", NOT_PROSE.sub(" ", text))


# The same in three languages


@pytest.mark.parametrize("lang", OTHERS)
def test_every_language_has_the_same_files(lang: str) -> None:
    assert sorted(path.stem for path in (FOLDER / lang).iterdir()) == TOPICS


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("topic", TOPICS)
def test_every_file_has_the_same_keys_in_the_same_order(lang: str, topic: str) -> None:
    assert list(sentences(lang, topic)) == list(sentences("en", topic))


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("topic", TOPICS)
def test_every_sentence_has_the_same_places(lang: str, topic: str) -> None:
    english = sentences("en", topic)
    different = {
        key: (places(text), places(english[key]))
        for key, text in sentences(lang, topic).items()
        if places(text) != places(english[key])
    }
    assert different == {}


@pytest.mark.parametrize("topic", TOPICS)
def test_every_place_has_a_name_and_every_text_is_text(topic: str) -> None:
    for lang in LANGUAGES:
        for key, text in sentences(lang, topic).items():
            assert isinstance(text, str), key
            assert text.rstrip() == text, key
            assert text.strip(), key
            assert re.fullmatch(r"[A-Za-z0-9_-]+", key), key
            assert all(name.isidentifier() for name in places(text)), key
            assert "  " not in text.strip(), key


@pytest.mark.parametrize("topic", TOPICS)
def test_every_sentence_ends_alike(topic: str) -> None:
    """A full stop in one language is a full stop in the others; a shortened word has its own."""
    english = sentences("en", topic)
    for lang in OTHERS:
        for key, text in sentences(lang, topic).items():
            stops = [
                said[-1] in ".?!" and not said.endswith(("г.", "No."))
                for said in (text, english[key])
            ]
            assert stops[0] == stops[1], f"{lang}: {key}: {text}"


# Each in its own


def latin(text: str) -> list[str]:
    found = re.findall(r"[A-Za-zÀ-ÿ]{2,}", NOT_PROSE.sub(" ", text))
    return [word for word in found if word not in NAMES]


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("topic", TOPICS)
def test_no_english_word_stands_in_kazakh_or_russian(lang: str, topic: str) -> None:
    found = {key: latin(text) for key, text in sentences(lang, topic).items() if latin(text)}
    assert found == {}


@pytest.mark.parametrize("topic", TOPICS)
def test_no_cyrillic_letter_stands_in_english(topic: str) -> None:
    """A document's series may stand in its capital letters."""
    small = re.compile("[\u0430-\u045f\u0460-\u04ff]")
    assert {k: t for k, t in sentences("en", topic).items() if small.search(t)} == {}


@pytest.mark.parametrize("topic", TOPICS)
def test_no_russian_stands_in_kazakh(topic: str) -> None:
    for key, text in sentences("kk", topic).items():
        said = [word.lower() for word in words(text)]
        assert not RUSSIAN_WORDS & set(said), f"{key}: {text}"
        cyrillic = [word for word in said if re.match("[\u0400-\u04ff]", word)]
        if len(cyrillic) > 5:  # a Kazakh sentence does not do without letters of its own
            assert KAZAKH_LETTERS & set("".join(cyrillic)), f"{key}: {text}"


@pytest.mark.parametrize("topic", TOPICS)
def test_no_kazakh_stands_in_russian(topic: str) -> None:
    for key, text in sentences("ru", topic).items():
        assert not KAZAKH_LETTERS & set(text.lower()), f"{key}: {text}"
        assert not KAZAKH_WORDS & {word.lower() for word in words(text)}, f"{key}: {text}"


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("topic", TOPICS)
def test_no_word_mixes_two_alphabets(lang: str, topic: str) -> None:
    """A Latin “o” in a Cyrillic word is not seen, and not found."""
    for key, text in sentences(lang, topic).items():
        for word in re.findall(r"[^\W\d_]+", NOT_PROSE.sub(" ", text)):
            mixed = re.search("[A-Za-z]", word) and re.search("[\u0400-\u04ff]", word)
            assert not mixed, f"{key}: {word}"


def test_quotation_marks_are_those_of_the_language() -> None:
    for lang, topic, key, text in texts():
        wrong = "“”„" if lang != "en" else "«»„"
        if topic != "query" and not key.startswith("query-header"):
            assert not set(wrong) & set(text), f"{lang} {topic}.{key}: {text}"


def test_the_checks_can_tell() -> None:
    assert latin("Файл {path} not found, смотрите --help и lo:Candidate") == ["not", "found"]
    assert RUSSIAN_WORDS & set(words("Такого файла нет"))
    assert KAZAKH_WORDS & set(words("файл жоқ"))


# All used, and all there


TEMPLATES = {".html", ".jinja", ".j2", ".typ", ".xml", ".svg", ".txt", ".js"}


@cache
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py")}


def said_in_templates() -> set[str]:
    found: set[str] = set()
    for folder in (PACKAGE, PACKAGE.parent.parent / "web", PACKAGE / "data" / "web"):
        for path in folder.rglob("*"):
            if path.suffix in TEMPLATES and "node_modules" not in path.parts:
                found |= set(re.findall(r"[\"']([a-z]+\.[\w-]+)[\"']", path.read_text("utf-8")))
    return found


def pattern(node: ast.expr) -> str | None:
    """What a text in the code can be: a regular expression, None where nothing is known."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(pattern(part) or ".*" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = pattern(node.left), pattern(node.right)
        return (left or ".*") + (right or ".*") if left or right else None
    if isinstance(node, ast.IfExp):
        both = (pattern(node.body) or ".*", pattern(node.orelse) or ".*")
        return f"(?:{both[0]}|{both[1]})"
    return None


@cache
def patterns() -> frozenset[str]:
    """Every text that the code can make, as far as it can be read; those that say nothing not."""
    found = set()
    for tree in trees().values():
        for node in ast.walk(tree):
            made = pattern(node) if isinstance(node, ast.expr) else None
            if made and re.search(r"[a-z]{3}|[a-z]+\\\.", made.replace(".*", "")):
                found.add(made)
    return frozenset(found)


def test_every_sentence_is_used() -> None:
    templates = said_in_templates()
    plain = {re.sub(r"\\(.)", r"\1", p) for p in patterns() if ".*" not in p and "(?:" not in p}
    able = [re.compile(p) for p in patterns() if ".*" in p or "(?:" in p]
    unused = []
    for topic in TOPICS:
        if topic in {"help", "click"}:  # tests/cli/test_help.py
            continue
        for key in sentences("en", topic):
            full = f"{topic}.{key}"
            known = full in plain or key in plain or full in templates
            if not known and not any(p.fullmatch(full) or p.fullmatch(key) for p in able):
                unused.append(full)
    assert unused == []


ERRORS = {
    name
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, LibontoError | Problem)
}


def named() -> Iterator[tuple[str, str]]:
    """Where in the code a sentence is asked for, and the pattern of its full name."""
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = ast.unparse(node.func).rpartition(".")[2]
            topic = {"sentence": "", "say": "", "counted": ""}.get(called)
            if called == "say" and path.parent.name == "pages":  # which adds its topic itself
                continue
            made = pattern(node.args[0])
            if called in ERRORS or (called in {"_report"} and path.parent.name == "profile"):
                topic = "" if made and r"\." in made else r"errors\."  # it may name its topic
            if topic is not None and made is not None:
                said = topic + made + ("-(?:one|few|many)" if called == "counted" else "")
                yield f"{path.relative_to(PACKAGE)}:{node.lineno}", said


def test_every_sentence_that_the_code_asks_for_is_there() -> None:
    there = {f"{topic}.{key}" for topic in TOPICS for key in sentences("en", topic)}
    asked = list(named())
    assert len(asked) > 100
    missing = [
        (where, said)
        for where, said in asked
        if r"\." in said and not any(re.fullmatch(said, key) for key in there)
    ]
    assert missing == []


def test_a_problem_and_an_error_can_be_told_in_every_language() -> None:
    """Each sentence of `errors.toml` can be filled in."""
    for lang in LANGUAGES:
        for key, text in sentences(lang, "errors").items():
            said = sentence(f"errors.{key}", lang, **dict.fromkeys(places(text), "x"))
            assert "{" not in said
            assert "}" not in said


# Choosing


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        (None, "kk"),
        ("", "kk"),
        ("ru", "ru"),
        ("en_GB.UTF-8", "en"),
        ("kk_KZ", "kk"),
        ("C", "kk"),
        ("de, fr;q=0.8", "kk"),
        ("de, en;q=0.5, ru;q=0.7", "ru"),
        ("en;q=0.5, ru;q=0.5", "en"),
        ("ru;q=0, en", "en"),
        ("EN-us", "en"),
        ("*", "kk"),
        ("ru;q=x", "kk"),
        ("ru;q=nan", "kk"),
        ("ru;q=-1", "kk"),
        ("ru; q=0.9, kk;q=1", "kk"),
        ("russian", "kk"),
    ],
)
def test_the_language_that_is_accepted(accepted: str | None, lang: str) -> None:
    assert pick(accepted) == lang


def test_days_are_written_as_people_write_them() -> None:
    from datetime import date

    day = date(2026, 11, 22)
    assert long_date(day, "kk") == "2026 жылғы 22 қараша"
    assert long_date(day, "ru") == "22 ноября 2026 г."
    assert long_date(day, "en") == "22 November 2026"
    for lang in LANGUAGES:
        assert len(sentences(lang, "months")["names"].split()) == 12
