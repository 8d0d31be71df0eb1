"""What the pages cost: the first page's size, a filled form's answer, the first page of a start."""

import gzip
import json
import os
import re
import statistics
import subprocess
import sys
import time
from typing import Any

import httpx

FORMS = 40
STARTS = 5
FORM = {
    "name": "Айгүл",
    "credential-1-level": "higher",
    "credential-1-field": "library-science",
    "credential-1-awarded": "2015-06-30",
    "employment-1-position": "school-librarian",
    "employment-1-start": "2018-09-01",
    "category": "librarian/higher-first",
}


class Server:
    """A server on a free port, from its start to its end."""

    def __init__(self) -> None:
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "libonto", "serve", "--port", "0"],
            stderr=subprocess.PIPE,
            text=True,
        )
        self.url = self.line("listening")["address"]
        self.http = httpx.Client(base_url=self.url, timeout=60)

    def line(self, event: str, method: str | None = None) -> dict[str, Any]:
        """The next line of the log about an event, of requests those with a method."""
        assert self.process.stderr is not None
        for text in self.process.stderr:
            found: dict[str, Any] = json.loads(text) if text.startswith("{") else {}
            if found.get("event") == event and method in {None, found.get("method")}:
                return found
        raise SystemExit("the server has ended")

    def close(self) -> None:
        self.http.close()
        self.process.terminate()
        assert self.process.stderr is not None
        self.process.stderr.read()
        self.process.wait(30)


def main() -> None:
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before")
    ready, first = [], []
    for number in range(STARTS):
        server = Server()
        ready.append(time.perf_counter() - server.started)
        start = time.perf_counter()
        page = server.http.get("/?lang=kk")
        first.append(time.perf_counter() - start)
        if number + 1 < STARTS:
            server.close()
    loaded = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text))
    size = len(gzip.compress(page.content, 5))
    size += sum(len(gzip.compress(server.http.get(path).content, 6)) for path in loaded)
    print(f"first page with all it loads, compressed: {size / 1000:.1f} kB (aim: below 200)")
    print(f"server started and listening, median: {statistics.median(ready):.2f} s")
    print(f"first page after a cold start, median: {statistics.median(first):.3f} s (aim: below 1)")
    took = []
    for number in range(FORMS + 1):
        response = server.http.post("/check?lang=ru", data={**FORM, "name": f"Айгүл {number}"})
        assert "is-asked" in response.text
        if number:
            took.append(server.line("request", "POST")["ms"])
        else:
            server.line("request", "POST")
    took.sort()
    print(
        f"answer to a filled form, server time, median of {FORMS}: {statistics.median(took):.0f} ms"
        f" (aim: below 300), slowest of twenty: {took[int(FORMS * 0.95) - 1]:.0f} ms"
    )
    server.close()
    print(f"load {os.getloadavg()[0]:.1f} after")


if __name__ == "__main__":
    main()
