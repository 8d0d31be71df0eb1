"""Search by what things are called, tolerant of slips, of scripts and of other people's keyboards.

Words are compared by their skeletons: one script, no marks, one letter for the Kazakh letter and
for the Russian one that is typed in its place (қ к, ң н, і и …), one for letters that sound alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import Literal, NamedNode
from rapidfuzz.distance import OSA

from libonto.graph.description import known_as
from libonto.graph.store import Graph
from libonto.graph.terms import ID, is_ours

MOST_WORDS = 8
_NAMES = ("skos:prefLabel", "skos:altLabel", "skos:notation")
_TEXTS = ("skos:definition", "lo:gloss", "lo:text")
_WORD = re.compile(r"[^\W_]+")
_LATIN = str.maketrans(
    "абвгдезийклмнопрстуфхыэіғқңөүұәһёıŋyjqw", "abvgdeziiklmnoprstufhieigknouuaheiniiku"
) | str.maketrans(
    dict(pair.split(":") for pair in "ж:zh ц:ts ч:ch ш:sh щ:sh ю:iu я:ia ъ: ь: x:ks".split())
)
_ALIKE = str.maketrans("aceopxykmtbh", "асеорхукмтвн")
"""Latin letters that look like Cyrillic ones and get into Cyrillic words."""
_SOUNDS = (("ph", "f"), ("kh", "h"), ("sch", "sh"), ("ck", "k"), ("th", "t"))
_EXACT, _PREFIX, _STEM, _INSIDE, _NEAR = 5.0, 3.5, 3.0, 2.0, 1.5
_OF_SCHEME = 1.5
"""What a word counts that names the classification of a concept and not the concept."""
_TEXT_SHARE = 0.3
"""What a word found in a definition or a clause counts, against one in a name."""


@dataclass(frozen=True)
class SearchMatch:
    """A thing with the words; `text` is the passage that has them where no name of it does."""

    iri: str
    score: float
    text: Literal | None = None

    def rank(self, lang: str) -> tuple[float, bool, int, str]:
        """Greater is better to show to a reader of a language; of equals the shorter text is."""
        tag = (self.text.language or "") if self.text else lang
        text = self.text.value if self.text else ""
        return self.score, tag == lang, -len(text), text


@dataclass(frozen=True)
class _Entry:
    """A name or a text of something, how many words it has, and the schemes that it is in."""

    iri: str
    length: int
    schemes: frozenset[str]
    text: Literal | None = None


class Index:
    """What can be found in a graph; made once for it."""

    def __init__(self, graph: Graph) -> None:
        """Read the names, definitions and clauses of everything that has a page."""
        self._entries: list[_Entry] = []
        self._words: dict[str, list[int]] = {}
        """Each word with the entries that have it."""
        self._schemes: dict[str, set[str]] = {}
        for node, scheme in graph.pairs("skos:inScheme"):
            if isinstance(node, NamedNode) and isinstance(scheme, NamedNode):
                self._schemes.setdefault(node.value, set()).add(scheme.value)
        self._called_schemes: dict[str, frozenset[str]] = {}
        for iri in set[str]().union(*self._schemes.values()):
            called = graph.translations(iri, "skos:prefLabel").values()
            names = " ".join([graph.text(iri, "skos:notation") or "", *called])
            self._called_schemes[iri] = frozenset(skeletons(names))
        for predicate in (*_NAMES, *_TEXTS):
            for node, value in graph.pairs(predicate):
                if isinstance(node, NamedNode) and isinstance(value, Literal):
                    text = value if predicate in _TEXTS else None
                    self._add(node.value, value.value, text)
        for iri in graph.defined:
            self._add(iri, _parted(known_as(iri).rpartition("/")[2].removeprefix("lo:")))

    def _add(self, iri: str, called: str, text: Literal | None = None) -> None:
        if iri.startswith(ID + "shape/"):  # for programs: what it checks is found
            return
        words = tuple(skeletons(called))
        for word in dict.fromkeys(words):
            self._words.setdefault(word, []).append(len(self._entries))
        schemes = frozenset(self._schemes.get(iri, ()))
        self._entries.append(_Entry(iri, len(words), schemes, text))

    def matches(self, words: str, lang: str = "") -> list[SearchMatch]:
        """The best matches first: every word that is wanted must be met somewhere in one name.

        Of a concept, words may name its classification too: “ISCO 2622”. Of passages that are
        as good, the one in `lang` is given.
        """
        needles = list(dict.fromkeys(skeletons(_parted(words))))[:MOST_WORDS]
        places = [self._places(needle) for needle in needles]
        naming = [self._naming(needle) for needle in needles]
        best: dict[str, SearchMatch] = {}
        for place in set().union(*places):
            entry = self._entries[place]
            scores = [
                one.get(place) or (_OF_SCHEME if entry.schemes & schemes else 0.0)
                for one, schemes in zip(places, naming, strict=True)
            ]
            if not all(scores):
                continue
            score = sum(scores) / len(scores)
            if entry.text is None:
                # Of two names with the word, the shorter one is more likely meant.
                score += len(needles) / (len(needles) + entry.length)
            elif max(scores) > _NEAR:
                score *= _TEXT_SHARE
            else:  # a slip in a long text means nothing
                continue
            match = SearchMatch(entry.iri, score, entry.text)
            if entry.iri not in best or match.rank(lang) > best[entry.iri].rank(lang):
                best[entry.iri] = match
        return sorted(best.values(), key=lambda f: (-f.score, not is_ours(f.iri), f.iri))

    def _naming(self, needle: str) -> set[str]:
        """The schemes that a word names, or the beginning of one."""
        return {
            scheme
            for scheme, words in self._called_schemes.items()
            if any(_score(needle, word) >= _STEM for word in words)
        }

    def _places(self, needle: str) -> dict[int, float]:
        """The entries with a word that meets a needle, and how well the best of them does."""
        best: dict[int, float] = {}
        for word, places in self._words.items():
            score = _score(needle, word)
            if score:
                for place in places:
                    best[place] = max(score, best.get(place, 0.0))
        return best


def skeletons(text: str) -> Iterator[str]:
    """The words of a text as they are compared."""
    for word in _WORD.findall(unicodedata.normalize("NFC", text).casefold()):
        yield _skeleton(word)


@lru_cache(maxsize=16_384)
def _skeleton(word: str) -> str:
    if re.search("[а-яёәғқңөұүһі]", word) and re.search("[a-z]", word):
        word = word.translate(_ALIKE)
    word = word.translate(_LATIN)
    plain = unicodedata.normalize("NFKD", word)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).translate(_LATIN)
    for sound, letter in _SOUNDS:
        plain = plain.replace(sound, letter)
    return re.sub(r"([^\W\d])\1+", r"\1", plain)


def _parted(name: str) -> str:
    """A term's name as words: `CategoryLevel` is “Category Level”."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)


def _score(needle: str, word: str) -> float:
    """How well a word meets what is wanted; zero where it does not."""
    if needle == word:
        return _EXACT
    if word.startswith(needle) and (len(needle) > 1 or needle.isdigit()):
        return _PREFIX
    if len(word) >= 5 and needle.startswith(word):  # it has an ending: кітапханашының
        return _STEM
    if len(needle) >= 4 and needle in word:
        return _INSIDE
    most = _slips(needle)
    if most == 0 or (abs(len(needle) - len(word)) > most and len(word) < len(needle)):
        return 0.0
    # The word's beginning may be meant: библеогр
    beginnings = (
        {word[: len(needle) + d] for d in (-1, 0, 1)} if len(word) > len(needle) else {word}
    )
    least = min(OSA.distance(needle, beginning, score_cutoff=most) for beginning in beginnings)
    return _NEAR - 0.25 * least if least <= most else 0.0


def _slips(needle: str) -> int:
    """How many slips are forgiven in a word; none in a code."""
    return 0 if len(needle) < 4 or needle.isdigit() else 1 if len(needle) < 7 else 2
