"""Tables of how well messages are read and clauses are found."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from api.commands.base import console, table

if TYPE_CHECKING:  # needs the extra "models"
    from knowledge.evaluation.training_run import Found
    from knowledge.understanding.training.tally import Scores


def show_scores(by_author: "Mapping[str, Scores]") -> None:
    """Act, matter, subject and roles for each author that took no part in the training."""
    from knowledge.understanding.training.tally import COUNTS_AND_AMOUNTS

    shares = ("act", "matter", "matters", "form", "who")
    rows = table("author", "messages", *shares, "roles F1", "counts and sums F1")
    for author, scores in by_author.items():
        figures = [f"{scores.share(what):.3f}" for what in shares]
        f1 = [f"{scores.f1():.3f}", f"{scores.f1(COUNTS_AND_AMOUNTS):.3f}"]
        rows.add_row(author, str(scores.messages), *figures, *f1)
    console.print(rows)


def show_found(found: "Sequence[Found]") -> None:
    """Where the right clause stands, for all questions and for national clauses."""
    rows = table("held out", "questions", "hit@1", "hit@5", "national", "hit@1", "hit@5")
    for one in found:
        shares, nation = one.shares, one.national_shares
        rows.add_row(
            one.name,
            str(one.questions),
            f"{shares.hit_1:.3f}",
            f"{shares.hit_5:.3f}",
            str(one.national),
            f"{nation.hit_1:.3f}",
            f"{nation.hit_5:.3f}",
        )
    console.print(rows)
