"""The predicates of mappings, turned round and joined end to end, always on the safe side.

SKOS makes only ``exactMatch`` transitive (SKOS Reference, 10.6.7), and says of
``closeMatch`` that it is not, so that small differences do not add up unseen. What a chain
can be said to be:

- exact and anything is that thing;
- broad and broad is broad, narrow and narrow is narrow: a part of a part is a part;
- close and close is only related, and stays so however many close links follow;
- close and broad (or narrow), in either order, is only related: the direction is lost;
- narrow and broad is related: the two share what lies in both;
- broad and narrow is nothing: two parts of one whole need not touch;
- related and anything but exact is nothing.
"""

from __future__ import annotations

from enum import Enum

from libonto.graph.mappings import SKOS


class Relation(Enum):
    """What a concept is to another one; the value is the local name of the SKOS predicate."""

    EXACT = "exactMatch"
    CLOSE = "closeMatch"
    BROAD = "broadMatch"
    NARROW = "narrowMatch"
    RELATED = "relatedMatch"

    @classmethod
    def of(cls, predicate: str) -> Relation:
        """The relation of a predicate's full IRI."""
        return cls(predicate.removeprefix(SKOS))

    @property
    def predicate(self) -> str:
        """The full IRI."""
        return SKOS + self.value

    @property
    def inverse(self) -> Relation:
        """The same seen from the other end (SKOS Reference, 10.3)."""
        turned = {Relation.BROAD: Relation.NARROW, Relation.NARROW: Relation.BROAD}
        return turned.get(self, self)


class Joined(Enum):
    """What a chain is so far: a relation, or close links only (related, and may go on)."""

    EXACT = Relation.EXACT
    CLOSE = Relation.CLOSE
    BROAD = Relation.BROAD
    NARROW = Relation.NARROW
    RELATED = Relation.RELATED
    CLOSE_LINKS = "close links"

    @property
    def relation(self) -> Relation:
        """What the chain as a whole may be said to be."""
        return self.value if isinstance(self.value, Relation) else Relation.RELATED

    def then(self, link: Relation) -> Joined | None:
        """The chain with one more link, or None where nothing more can be said."""
        if link is Relation.EXACT:
            return self
        if self is Joined.EXACT:
            return Joined(link)
        return _JOINED.get((self, link))


_JOINED = {
    (Joined.CLOSE, Relation.CLOSE): Joined.CLOSE_LINKS,
    (Joined.CLOSE_LINKS, Relation.CLOSE): Joined.CLOSE_LINKS,
    (Joined.BROAD, Relation.BROAD): Joined.BROAD,
    (Joined.NARROW, Relation.NARROW): Joined.NARROW,
    (Joined.CLOSE, Relation.BROAD): Joined.RELATED,
    (Joined.CLOSE, Relation.NARROW): Joined.RELATED,
    (Joined.BROAD, Relation.CLOSE): Joined.RELATED,
    (Joined.NARROW, Relation.CLOSE): Joined.RELATED,
    (Joined.NARROW, Relation.BROAD): Joined.RELATED,
}
