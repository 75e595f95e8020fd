"""Reads the corpus: one Markdown file per document, one heading per clause.

A file starts with YAML front matter (the fields of
:class:`~knowledge.documents.PolicyDocument`), then :data:`DIGEST_NOTE` as a block
quote, then a second-level heading per clause::

    ## 个人额度 {#amount-personal matters=amount topics=amount subject=personal article=第三条}

    个人创业担保贷款最高额度由20万元提高到30万元。

``topics`` is a comma-separated list of :class:`~knowledge.documents.Topic`, ``matters`` one of
:class:`~knowledge.documents.Matter`: the questions that the clause answers by itself, best first.
``matters``, ``subject`` (default ``any``) and ``article`` (the place in the original, where it is
known) may be left out.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import yaml
from pydantic import ValidationError

from knowledge.documents import Clause, DocumentKind, DocumentStatus, PolicyDocument
from knowledge.errors import CorpusError
from knowledge.kit.yaml import read_yaml
from knowledge.regions.divisions import divisions

DOCUMENTS = Path(__file__).parent / "documents"
DIGEST_NOTE = "> 本文是据公开材料整理的要点，不是原文；以发文机关公布的正式文本为准。"

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_HEADING = re.compile(r"^## (?P<heading>.+?) \{#(?P<id>\S+)(?P<attributes>[^}]*)\}$", re.MULTILINE)


def load_corpus(roots: Sequence[Path] = (DOCUMENTS,)) -> dict[str, PolicyDocument]:
    """All documents below the ``roots`` by id, checked together.

    Raises:
        CorpusError: a file is malformed or the documents contradict each other.
    """
    documents: dict[str, PolicyDocument] = {}
    breaches: list[str] = []
    for path in (path for root in roots for path in sorted(root.glob("*/*.md"))):
        try:
            document = parse_document(path.read_text("utf-8"))
        except (CorpusError, ValidationError, yaml.YAMLError, ValueError) as error:
            breaches.append(f"{path.parent.name}/{path.name}: {error}")
            continue
        if (document.region, document.id) != (path.parent.name, path.stem):
            breaches.append(f"{path.parent.name}/{path.name}: region or id differ from the path")
        if document.id in documents:
            breaches.append(f"{document.id}: two documents share this id")
        documents[document.id] = document
    breaches += find_breaches(documents)
    if breaches:
        raise CorpusError("\n".join(breaches))
    return documents


def parse_document(text: str) -> PolicyDocument:
    """One document from its Markdown.

    Raises:
        CorpusError: front matter, digest note or a clause is missing or malformed.
        ValidationError: a field does not fit.
    """
    match = _FRONT_MATTER.match(text)
    if match is None:
        raise CorpusError("no front matter")
    fields = read_yaml(match[1])
    if not isinstance(fields, dict) or "id" not in fields:
        raise CorpusError("front matter has no id")
    body = match[2]
    headings = list(_HEADING.finditer(body))
    start = headings[0].start() if headings else len(body)
    if body[:start].strip() != DIGEST_NOTE:
        raise CorpusError("the digest note must stand between front matter and first clause")
    if len(headings) != len(re.findall(r"^#", body, re.MULTILINE)):
        raise CorpusError("a heading is not of the form '## text {#id topics=…}'")
    ends = [heading.start() for heading in headings[1:]] + [len(body)]
    clauses = [
        _clause(fields["id"], heading, body[heading.end() : end].strip(), position)
        for position, (heading, end) in enumerate(zip(headings, ends, strict=True))
    ]
    return PolicyDocument(**fields, clauses=tuple(clauses))


def _clause(document_id: str, heading: re.Match[str], text: str, position: int) -> Clause:
    attributes = dict(part.split("=", 1) for part in heading["attributes"].split())
    if unknown := attributes.keys() - {"matters", "topics", "subject", "article"}:
        raise CorpusError(f"clause {heading['id']}: unknown attribute {sorted(unknown)}")
    if not text:
        raise CorpusError(f"clause {heading['id']} has no text")
    return Clause.model_validate(
        {
            "document_id": document_id,
            "id": heading["id"],
            "heading": heading["heading"],
            "text": text,
            "topics": attributes.get("topics", "").split(","),
            "matters": [name for name in attributes.get("matters", "").split(",") if name],
            "subject": attributes.get("subject", "any"),
            "article": attributes.get("article"),
            "position": position,
        }
    )


def find_breaches(documents: Mapping[str, PolicyDocument]) -> list[str]:
    """What is wrong between documents: links, regions, clause ids, validity."""
    breaches = []
    for document in documents.values():
        if document.region not in divisions():
            breaches.append(f"{document.id}: unknown region {document.region}")
        ids = [clause.id for clause in document.clauses]
        if len(set(ids)) != len(ids):
            breaches.append(f"{document.id}: two clauses share an id")
        breaches += [
            f"{document.id}: links to {other}, which is not in the corpus"
            for other in (*document.supersedes, *document.superseded_by)
            if other not in documents
        ]
        breaches += _validity_breaches(document, documents)
    return breaches


def _validity_breaches(
    document: PolicyDocument, documents: Mapping[str, PolicyDocument]
) -> Iterable[str]:
    starts, ends = document.effective_from, document.effective_to
    if starts and ends and ends.first < starts.first:
        yield f"{document.id}: ends before it starts"
    if document.kind is DocumentKind.DRAFT and document.status is DocumentStatus.IN_FORCE:
        yield f"{document.id}: a draft cannot be in force"
    if document.status is DocumentStatus.IN_FORCE and document.superseded_by:
        yield f"{document.id}: in force, yet superseded by {', '.join(document.superseded_by)}"
    for other_id in document.superseded_by:
        other = documents.get(other_id)
        if other is None or other.effective_from is None or ends is None:
            continue
        if ends.first > other.effective_from.first + timedelta(days=-1) and len(ends.text) == 10:
            yield f"{document.id}: still valid when {other_id} starts"
