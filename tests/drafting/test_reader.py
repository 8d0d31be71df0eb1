"""What the grammar reads: our own text whole, real fragments, each construct in both languages."""

from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sizes import examples

from libonto.drafting.grammar import LONGEST
from libonto.drafting.model import (
    ClauseKind,
    DraftClause,
    Education,
    Experience,
    Inheritance,
    Knowledge,
    ParsedText,
)
from libonto.drafting.reader import read
from libonto.errors import UsageError

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
FRAGMENTS = sorted((ROOT / "tests/fixtures/texts").glob("*.txt"))
SOURCE = ROOT / "ontology/source/order-338/librarian.kk.txt"
NS, OA = "https://w3id.org/libonto/ns#", "http://www.w3.org/ns/oa#"
ID = "https://w3id.org/libonto/id/"

Place = tuple[int, int, str]


def years_of(service: Experience) -> int:
    """The years asked for; 0: none are required."""
    return service.counted[0][0] if service.counted else 0


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def known() -> tuple[dict[Place, str], dict[tuple[int, int], frozenset[str]]]:
    """The clauses that were read by hand, by place and type; and the levels of each place."""
    store = ox.Store()
    store.load(path=str(ROOT / "ontology/positions/librarian.ttl"))
    rows = store.query(
        f"""PREFIX lo: <{NS}> PREFIX oa: <{OA}> SELECT ?clause ?start ?end ?type
        (GROUP_CONCAT(STR(?level); separator=" ") AS ?levels) WHERE {{
        ?clause a lo:Clause ; lo:clauseType ?type ; oa:hasSelector ?place .
        ?place oa:start ?start ; oa:end ?end . OPTIONAL {{ ?clause lo:appliesTo ?level }}
        }} GROUP BY ?clause ?start ?end ?type"""
    )
    places, levels = {}, {}
    for row in rows:
        kind = row["type"].value.removeprefix(f"{ID}clause-type/")
        if kind not in ("part", "connective"):
            place = int(row["start"].value), int(row["end"].value)
            places[(*place, kind)] = row["clause"].value.rpartition("/")[2]
            names = (row["levels"].value if row["levels"] else "").split()
            levels[place] = frozenset(name.rpartition("/")[2] for name in names)
    return places, levels


@pytest.fixture(scope="module")
def ours() -> ParsedText:
    return read(text_of(SOURCE), "kk")


def quotes(draft: ParsedText, *kinds: ClauseKind) -> list[str]:
    return [draft.quote(clause) for clause in draft.clauses if clause.kind in kinds]


def one(draft: ParsedText, kind: ClauseKind) -> DraftClause:
    [clause] = [clause for clause in draft.clauses if clause.kind is kind]
    return clause


def test_our_own_text_gives_back_the_clauses_that_were_read_by_hand(ours: ParsedText) -> None:
    expected, _ = known()
    found = {(c.start, c.end, str(c.kind)) for c in ours.clauses}
    assert len(expected.keys() & found) >= 0.9 * len(expected)
    assert expected.keys() - found == set()  # better than what is promised: none is missed
    assert [c for c in ours.clauses if c.kind is ClauseKind.UNREAD] == []


def test_our_own_text_gives_back_the_levels_and_what_each_inherits(ours: ParsedText) -> None:
    ladders = ("higher", "middle")
    steps = ("none", "second", "first", "highest")
    assert {level.slug for level in ours.levels} == {f"{a}-{b}" for a in ladders for b in steps}
    inherited = {
        c.level.slug: c.content.level.slug
        for c in ours.clauses
        if isinstance(c.content, Inheritance) and c.level
    }
    below = zip(steps[1:], steps, strict=False)
    assert inherited == {f"{a}-{b}": f"{a}-{c}" for b, c in below for a in ladders}


def test_our_own_text_gives_back_thresholds_and_acts(ours: ParsedText) -> None:
    years = {
        c.level.slug: years_of(c.content)
        for c in ours.clauses
        if isinstance(c.content, Experience) and c.level
    }
    assert years == {
        f"{ladder}-{step}": n
        for ladder in ("higher", "middle")
        for step, n in (("second", 3), ("first", 4), ("highest", 5))
    }
    acts = [
        ours.quote(c.content.act)
        for c in ours.clauses
        if isinstance(c.content, Knowledge) and c.content.act
    ]
    assert acts == [
        "Қазақстан Республикасының Конституциясын",
        '"Білім туралы"',
        '"Қазақстан Республикасындағы бала құқықтары туралы"',
        '"Қазақстан Республикасындағы тіл туралы"',
        '"Сыбайлас жемқорлыққа қарсы күрес туралы"',
    ]


def test_requirements_stand_on_the_levels_that_the_hand_gave_them(ours: ParsedText) -> None:
    _, levels = known()
    for clause in ours.clauses:
        if clause.level and clause.kind not in (ClauseKind.CONNECTIVE, ClauseKind.DUTY):
            assert levels[(clause.start, clause.end)] == {clause.level.slug}


def test_an_education_phrase_has_its_alternatives(ours: ParsedText) -> None:
    higher, middle = [c.content for c in ours.clauses if isinstance(c.content, Education)][:2]
    assert isinstance(higher, Education)
    assert [[ours.quote(s) for s in a.degrees] for a in higher.alternatives] == [
        ["жоғары"],
        ["жоғары"],
    ]
    assert [[ours.quote(s) for s in a.field] for a in higher.alternatives] == [
        ["педагогикалық"],
        ["бейіні бойынша"],
    ]
    assert isinstance(middle, Education)
    assert [a.truncated for a in middle.alternatives] == [False, True]


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: path.stem)
def test_a_fragment_is_read_without_a_wrong_statement(path: Path) -> None:
    draft = read(text_of(path), "kk")
    duties = quotes(draft, ClauseKind.DUTY)
    assert duties
    assert all(duty.rstrip(";").endswith(("ады", "еді", "йды", "йді")) for duty in duties)
    cut = draft.clauses[-1]  # the words in which the fragment is cut
    assert cut.kind is ClauseKind.UNREAD
    assert cut.end == len(draft.text.rstrip())


def test_a_requirement_with_nested_service_documents_and_a_category_held() -> None:
    [path] = [p for p in FRAGMENTS if p.stem.startswith("special")]
    draft = read(text_of(path), "kk")
    service = one(draft, ClauseKind.EXPERIENCE).content
    assert isinstance(service, Experience)
    (years, _), (nested_years, nested) = service.counted
    assert (years, nested_years) == (3, 1)
    assert [draft.quote(s) for s in nested] == ["мектепке дейінгі ұйымда"]
    assert len(quotes(draft, ClauseKind.EDUCATION)) == 2
    assert len(quotes(draft, ClauseKind.DOCUMENT)) == 2
    held = one(draft, ClauseKind.CATEGORY_HELD)
    assert held.joined == "either"
    assert draft.title is not None
    assert draft.quote(draft.title) == "Мектепке дейінгі тәрбие және оқыту ұйымының әдіскері"


def test_the_older_russian_pattern() -> None:
    draft = read(text_of(HERE / "librarian-old.ru.txt"), "ru")
    assert quotes(draft, ClauseKind.UNREAD) == []
    assert draft.title is not None and draft.quote(draft.title) == "Библиотекарь"
    assert [level.slug for level in draft.levels] == [
        "higher-none",
        "middle-none",
        "higher-second",
        "higher-first",
    ]
    service = [c.content.counted for c in draft.clauses if isinstance(c.content, Experience)]
    # «без предъявления требований к стажу» asks for none
    assert [[years for years, _ in counted] for counted in service] == [[], [3], [4]]
    assert (
        "иные нормативные правовые акты по вопросам деятельности организаций образования"
        in quotes(draft, ClauseKind.KNOWLEDGE_LAW)
    )
    added = [
        draft.quote(c) for c in draft.clauses if c.kind is ClauseKind.KNOWLEDGE_SUBJECT and c.level
    ]
    assert added == ["вопросы библиотечной работы", "основы библиотечного дела"]


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_the_newer_pattern_with_competences(lang: str) -> None:
    draft = read(text_of(HERE / f"methodist-new.{lang}.txt"), lang)
    assert [level.slug for level in draft.levels] == ["pedagogue", "moderator"]
    inherited = [c for c in draft.clauses if isinstance(c.content, Inheritance)]
    assert [
        (c.level and c.level.slug, c.content.level.slug)
        for c in inherited
        if isinstance(c.content, Inheritance)
    ] == [("moderator", "pedagogue")]
    assert {c.level and c.level.slug for c in draft.clauses if c.kind is ClauseKind.COMPETENCE} == {
        "pedagogue",
        "moderator",
    }
    assert len(quotes(draft, ClauseKind.DUTY)) == 2
    assert quotes(draft, ClauseKind.UNREAD)[0].startswith(("жылдық", "отчёт"))
    service = one(draft, ClauseKind.EXPERIENCE).content
    assert isinstance(service, Experience)
    assert [years for years, _ in service.counted] == ([2, 1] if lang == "kk" else [3, 1])
    assert one(draft, ClauseKind.CATEGORY_HELD)
    acts = [c for c in draft.clauses if isinstance(c.content, Knowledge) and c.content.act]
    assert len(acts) == (4 if lang == "kk" else 3)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("kk", "Білуге міндетті: ;"),
        ("ru", "Требования к квалификации:\nумение работать, высшее образование."),
        ("ru", "Должностные обязанности: отчёт о работе."),
    ],
)
def test_what_is_not_understood_is_unread_where_it_stands(lang: str, text: str) -> None:
    draft = read(text, lang)
    assert {c.kind for c in draft.clauses} <= {ClauseKind.HEADING, ClauseKind.UNREAD}
    assert every_letter_lies_in_a_clause(draft)


@pytest.mark.every_case
@pytest.mark.parametrize(
    ("lang", "phrase", "years"),
    [
        ("kk", "педагогикалық қызмет өтілі кемінде 3 (үш) жыл;", 3),
        ("kk", "педагогикалық жұмыс өтілі 3 жылдан кем емес;", 3),
        ("kk", "кемінде екі жыл педагогикалық еңбек өтілі;", 2),
        ("kk", "жұмыс өтіліне талап қойылмайды;", 0),
        ("kk", "жоғары білім болған жағдайда педагогикалық жұмыс өтілі 2 жылдан кем емес;", None),
        ("kk", "педагог-шебер үшін жұмыс өтілі кемінде 5 жыл;", None),
        ("ru", "стаж работы по специальности не менее 3 (трех) лет;", 3),
        ("ru", "общий стаж работы не менее двух лет;", 2),
        ("ru", "без предъявления требований к стажу работы;", 0),
        ("ru", "при отсутствии педагогического образования стаж работы не менее 2 лет;", None),
        ("ru", "стаж работы по специальности для педагога-мастера не менее 5 лет;", None),
    ],
)
def test_years_are_read_but_never_without_the_condition_that_they_stand_under(
    lang: str, phrase: str, years: int | None
) -> None:
    heading = {"kk": "Біліктілікке қойылатын талаптар:", "ru": "Требования к квалификации:"}
    draft = read(f"{heading[lang]} {phrase}", lang)
    found = [years_of(c.content) for c in draft.clauses if isinstance(c.content, Experience)]
    assert found == ([] if years is None else [years])
    assert quotes(draft, ClauseKind.UNREAD) == ([phrase] if years is None else [])


def test_words_between_the_titles_of_acts_are_no_part_of_them() -> None:
    draft = read(
        'Білуге міндетті: Қазақстан Республикасының "Білім туралы", "Тіл туралы" заңдарын.', "kk"
    )
    assert quotes(draft, ClauseKind.KNOWLEDGE_LAW) == ['"Білім туралы"', '"Тіл туралы"']
    assert quotes(draft, ClauseKind.HEADING)[1:] == ["Қазақстан Республикасының", "заңдарын"]


def test_nested_service_may_name_service_again() -> None:
    draft = read(
        "Требования к квалификации: стаж педагогической работы не менее 5 лет, в том числе стаж "
        "работы в должности заместителя директора не менее 1 года;",
        "ru",
    )
    service = one(draft, ClauseKind.EXPERIENCE).content
    assert isinstance(service, Experience)
    (years, _), (nested_years, [nested]) = service.counted
    assert (years, nested_years) == (5, 1)
    assert draft.quote(nested) == "в должности заместителя директора"


def test_latin_letters_that_look_like_cyrillic_ones_are_read() -> None:
    plain = "Бiлуге мiндеттi: пeдагoгика негiздерiн."  # i, e and o are Latin
    draft = read(plain, "kk")
    assert quotes(draft, ClauseKind.KNOWLEDGE_SUBJECT) == ["пeдагoгика негiздерiн"]


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(UsageError):
        read("а" * (LONGEST + 1), "kk")


def every_letter_lies_in_a_clause(draft: ParsedText) -> bool:
    covered = bytearray(len(draft.text))
    for clause in draft.clauses:
        covered[clause.start : clause.end] = b"\1" * (clause.end - clause.start)
    return all(covered[at] for at, c in enumerate(draft.text) if c.isalnum())


WORDS = {
    lang: sorted({*text_of(a).split(), *text_of(b).split()})
    for lang, a, b in (
        ("kk", SOURCE, HERE / "methodist-new.kk.txt"),
        ("ru", HERE / "librarian-old.ru.txt", HERE / "methodist-new.ru.txt"),
    )
}


@st.composite
def shuffled(draw: st.DrawFn) -> tuple[str, str]:
    """Words and marks of real texts in any order, and any characters between them."""
    lang = draw(st.sampled_from(["kk", "ru"]))
    words = st.one_of(
        st.sampled_from(WORDS[lang]),
        st.sampled_from([".", ";", ":", ",", "\n", "\n\n", "(", '"', "«", "3 "]),
        st.text(max_size=6),
    )
    parts = draw(st.lists(words, max_size=60))
    return lang, draw(st.sampled_from(["", " "])).join(parts)


@examples(100)
@given(shuffled())
def test_no_text_however_broken_loses_a_letter(case: tuple[str, str]) -> None:
    lang, text = case
    draft = read(text, lang)
    assert every_letter_lies_in_a_clause(draft)
    places = [(c.start, c.end) for c in draft.clauses]
    assert places == sorted(places)
    assert all(a[1] <= b[0] for a, b in pairwise(places))  # none overlap
    assert all(text[start:end].strip() == text[start:end] for start, end in places)


@examples(30)
@given(at=st.integers(0, len(text_of(SOURCE))), length=st.integers(0, 400))
def test_a_text_cut_anywhere_states_nothing_that_the_whole_does_not(
    ours: ParsedText, at: int, length: int
) -> None:
    """Cut off: what is then read of years stands in the whole text; cut out: no letter is lost."""
    draft = read(ours.text[:at], "kk")
    years = {
        (c.start, years_of(c.content)) for c in draft.clauses if isinstance(c.content, Experience)
    }
    assert years <= {
        (c.start, years_of(c.content)) for c in ours.clauses if isinstance(c.content, Experience)
    }
    assert every_letter_lies_in_a_clause(read(ours.text[:at] + ours.text[at + length :], "kk"))
