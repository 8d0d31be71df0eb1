"""The data folders: ours, and those that the user adds (``--data``, ``LIBONTO_DATA``).

A folder holds ``ontology/``, ``shapes/`` and ``queries/``. A file that is present is
loaded; there is no list to edit.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from libonto.errors import DataError, UsageError, why

SUBFOLDERS = ("ontology", "shapes", "queries")


@cache
def own_version() -> str:
    """The version of the package, read once."""
    return version("libonto")


def own_folder() -> Path:
    """The folder of our own data: inside an installed wheel, else the checkout's root.

    Raises DataError when neither is there (a broken installation).
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "data", package.parent.parent):
        if (folder / "ontology").is_dir() and (folder / "shapes").is_dir():
            return folder
    raise DataError("data-missing", path=str(package / "data"))


@contextmanager
def parsing(path: str | Path) -> Iterator[None]:
    """DataError, with the file, for what of it cannot be read (`unreadable`) or parsed."""
    try:
        yield
    except OSError as error:
        raise DataError("unreadable", path=str(path), detail=why(error)) from error
    except (SyntaxError, ValueError) as error:
        raise DataError("data-syntax", path=str(path), detail=str(error)) from error


@dataclass(frozen=True)
class Catalogue:
    """The data folders in the order in which they are read; the first is ours."""

    folders: tuple[Path, ...]

    @classmethod
    def of(cls, extra: Iterable[str | Path] = ()) -> Catalogue:
        """Ours, then ``LIBONTO_DATA`` (a path list), then ``extra``.

        Raises UsageError for a folder that is missing or has none of the three subfolders.
        """
        named = [p for p in os.environ.get("LIBONTO_DATA", "").split(os.pathsep) if p]
        folders = [own_folder()]
        for name in [*named, *extra]:
            folder = Path(name)
            if not any((folder / subfolder).is_dir() for subfolder in SUBFOLDERS):
                raise UsageError("data-folder", path=str(name))
            if folder.resolve() not in [f.resolve() for f in folders]:
                folders.append(folder)
        return cls(tuple(folders))

    def files(self, subfolder: str, pattern: str) -> Iterator[Path]:
        """The files of one subfolder (``ontology``, ``queries/checks``), sorted within a folder."""
        for folder in self.folders:
            yield from sorted((folder / subfolder).rglob(pattern))

    def turtle(self) -> Iterator[Path]:
        """Every Turtle file of the ontology and the shapes."""
        for subfolder in ("ontology", "shapes"):
            yield from self.files(subfolder, "*.ttl")
