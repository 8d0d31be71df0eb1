"""No job makes a worker open a file, list a folder or import a module: it could do none of it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.sizes import some

ROOT = Path(__file__).resolve().parents[2]
ASKED = {
    "lang": "ru",
    "position": None,
    "category": None,
    "edition": None,
    "on": "2026-11-22",
    "reading": [],
}
TABLE = {"name": "list.csv", "mapping": "", "look": False}
PROFILE = (ROOT / "examples" / "librarian.json").read_bytes()
TURTLE = (ROOT / "examples" / "librarian.ttl").read_bytes()
PEOPLE = (ROOT / "examples" / "people.csv").read_bytes()
BOOK = (ROOT / "tests" / "fixtures" / "brought" / "commission-list.xlsx").read_bytes()
ELM = (ROOT / "tests" / "fixtures" / "brought" / "elm-presentation.json").read_bytes()
TEXT = (ROOT / "examples" / "tour-guide.kk.txt").read_text("utf-8")
QUERY = b"SELECT ?s { ?s a <https://w3id.org/libonto/ns#Position> }"


def query(text: bytes, format_: str) -> tuple[dict[str, Any], bytes]:
    return {"kind": "query", "default": [], "named": [], "format": format_, "lang": "kk"}, text


def assess(body: bytes, format_: str, **more: object) -> tuple[dict[str, Any], bytes]:
    given = {"kind": "assess", "format": format_, "form": "json"}
    return {**ASKED, **given, **more}, body


AT_ONCE = {
    "JSON": query(QUERY, "json"),
    "graph": query(b"DESCRIBE <https://w3id.org/libonto/id/position/librarian>", "jsonld"),
    "broken": query(b"SELECT", "json"),
    "look": ({"kind": "look", "lang": "kk"}, b"ASK { SERVICE <x:y> {} }"),
    "parse": ({"kind": "parse", "lang": "en"}, QUERY),
    "plain": assess(PROFILE, "json"),
    "gzip": assess(PROFILE, "json", gzip=True, lang="kk"),
    "bad profile": assess(b'{"knowledge": ["x"]}', "json"),
    "presentation": assess(ELM, "json"),
    "Turtle": assess(TURTLE, "turtle", lang="en"),
    "page": ({**ASKED, "kind": "answer", "format": "json", "number": 0}, PROFILE),
    "saved": (
        {"kind": "saved", "name": "positions", "values": {}, "format": "csv", "lang": "kk"},
        b"",
    ),
}
LATE = {
    **{
        name: assess(TURTLE, "turtle", form=name)
        for name in ("turtle", "ntriples", "rdfxml", "jsonld")
    },
    "report": assess(PROFILE, "json", form="html"),
    "PDF": assess(PROFILE, "json", form="pdf"),
    "elm": assess(ELM, "elm"),
    "table": assess(PEOPLE, "csv"),
    "table in Windows-1251": assess(PEOPLE.decode().encode("cp1251", "replace"), "csv"),
    "workbook": assess(BOOK, "xlsx"),
    "batch": ({**ASKED, "kind": "batch", "format": "json", "form": "json"}, PROFILE),
    "batch as a table": ({**ASKED, "kind": "batch", "format": "turtle", "form": "csv"}, TURTLE),
    "list": (
        {**ASKED, "kind": "list", "name": "list.csv", "mapping": "", "look": False, "form": "json"},
        PEOPLE,
    ),
    **{
        f"to {form}": ({"kind": "profiles", "format": "json", "form": form, "lang": "kk"}, PROFILE)
        for form in ("turtle", "csv", "json", "jsonld")
    },
    "check": ({"kind": "check", "format": "json", "lang": "kk"}, PROFILE),
    "saved workbook": (
        {"kind": "saved", "name": "positions", "values": {}, "format": "xlsx", "lang": "kk"},
        b"",
    ),
    "draft": (
        {"kind": "draft", "lang": "kk", "file": True},
        json.dumps(
            {"text": TEXT, "slug": "tour-guide", "edition": "2026", "answers": {}, "position": ""}
        ).encode(),
    ),
}
PROGRAM = """
import sys
from tests.sandbox.test_preloaded import AT_ONCE, LATE
from libonto.api.work import Work

work = Work({"data": [], "store": None, "load": [], "answer": 1 << 25})
touched, watching = [], False

def hook(event, given):
    if watching and event in {"open", "os.listdir", "os.scandir", "ctypes.dlopen"}:
        touched.append(f"{event} {given[0]}")
    elif watching and event == "import" and given[0] not in sys.modules:
        touched.append(f"{event} {given[0]}")

sys.addaudithook(hook)
for jobs, names in ((AT_ONCE, sys.argv[1]), (LATE, sys.argv[2])):
    for name in filter(None, names.split("|")):
        watching = True
        try:
            answer, content = work.handle(*jobs[name])
            fault = "" if content or "error" in answer or name in {"look", "parse"} else "nothing"
        except Exception as error:
            fault = repr(error)
        watching = False
        told = answer.get("error", {}).get("detail", "")
        print(name, fault, *touched, told if "не установлен" in told else "", sep="\t")
        touched.clear()
    if jobs is AT_ONCE:
        for step in work.preload():
            pass
"""


@pytest.mark.processes
def test_no_job_touches_a_path() -> None:
    at_once, late = some(sorted(AT_ONCE), 8), some(sorted(LATE), 8)
    found = subprocess.run(
        [sys.executable, "-c", PROGRAM, "|".join(at_once), "|".join(late)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    told = dict(line.split("\t", 1) for line in found.stdout.splitlines())
    assert told.keys() == {*at_once, *late}, found.stderr
    assert {name: rest.strip() for name, rest in told.items() if rest.strip()} == {}
