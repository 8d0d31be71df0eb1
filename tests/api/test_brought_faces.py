"""What people bring, through every face: the commands, HTTP and the page give the same."""

import base64
import io
import json
import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from tests.interchange import test_hostile_tables as ods
from tests.interchange.test_brought import BROUGHT, saved, text

from libonto.cli.frame import run

HEADS = ["Табельный номер", "ФИО", "Должность", "Дата приёма", "Дата увольнения"]
ROW = ["007", "Сидорова А. Б.", "Библиотекарь школы", "01.09.2018", "31.08.2021"]
TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "json": "application/json",
}
FACES = ("check", "assess", "batch", "http-check", "http-assess", "http-batch", "page")


@dataclass(frozen=True)
class Brought:
    """An input: how many of it are judged, and a piece of what is said of the others or the rest.

    `wrong`: there is somebody who cannot be judged. `notices` are those of the verdicts.
    """

    kind: str
    data: bytes
    form: str = "csv"
    judged: int = 1
    wrong: bool = False
    said: str = ""
    notice: str = ""


def fixture(name: str, **rest: Any) -> Brought:
    return Brought(name, (BROUGHT / name).read_bytes(), name.rpartition(".")[2], **rest)


def open_document(kind: str, *rows: list[str], **rest: Any) -> Brought:
    made = [ods.row(*map(ods.cell, cells)) for cells in (HEADS, *rows)]
    return Brought(kind, ods.open_document(*made), "ods", **rest)


def table(kind: str, *rows: list[Any], heads: list[str] = HEADS, **rest: Any) -> Brought:
    return Brought(kind, text([heads, *rows]), **rest)


def cell(kind: str, index: int, value: str, **rest: Any) -> Brought:
    return table(kind, [*ROW[:index], value, *ROW[index + 1 :]], **rest)


def document(kind: str, value: Any, **rest: Any) -> Brought:
    return Brought(kind, json.dumps(value).encode(), "json", **rest)


def changed(name: str, place: tuple[Any, ...], value: Any) -> Any:
    made = json.loads((BROUGHT / name).read_text("utf-8"))
    holder = made
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    return made


def merged(sheet: Any) -> None:
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("B2:B3")


def job(start: str) -> dict[str, str]:
    return {"position": "school-librarian", "start": start}


def study(level: str, field: str, **rest: Any) -> Brought:
    return table(
        "level and field",
        ["1", "А.", level, field],
        heads=["ID", "ФИО", "Образование", "Специальность"],
        **rest,
    )


RESUME, SIGNED = "json-resume-end-date-number.json", "elm-signed-envelope.json"
CREDENTIAL = json.loads((BROUGHT / SIGNED).read_text("utf-8"))["payload"]
CREDENTIAL = json.loads(CREDENTIAL) if isinstance(CREDENTIAL, str) else CREDENTIAL
ENCODED = base64.urlsafe_b64encode(json.dumps(CREDENTIAL).encode()).decode().rstrip("=")
SIGNATURES = [{"protected": "e30", "signature": "AA"}]
FIRST = [*ROW[:3], "01.09.2010", "31.08.2015"]
ERROR = {"judged": 0, "wrong": True}

CASES = [
    fixture("headings-in-two-rows.xlsx"),
    fixture("instant-in-utc.json", said="is a point of time"),
    fixture("commission-list.xlsx", judged=5, wrong=True, said="does not tell which is meant"),
    open_document("open document", ROW),
    open_document("open document", [*ROW[:4], "#N/A"], said="(#N/A)", **ERROR),
    table("dashes", ROW, ["2", "Вакансия", "-", "-", "-"], said="only dashes"),
    table("until", ROW, ["2", "Б.", *ROW[2:4], "до 31.08.2021"], said="2021-08-30", wrong=True),
    cell("last day", 4, "по 31.08.2021"),
    Brought("returns", text([HEADS, ROW]).replace(b"\n", b"\r")),
    Brought(
        "free notes",
        saved([HEADS, ROW], lambda sheet: sheet.parent.create_sheet("x").append(["Составила Б."])),
        "xlsx",
        said="another sheet holds the list",
    ),
    Brought(
        "hidden column",
        saved([HEADS, ROW], lambda sheet: setattr(sheet.column_dimensions["E"], "hidden", True)),
        "xlsx",
        said="hidden in the workbook",
    ),
    *(
        cell("error cell", index, error, said=f"The cell holds an error ({error})", **ERROR)
        for index, error in enumerate(["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#Н/Д"])
    ),
    *(
        table("row below", ROW, ["", words, "", "", ""], said="states nothing")
        for words in ["Итого", "Жиыны: 1", "Секретарь ________", "М.П.", "* по совместительству"]
    ),
    Brought("merged", saved([HEADS, FIRST, [None, None, *ROW[2:]]], merged), "xlsx"),
    Brought("merged", saved([HEADS[1:], FIRST[1:], ROW[1:]]), "xlsx", said="row 3 too", **ERROR),
    table("merged", FIRST[1:], ROW[1:], heads=HEADS[1:], said="row 3 too", **ERROR),
    table("merged", ROW, ["", "", *ROW[2:]], wrong=True, said="identifier is missing"),
    table("merged", ROW[1:], ["", *ROW[2:]], heads=HEADS[1:], wrong=True, said="neither by a name"),
    *(
        table("heading", ROW, heads=[HEADS[0], name, *HEADS[2:]])
        for name in ["Ф.И.О.", "ф. и. о.", "ФИО ", "Ф.И.О. (полностью)", "№ Ф.И.О."]
    ),
    *(
        cell("position", 2, title)
        for title in [
            "школьный библиотекарь",
            "педагог-библиотекарь",
            "Библиотекарь школы",
            "мектеп кітапханашысы",
            "school librarian",
        ]
    ),
    *(
        cell("position", 2, title, said="does not tell which is meant", **ERROR)
        for title in ["библиотекарь", "зав. библиотекой", "кітапхана меңгерушісі"]
    ),
    *(
        cell("last day", 4, words)
        for words in ["н.в.", "по н/в", "қазіргі уақытқа дейін", "present", "–"]
    ),
    *(
        study(level, "Библиотечное дело")
        for level in ["арнаулы орта", "Высшее", "ср.-спец.", "магистратура", "Жоғары"]
    ),
    study("колледж", "Библиотечное дело", said="does not tell which is meant", **ERROR),
    *(
        study("Высшее", field)
        for field in ["Юриспруденция", "0421", "Law", "Другая область", "other-field"]
    ),
    *(
        document("résumé", changed(RESUME, ("work", 0, "endDate"), value), said="endDate", **ERROR)
        for value in [2021, False, {}, ["2021-08-31"], 20.5]
    ),
    *(
        document("résumé", changed(RESUME, ("work",), value), said="work", **ERROR)
        for value in [{"position": "School librarian"}, "School librarian", 1, True, [1]]
    ),
    *(
        document("envelope", value, said="not verified")
        for value in [
            {"payload": CREDENTIAL, "signatures": SIGNATURES},
            {"payload": json.dumps(CREDENTIAL), "signatures": SIGNATURES},
            {"payload": ENCODED, **SIGNATURES[0]},
            {"type": "VerifiablePresentation", "verifiableCredential": [f"e30.{ENCODED}.AA"]},
            {"type": "VerifiablePresentation", "verifiableCredential": CREDENTIAL},
        ]
    ),
    *(
        document(
            "two fields",
            changed("schema-org-two-fields.json", ("hasCredential", 0, "about"), [one, other]),
            said=one,
            **ERROR,
        )
        for one, other in [
            ("Library science", "Pedagogy"),
            ("Pedagogy", "Law"),
            ("Law", "Library science"),
            ("Pedagogy", "Library science"),
            ("Law", "Pedagogy"),
        ]
    ),
    *(
        document(
            "implausible",
            changed("start-in-year-one.json", ("employments", 0), job(day)),
            notice="implausible-date",
        )
        for day in ["0001-01-01", "0999-12-31", "1018-09-01", "1900-01-01", "1956-11-21"]
    ),
    *(
        Brought("a page for a workbook", page.encode(), "xlsx", said="web page", **ERROR)
        for page in [
            "<html><table></table></html>",
            "<!DOCTYPE html><p>",
            "<TABLE><tr>",
            "\n <head></head>",
            "MIME-Version: 1.0\n",
        ]
    ),
]


@pytest.mark.sampled(each="face")
@pytest.mark.parametrize(
    ("case", "face"),
    [
        pytest.param(case, face, id=f"{number} {case.kind}-{face}")
        for number, case in enumerate(CASES)
        for face in FACES
        if face != "page" or case.form != "json"  # the page takes tables
    ],
)
def test_every_face_gives_what_is_right(
    server: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str], case: Brought, face: str
) -> None:
    judged, told = getattr(_Faces(server, tmp_path, capfd), face.replace("-", "_"))(case)
    all_or_nothing = case.wrong and face.endswith("assess")
    assert judged == (0 if all_or_nothing else case.judged), told
    verdicts_only = face.endswith("assess") and not case.wrong
    if case.said and not verdicts_only:
        assert case.said in told
    if case.notice and face in {"http-assess", "http-batch"}:
        assert case.notice in told


class _Faces:
    """Brings an input to a face: how many are judged, or right where nobody judges; all text."""

    def __init__(self, server: Any, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self._http = server.http
        self._folder = folder
        self._capfd = capfd

    def _command(self, case: Brought, *words: str) -> tuple[int, str]:
        path = self._folder / f"brought.{case.form}"
        path.write_bytes(case.data)
        status = run([*words, str(path), "--lang", "en", "--on", "2026-11-22"][:None])
        out, err = self._capfd.readouterr()
        return status, out + err

    def check(self, case: Brought) -> tuple[int, str]:
        path = self._folder / f"brought.{case.form}"
        path.write_bytes(case.data)
        status = run(["profile", "check", str(path), "--lang", "en", "--format", "json"])
        out, err = self._capfd.readouterr()
        if not out.strip():
            return 0, err
        found = json.loads(out)
        assert status == (2 if case.wrong else 0)
        return _right(found), out + err

    def assess(self, case: Brought) -> tuple[int, str]:
        status, told = self._command(case, "assess", "--format", "json")
        assert (status == 2) == case.wrong
        return len(re.findall(r'^\{"candidate"|^ *"candidate":', told, re.M)), told

    def batch(self, case: Brought) -> tuple[int, str]:
        output = self._folder / "out.jsonl"
        status, told = self._command(case, "batch", "-o", str(output))
        assert (status == 2) == case.wrong
        lists = [p.read_text("utf-8") for p in self._folder.glob("out.jsonl.*.csv")]
        return output.read_bytes().count(b"\n") if output.exists() else 0, told + "".join(lists)

    def _post(self, case: Brought, path: str) -> Any:
        headers = {"Content-Type": TYPES[case.form], "Accept-Language": "en"}
        on = {"on": "2026-11-22"} if "check" not in path else {}
        return self._http.post(path, content=case.data, headers=headers, params=on)

    def http_check(self, case: Brought) -> tuple[int, str]:
        answer = self._post(case, "/api/profile/check")
        return _right(answer.json()) if answer.status_code == 200 else 0, _all(answer)

    def http_assess(self, case: Brought) -> tuple[int, str]:
        answer = self._post(case, "/api/assess")
        assert answer.status_code == (422 if case.wrong else 200) or case.kind.startswith("a page")
        found = answer.json()
        found = found if isinstance(found, list) else [found]
        return len(found) if answer.status_code == 200 else 0, _all(answer)

    def http_batch(self, case: Brought) -> tuple[int, str]:
        answer = self._post(case, "/api/batch")
        found = answer.json()
        assert bool(found.get("errors", True)) == case.wrong
        return len(found.get("results", [])), _all(answer)

    def page(self, case: Brought) -> tuple[int, str]:
        files = {"file": (f"brought.{case.form}", io.BytesIO(case.data))}
        answer = self._http.post("/list?lang=en&on=2026-11-22", files=files)
        return answer.text.count("<tr data-status="), unescape(answer.text)


def _all(answer: Any) -> str:
    return json.dumps(answer.json(), ensure_ascii=False)


def _right(found: Any) -> int:
    """How many profiles are taken whole."""
    return int(found["good"]) if not found["lost"] else 0
