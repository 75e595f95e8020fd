"""Wire models of verdicts on eligibility and of quotes."""

from knowledge.answering.quotes import InstalmentView, LimitView, QuoteQuestion, QuoteView
from knowledge.answering.verdicts import (
    ConditionView,
    EligibilityQuestion,
    OtherLoan,
    ProductVerdict,
    Verdicts,
)
from knowledge.assessment.loan_cost import LoanProduct
from knowledge.rules.schedules import Repayment

__all__ = [
    "ConditionView",
    "EligibilityQuestion",
    "InstalmentView",
    "LimitView",
    "LoanProduct",
    "OtherLoan",
    "ProductVerdict",
    "QuoteQuestion",
    "QuoteView",
    "Repayment",
    "Verdicts",
]
