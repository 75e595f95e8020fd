"""How every channel names the clauses that an answer rests on."""

from api.contract.answers import CitationView
from bot.dialogue.texts import say

_STATES = {
    True: "source-in-force",
    False: "source-not-in-force",
    None: "source-unconfirmed",
}


def source_title(citation: CitationView) -> str:
    """Number, document and clause: ``[1] 《…办法》（财金〔2023〕75号） 第三条 个人额度``."""
    number = f"（{citation.number}）" if citation.number else ""
    return say(
        "source-title",
        n=citation.n,
        title=citation.title,
        number=number,
        clause=citation.clause_title,
    )


def source_facts(citation: CitationView) -> str:
    """Where the clause holds, since and until when, and whether it still does."""
    facts = [citation.region, say(_STATES[citation.in_force])]
    if citation.effective_from:
        facts.append(say("source-since", day=citation.effective_from))
    if citation.effective_to:
        facts.append(say("source-until", day=citation.effective_to))
    return " · ".join(facts)
