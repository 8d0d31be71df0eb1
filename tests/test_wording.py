"""Words that the order does not use, or that are bad Kazakh or Russian, do not come back.

The quotations of the source keep its spelling (`lo:text`, the selectors, what stands in « »
in a remark on the text), and so do the labels under which people's own words are understood.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from libonto.locales import sentences

pytestmark = pytest.mark.every_case  # cheap, and each finds what no other does

ROOT = Path(__file__).resolve().parents[1]

OLD_WORDS = {
    "kk": [
        r"(?<!\d-)\bтарма[қғ](?!шасы|талған)\w*",  # the order has numbered ones
        r"\bсаты(?!л[уғ]|п\b|ат)\w*",
        r"(?:Жоғары|Орта) деңгей, (?:санаты жоқ|екінші|бірінші|жоғары санат)",
        r"Білуге міндетті\b",
        r"^Білетіні$",
        r"талаптан \S+ қалды|қалған талап",
        r"[Сс]ұралған сана",
        r"[Аа]дамды тексеру|[Тт]ізімді тексеру|тізімін тексеру",
        r"^Аты-жөні \(міндетті емес\)",
        r"^Саласы$|, саласы:",
        r"өтілі? өздігінен|өздігінен (?:жетпейді|орындалмайды|өзгермейді)",
        r"\bақау(?!ы$)\w*",
        r"[Ққ]ауіпсіздік туралы сөйлем",
        r"\bүрді[сз]\w*",
        r"\bжетекші құжат\w*",
        r"\b[Жж]адтан\b",
        r"[Ее]шкім растай алмаған",
        r"[Пп]рофильдер",
        r"^Өтілге қойылатын",
    ],
    "ru": [
        r"\b[Пп]ункт\w*\b(?! \d+ статьи)",
        r"\b[Сс]тупен\w*",
        r"(?:Высший|Средний) уровень, ",
        r"уровень требует",
        r"[Оо]бязательное знание",
        r"[Пп]редмет(?!н)\w* знани",
        r"\b[Вв]ывод(?!ит|им|ить)\w*",
        r"[Оо]сталось требований",
        r"[Зз]апрошенн\w+ (?:категори|или)|[Кк]атегория, запрошенная",
        r"[Пп]роверить (?:человека|список)",
        r"Фамилия и имя|^фамилия, имя$",
        r"^Область$|, область: ",
        r"сам(?:о)? собой|стаж достаточным не станет",
        r"\b[Дд]ефект(?!олог)\w*",
        r"фраз\w+ о безопасности",
        r"по памяти",
        r"никто не смог подтвердить",
        r"\b[Дд](?:ень|ня|не) оценки",
    ],
    "en": [r"\bmass work\b", r"\beight steps\b", r"nobody could confirm", r"\bsafety sentence\b"],
}
"""What stood once; what stands now is in the pages and in the ontology."""

ALLOWED = {
    "бөлек тармақ бар",  # the order's own numbered paragraphs
    "отдельный пункт",
    "екі тармағы бар",  # two branches of a framework
    "стандартный ввод",  # what a computer calls so
    "стандартный вывод",
    "машина вывода",
    "машину вывода",
    "≈ — не близко: вывод",  # of a correspondence
    "қойма ақауы",
}

LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"@(kk|ru|en)\b')
UNDERSTOOD = ("lo:text ", "skos:hiddenLabel", "skos:altLabel")
QUOTED = re.compile(r"«[^«»]*»|“[^“”]*”")


def turtle() -> Iterator[tuple[str, str, str]]:
    for folder in ("ontology", "shapes"):
        for path in sorted((ROOT / folder).rglob("*.ttl")):
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                if not line.strip().startswith(UNDERSTOOD):
                    for text, lang in LITERAL.findall(line):
                        yield f"{path.name}:{number}", lang, QUOTED.sub("", text)


def queries() -> Iterator[tuple[str, str, str]]:
    for path in sorted((ROOT / "queries").rglob("*.rq")):
        for lang, text in re.findall(r"(?m)^#\+ \w+@(kk|ru): (.*)$", path.read_text("utf-8")):
            yield path.name, lang, text


def locales() -> Iterator[tuple[str, str, str]]:
    for lang in OLD_WORDS:
        for path in sorted((ROOT / "src/libonto/locales" / lang).glob("*.toml")):
            if path.stem != "tables":  # the headings that people write
                for key, text in sentences(lang, path.stem).items():
                    yield f"{path.stem}.{key}", lang, text


@cache
def said() -> tuple[tuple[str, str, str], ...]:
    return (*turtle(), *queries(), *locales())


@pytest.mark.parametrize(
    ("lang", "old"), [(lang, old) for lang, words in OLD_WORDS.items() for old in words]
)
def test_no_old_wording_comes_back(lang: str, old: str) -> None:
    found = [
        f"{place}: {text[:160]}"
        for place, in_lang, text in said()
        if in_lang == lang
        and re.search(old, text)
        and not any(word in text.lower() for word in ALLOWED)
    ]
    assert found == []


def test_what_is_looked_through_is_not_empty() -> None:
    assert {lang for _, lang, _ in said()} == set(OLD_WORDS)
    assert len(said()) > 3000


def test_the_words_for_a_category_are_the_orders_own() -> None:
    keys = ("category-met", "category-not-met", "category-not-shown")
    assert {lang: [sentences(lang, "status")[key] for key in keys] for lang in ("kk", "ru")} == {
        "kk": ["сәйкес", "сәйкес емес", "сәйкестігі расталмаған"],
        "ru": ["соответствует", "не соответствует", "соответствие не подтверждено"],
    }


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_a_template_is_headed_by_the_words_of_the_form(lang: str) -> None:
    headings = {key: text.split(" | ")[0] for key, text in sentences(lang, "tables").items()}
    form = sentences(lang, "pages")
    assert headings["candidate-appliesFor"] == form["check-category"]
    assert form["check-name"].startswith(headings["candidate-name"])
