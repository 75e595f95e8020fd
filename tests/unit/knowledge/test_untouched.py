"""What of a document that has ended is still the last that was said on it."""

from datetime import date

import numpy as np

from knowledge.documents import (
    Clause,
    DocumentKind,
    DocumentStatus,
    PartialDate,
    PolicyDocument,
    Source,
    SourceKind,
    Topic,
)
from knowledge.index.chunks import chunk_documents
from knowledge.retrieval.labelling import ClauseLabeller
from knowledge.retrieval.validity import find_untouched

TODAY = date(2026, 11, 30)


def document(id_: str, region: str, *clauses: tuple[str, Topic], **times: object) -> PolicyDocument:
    return PolicyDocument(
        id=id_,
        title=f"演示 {id_}",
        kind=DocumentKind.POLICY,
        region=region,
        sources=(Source(title="演示", kind=next(iter(SourceKind))),),
        clauses=tuple(
            Clause(document_id=id_, id=f"c{n}", heading="演示", text=text, topics=(topic,))
            for n, (text, topic) in enumerate(clauses)
        ),
        **times,
    )


OLD = {
    "status": DocumentStatus.SUPERSEDED,
    "effective_from": PartialDate.parse("2018-01-01"),
    "effective_to": PartialDate.parse("2022-12-31"),
}
NEW = {"status": DocumentStatus.IN_FORCE, "effective_from": PartialDate.parse("2023-01-01")}


def untouched(*documents: PolicyDocument, on: date = TODAY) -> set[str]:
    return set(find_untouched(chunk_documents(documents), None, on))


def test_what_nothing_newer_is_on_stays_known_and_the_rest_does_not():
    old = document("old", "370800", ("材料", Topic.MATERIALS), ("期限", Topic.TERM), **OLD)
    new = document("new", "370800", ("期限新", Topic.TERM), **NEW)

    assert untouched(old, new) == {"old#c0"}


def test_a_figure_is_overtaken_from_above_other_rules_only_at_home():
    old = document("old", "370800", ("材料", Topic.MATERIALS), ("额度", Topic.AMOUNT), **OLD)
    nation = document("new", "100000", ("额度", Topic.AMOUNT), ("材料", Topic.MATERIALS), **NEW)

    assert untouched(old, nation) == {"old#c0"}


def test_while_it_is_in_force_nothing_of_it_is_left_over():
    old = document("old", "370800", ("材料", Topic.MATERIALS), **OLD)

    assert untouched(old, on=date(2020, 6, 1)) == set()


def test_a_clause_is_on_what_those_like_it_are_on():
    shipped = chunk_documents(
        [document("a", "370800", *[("逾期", Topic.OVERDUE)] * 5, ("额度", Topic.AMOUNT), **NEW)]
    )

    def vectors(texts: list[str]) -> np.ndarray:
        return np.array([[1.0, 0.0] if "逾期" in text else [0.0, 1.0] for text in texts])

    assert ClauseLabeller(shipped, vectors).labels_of("逾期未还的").topics == (Topic.OVERDUE,)
