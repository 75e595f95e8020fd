"""Keeps only lines whose figures and citations the live corpus holds."""

import logging
from dataclasses import replace

from knowledge.answering.check import broken_citations, unsupported_figures
from knowledge.answering.draft import Draft
from knowledge.answering.state import State
from knowledge.understanding.interpretation import Interpretation

log = logging.getLogger(__name__)


def verify(state: State) -> State:
    """One draft of all points, without what nothing supports."""
    documents, draft = state.context.documents, Draft()
    for point in state.points:
        draft.extend(point.draft)
    dropped = 0
    for wrong in (
        broken_citations(draft.lines, documents),
        unsupported_figures(draft, documents, _said_by_user(state.context.reading)),
    ):
        for line, what in wrong.items():
            log.error("answer line dropped: %s", ", ".join(what))
            draft.lines.remove(line)
            dropped += 1
    cited = set(draft.refs())
    draft.figures = [figure for figure in draft.figures if figure.ref in cited]
    draft.basis = [value for value in draft.basis if value.clause in cited]
    return replace(state, draft=draft).noting("verify", f"{dropped} lines dropped")


def _said_by_user(reading: Interpretation) -> str:
    return " ".join([reading.text, *(e.text for e in reading.entities if e.is_earlier)])
