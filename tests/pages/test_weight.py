"""What a browser loads for a page, compressed: all that it names, and the whole typeface.

The editor alone is left out.
"""

import re
from typing import Any
from urllib.parse import urljoin

import pytest
from tests.pages.test_browser import PAGES
from tests.pages.test_pages import FORM

from libonto.pages.form import STEPS

MOST = 200_000
EDITOR = re.compile(r"/yasgui\.min\.(js|css)$")
LOADED = re.compile(r'<(?:link rel="(?:stylesheet|icon)"|script|img)[^>]* (?:href|src)="([^"]+)"')


def transferred(server: Any, response: Any) -> int:
    """Bytes of a response's body as they were sent."""
    assert response.status_code == 200, response.url
    return int(response.num_bytes_downloaded)


def weight(server: Any, response: Any) -> dict[str, int]:
    """The bytes of a page and of everything that it loads, by address."""
    found = {str(response.url): transferred(server, response)}
    waiting = [m for m in LOADED.findall(response.text) if not EDITOR.search(m)]
    assert any(address.endswith("site.css") for address in waiting)
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        part = server.http.get(address, headers={"Accept-Encoding": "gzip"})
        found[address] = transferred(server, part)
        if address.endswith(".css"):
            waiting += [urljoin(address, u) for u in re.findall(r'url\("?([^")]+)"?\)', part.text)]
    return found


@pytest.mark.every_case
@pytest.mark.parametrize("path", [*PAGES, *(f"/check?step={step}" for step in STEPS)])
def test_a_page_weighs_less_than_200_kb(server: Any, path: str) -> None:
    response = server.http.get(path, headers={"Accept-Encoding": "gzip"})
    found = weight(server, response)
    assert sum(found.values()) <= MOST, found


def test_an_answer_weighs_less_than_200_kb(server: Any) -> None:
    for address in ("/check", "/check?step=answer"):
        response = server.http.post(address, data=FORM, headers={"Accept-Encoding": "gzip"})
        assert sum(weight(server, response).values()) <= MOST
