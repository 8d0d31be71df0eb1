"""Texts of other posts, old and new edition, in both languages: what is read, and what is not."""

import io
from pathlib import Path

import pytest

from libonto.drafting.folder import draft_state, text_of
from libonto.drafting.model import ClauseKind, Experience, Inheritance, Knowledge, ParsedText
from libonto.drafting.reader import read
from libonto.errors import UsageError

HERE = Path(__file__).parent
LADDERS = ["higher-none", "middle-none", "higher-second", "higher-first"]
NAMED = ["pedagogue", "moderator", "expert"]


def draft_of(name: str, number: int | None = None) -> ParsedText:
    order = draft_state(text_of(HERE / f"{name}.txt"), slug="a", edition="b", number=number)
    return read(order.text, order.lang)


def unread(draft: ParsedText) -> list[str]:
    return [draft.quote(c) for c in draft.clauses if c.kind is ClauseKind.UNREAD]


@pytest.mark.parametrize(
    ("name", "number", "title", "levels", "years", "acts", "not_read"),
    [
        (
            "social-pedagogue-old.kk",
            1,
            "Әлеуметтік педагог",
            LADDERS,
            [0, 0, 3, 4],
            4,
            ["сонымен қатар оқушылардың даму деңгейін диагностикалау әдістерін меңгеруге"],
        ),
        ("social-pedagogue-old.kk", 2, "Аға тәлімгер", [], [2], 1, []),
        (
            "social-pedagogue-old.ru",
            None,
            "Социальный педагог",
            [*LADDERS, "higher-highest"],
            [0, 0, 3, 4, 5],
            4,
            [
                "а также владеть основами психолого-педагогических знаний.",
                "проводить опытно-экспериментальную работу.",
            ],
        ),
        (
            "preschool-head-new.kk",
            1,
            "Мектепке дейінгі тәрбие және оқыту ұйымының басшысы (меңгерушісі)",
            ["basshy", *NAMED],
            [5],
            6,
            ["және (немесе) біліктіліктің жоғары деңгейі болған жағдайда педагог-шебер"],
        ),
        ("preschool-head-new.kk", 2, "Мектепке дейінгі ұйымның музыка жетекшісі", [], [0], 1, []),
        (
            "librarian-new.ru",
            1,
            "Библиотекарь",
            [*NAMED, "researcher", "master"],
            [0, 0],
            6,
            [
                "и (или) при наличии высшего уровня квалификации",
                "и (или) при наличии среднего уровня квалификации",
                "для педагога-модератора не менее 2 лет",
            ],
        ),
        ("librarian-new.ru", 2, "Вожатый (старший вожатый)", [], [0], 1, []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_another_post_is_read_but_for_what_is_marked_unread(
    name: str,
    number: int | None,
    title: str,
    levels: list[str],
    years: list[int],
    acts: int,
    not_read: list[str],
) -> None:
    draft = draft_of(name, number)
    assert draft.title and draft.quote(draft.title) == title
    assert [level.slug for level in draft.levels] == levels
    contents = [c.content for c in draft.clauses]
    services = [c.counted for c in contents if isinstance(c, Experience)]
    assert [counted[0][0] if counted else 0 for counted in services] == years
    assert len([c for c in contents if isinstance(c, Knowledge) and c.act]) == acts
    found = unread(draft)
    assert len(found) == len(not_read)
    assert all(text.startswith(words) for text, words in zip(found, not_read, strict=True))


def test_each_category_of_the_newer_pattern_inherits_from_the_one_before() -> None:
    for name in ("librarian-new.ru", "preschool-head-new.kk"):
        draft = draft_of(name, 1)
        inherited = [
            (c.level.slug, c.content.level.slug)
            for c in draft.clauses
            if isinstance(c.content, Inheritance) and c.level
        ]
        steps = ["pedagogue", "moderator", "expert", "researcher", "master"]
        pairs = list(zip(steps[1:], steps, strict=False))
        assert inherited == pairs[: len(inherited)] and len(inherited) >= 2
        assert {c.kind for c in draft.clauses if c.level} <= {
            ClauseKind.HEADING,
            ClauseKind.INHERITANCE,
            ClauseKind.CONNECTIVE,
            ClauseKind.COMPETENCE,
        }


def test_years_in_a_post_of_a_category_are_nested() -> None:
    draft = draft_of("social-pedagogue-old.ru")
    [service] = [
        c.content
        for c in draft.clauses
        if isinstance(c.content, Experience) and len(c.content.counted) > 1
    ]
    (years, _), (nested_years, nested) = service.counted
    assert (years, nested_years) == (4, 1)
    assert [draft.quote(s) for s in nested] == ["в должности социального педагога второй категории"]


HEADINGS = {"kk": "Біліктілікке қойылатын талаптар:", "ru": "Требования к квалификации:"}
ITEMS = {"kk": "Білуге міндетті:", "ru": "Должен знать:"}


@pytest.mark.parametrize(
    ("lang", "heading", "known", "tail"),
    [
        ("kk", HEADINGS, "жоғары білім", " және тәжірибе."),
        ("kk", HEADINGS, "жоғары педагогикалық білім", ", көшбасшылық қабілет;"),
        ("kk", HEADINGS, "жоғары педагогикалық білім", " немесе басқа да тәжірибе;"),
        ("kk", ITEMS, "педагогика негіздерін", ", сондай-ақ есеп."),
        ("ru", HEADINGS, "высшее образование", ", умение работать."),
        ("ru", HEADINGS, "высшее педагогическое образование", " или опыт руководства;"),
        ("ru", ITEMS, "основы педагогики", ", проводить занятия;"),
    ],
)
def test_only_the_words_that_no_rule_reads_are_unread(
    lang: str, heading: dict[str, str], known: str, tail: str
) -> None:
    draft = read(f"{heading[lang]} {known}{tail}", lang)
    first, rest = draft.clauses[1:]
    assert first.kind is not ClauseKind.UNREAD and draft.quote(first) == known
    assert rest.kind is ClauseKind.UNREAD and draft.quote(rest) == tail.lstrip(", ")
    assert rest.joined == ("or" if tail.startswith((" немесе", " или")) else None)


def test_items_after_an_unread_one_are_read() -> None:
    draft = read("Должен знать: основы права, проводить занятия, библиографию.", "ru")
    assert [(str(c.kind), draft.quote(c)) for c in draft.clauses[1:]] == [
        ("knowledge-subject", "основы права"),
        ("unread", "проводить занятия"),
        ("knowledge-subject", "библиографию"),
    ]


def test_nothing_under_a_numbered_heading_that_is_not_read_is_ascribed_to_another_level() -> None:
    draft = read(
        "Требования к квалификации с определением профессиональных компетенций:\n"
        '1) "педагог":\nдолжен знать программу;\n'
        "2) наставник молодых и опытных:\nобобщать опыт работы;",
        "ru",
    )
    assert unread(draft) == ["2) наставник молодых и опытных:", "обобщать опыт работы;"]


def test_a_text_of_several_positions_is_refused_with_their_list() -> None:
    text = text_of(HERE / "librarian-new.ru.txt")
    with pytest.raises(UsageError) as refused:
        draft_state(text, slug="a", edition="b")
    assert "1. Библиотекарь; 2. Вожатый (старший вожатый)" in refused.value.message("ru")
    parts = [draft_state(text, slug="a", edition="b", number=n).text for n in (1, 2)]
    assert "".join(parts) == text and parts[1].startswith("Параграф 16.")
    for number in (0, 3):
        with pytest.raises(UsageError):
            draft_state(text, slug="a", edition="b", number=number)


def test_a_text_without_a_word_is_refused() -> None:
    with pytest.raises(UsageError):
        draft_state("\n\x0c \n", slug="a", edition="b")


def test_words_in_tables_frames_and_tracked_insertions_of_a_document_are_read(
    tmp_path: Path,
) -> None:
    import docx
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = docx.Document()
    document.add_paragraph("Должностные обязанности: ведет учет.")
    document.add_table(1, 1).cell(0, 0).text = "Должен знать: основы педагогики."
    inserted = document.add_paragraph("Требования к квалификации: ")
    inserted._p.append(
        parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>высшее образование.</w:t></w:r></w:ins>")
    )
    document.save(str(tmp_path / "text.docx"))
    assert text_of(tmp_path / "text.docx").split("\n") == [
        "Должностные обязанности: ведет учет.",
        "Должен знать: основы педагогики.",
        "Требования к квалификации: высшее образование.",
    ]


def test_a_pdf_is_read_like_its_text(tmp_path: Path) -> None:
    typst = pytest.importorskip("typst")
    text = text_of(HERE / "social-pedagogue-old.kk.txt")
    paragraphs = "\n\n".join(line.replace('"', '\\"') for line in text.splitlines())
    source = (
        f'#set text(font: "Noto Sans", lang: "kk")\n#set smartquote(enabled: false)\n{paragraphs}'
    )
    (tmp_path / "text.typ").write_text(source, "utf-8")
    typst.compile(str(tmp_path / "text.typ"), output=str(tmp_path / "text.pdf"))
    order = draft_state(text_of(tmp_path / "text.pdf"), slug="a", edition="b", number=2)
    draft = read(order.text, "kk")
    assert [str(c.kind) for c in draft.clauses] == [
        str(c.kind) for c in draft_of("social-pedagogue-old.kk", 2).clauses
    ]


@pytest.mark.parametrize("suffix", ["docx", "pdf"])
def test_a_damaged_document_is_an_error_with_a_sentence(tmp_path: Path, suffix: str) -> None:
    import docx

    whole = io.BytesIO()
    docx.Document().save(whole)
    data = whole.getvalue() if suffix == "docx" else b"%PDF-1.7\n1 0 obj << /Type /Catalog >>"
    for at in range(0, len(data), max(1, len(data) // 12)):
        (tmp_path / f"cut.{suffix}").write_bytes(data[:at])
        with pytest.raises(UsageError):
            text_of(tmp_path / f"cut.{suffix}")
