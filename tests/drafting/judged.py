"""A drafted position with each kind of alternative, and candidates on both sides of each."""

from typing import Any

from libonto.drafting.folder import draft_state
from libonto.drafting.points import Known
from libonto.drafting.position import Position

TEXT = """Әдіскер
Лауазымдық міндеттері: үйірмелердің жұмысын үйлестіреді.
Білуге міндетті: "Сыбайлас жемқорлыққа қарсы күрес туралы" заңын, педагогика негіздерін.
Біліктілікке қойылатын талаптар: педагогикалық жоғары білім немесе бейіні бойынша техникалық және \
кәсіптік білім немесе педагогикалық қайта даярлауды растайтын құжат, педагогикалық жұмыс өтілі \
кемінде 3 жыл, оның ішінде әдіскер лауазымында бір жыл; және (немесе) бірінші санатының болуы.
"""
ANSWERS = {
    "join/P01/by": "or",
    "join/X01/by": "and",
    "join/G01/by": "or",
    "education/E01/1/levels": "higher postgraduate",
    "education/E01/1/fields": "pedagogy",
    "education/E01/2/levels": "technical-vocational",
    "education/E01/2/fields": "library-science",
    "document/P01/same": "new",
    "document/P01/en": "Retraining certificate",
    "held/G01/categories": "librarian/higher-first",
    "knowledge/KL01/same": "law-anti-corruption",
    "knowledge/KS01/same": "pedagogy",
    "service/pedagogikalyq/positions": "self school-librarian",
    "service/adisker-lauazymynda/positions": "self",
}
HIGHER = {"level": "higher", "field": "pedagogy", "awarded": "2010-06-30"}
TECHNICAL = {"level": "technical-vocational", "field": "library-science", "awarded": "2010-06-30"}
CROSSED = {"level": "technical-vocational", "field": "pedagogy", "awarded": "2010-06-30"}
HELD = {"category": "librarian/higher-first", "granted": "2020-01-01"}
PAPER = {"kind": "retraining-certificate", "issued": "2021-05-05"}
SCHOOL = {"position": "school-librarian", "start": "2015-01-01", "end": "2017-06-30"}
OWN = {"position": "methodist", "start": "2020-01-01", "end": "2020-12-31"}
SHORT = {**OWN, "end": "2020-12-30"}
KNOWN = ["pedagogy", "law-anti-corruption"]

CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    "higher": ({"credentials": [HIGHER]}, "met", "not-shown"),
    "technical in the profile": ({"credentials": [TECHNICAL]}, "met", "not-shown"),
    "a level of one with the field of the other": ({"credentials": [CROSSED]}, "not-shown", ""),
    "a document": ({"documents": [PAPER]}, "met", "not-shown"),
    "three years, one of them here": ({"employments": [SCHOOL, OWN]}, "not-shown", "met"),
    "a day short of the year here": ({"employments": [SCHOOL, SHORT]}, "not-shown", ""),
    "the years, none of them here": (
        {"employments": [{**SCHOOL, "end": "2020-06-30"}]},
        "not-shown",
        "",
    ),
    "a category held": ({"holds": [HELD]}, "not-shown", "met"),
    "everything": (
        {"credentials": [HIGHER], "employments": [SCHOOL, OWN], "knowledge": KNOWN},
        "met",
        "met",
    ),
}
"""A profile, and the status of the education and of the service requirement (empty: not met)."""


def settled(known: Known) -> Position:
    """The position with the answers to what is judged; names stay to be worded."""
    state = draft_state(TEXT, slug="methodist", edition="order-9", lang="kk", answers=ANSWERS)
    return Position(state, known)
