"""The impact of a document that comes or goes: what rests on it, and what it may change."""

from collections.abc import Set
from typing import Protocol

from api.contract.staff import AffectedAnswer, AffectedFigureView, Impact
from knowledge.app import Knowledge
from knowledge.documents import PolicyDocument
from knowledge.rules.impact import affected_figures


class StaffAnswers(Protocol):
    """The answers that staff wrote, each on named clauses."""

    async def affected_by(
        self, documents: Set[str], clauses: Set[str], region: str
    ) -> list[AffectedAnswer]:
        """Those that cite one of the documents, or in the region's line one of the clauses."""


class ImpactFinder:
    """Names what staff should look at again when a document comes or goes."""

    def __init__(self, knowledge: Knowledge, answers: StaffAnswers) -> None:
        self._knowledge, self._answers = knowledge, answers

    async def find(self, document: PolicyDocument) -> Impact:
        """Figures that rest on it or are about its matter, and the answers that cite these."""
        figures = affected_figures(
            self._knowledge.parameters,
            document,
            live=self._knowledge.assistant.live_documents(),
            on=self._knowledge.assistant.today(),
        )
        return Impact(
            figures=[
                AffectedFigureView(
                    parameter=one.parameter.name,
                    label=one.parameter.label,
                    region=one.value.region,
                    value=str(one.value.value),
                    clause=one.value.clause,
                    rests_on=one.rests_on,
                )
                for one in figures
            ],
            faq=await self._answers.affected_by(
                documents={document.id, *document.supersedes},
                clauses={one.value.clause for one in figures},
                region=document.region,
            ),
        )
