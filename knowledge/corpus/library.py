"""The documents of a running process: those that ship and those an office added."""

from collections.abc import Iterator, Mapping

from knowledge.documents import PolicyDocument


class Library(Mapping[str, PolicyDocument]):
    """All documents by id; what was added can be exchanged while others read.

    A reader sees the documents of before or of after, never a mixture.
    """

    def __init__(self, shipped: Mapping[str, PolicyDocument]) -> None:
        self._shipped = dict(shipped)
        self._all: Mapping[str, PolicyDocument] = self._shipped

    @property
    def shipped(self) -> Mapping[str, PolicyDocument]:
        """The documents that came with the program and the office's own folder."""
        return self._shipped

    def use_added(self, added: Mapping[str, PolicyDocument]) -> None:
        """Exchange the added documents; one that ships is not replaced by one of its id."""
        self._all = {**added, **self._shipped}

    def __getitem__(self, document_id: str) -> PolicyDocument:
        return self._all[document_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)
