"""Cuts documents into what is indexed: one chunk per clause, its title in front."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.documents import Clause, PolicyDocument


@dataclass(frozen=True, slots=True)
class Chunk:
    """An indexed piece of text; ``id`` is the reference of its clause."""

    id: str
    document: PolicyDocument
    clause: Clause
    text: str

    @property
    def digest(self) -> str:
        """Identity of the text, whatever document it stands in."""
        return text_digest(self.text)


def text_digest(text: str) -> str:
    """Sixteen hexadecimal digits that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def chunk_documents(documents: Iterable[PolicyDocument]) -> list[Chunk]:
    """All chunks in corpus order. The title in front lifts both kinds of search."""
    return [
        Chunk(
            id=clause.ref,
            document=document,
            clause=clause,
            text=f"{document.title}\n{clause.heading}：{clause.text}",
        )
        for document in documents
        for clause in document.clauses
    ]
