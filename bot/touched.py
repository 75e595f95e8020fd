"""What a new or withdrawn document touches: figures, and answers that staff wrote."""

from api.contract.staff import Touched, TouchedFigureView
from api.faq.store import FaqStore
from knowledge.app import Knowledge
from knowledge.documents import PolicyDocument
from knowledge.rules.touched import find_touched


class TouchFinder:
    """Names what staff should look at again when a document comes or goes."""

    def __init__(self, knowledge: Knowledge, faq: FaqStore) -> None:
        self._knowledge, self._faq = knowledge, faq

    async def find(self, document: PolicyDocument) -> Touched:
        """Figures that rest on it or are about its matter, and the answers that cite these."""
        figures = find_touched(
            self._knowledge.parameters,
            document,
            live=self._knowledge.assistant.live_documents(),
            on=self._knowledge.assistant.today(),
        )
        return Touched(
            figures=[
                TouchedFigureView(
                    parameter=one.parameter.name,
                    label=one.parameter.label,
                    region=one.value.region,
                    value=str(one.value.value),
                    clause=one.value.clause,
                    rests_on=one.rests_on,
                )
                for one in figures
            ],
            faq=await self._faq.touched_by(
                documents={document.id, *document.supersedes},
                clauses={one.value.clause for one in figures},
                region=document.region,
            ),
        )
