"""The words in which a reading speaks: acts, matters, forms, subjects and roles.

What each stands for, with examples, is told in ``training/GUIDE.md``, by which the messages
that the model learns from are labelled.
"""

from enum import StrEnum

from knowledge.documents import Matter

__all__ = ["Act", "Form", "Holder", "Matter", "Role", "Who"]


class Act(StrEnum):
    """What somebody does with a message."""

    ASK = "ask"
    APPLY = "apply"
    STATUS = "status"
    BRANCH = "branch"
    PERSON = "person"
    COMPLAIN = "complain"
    TELL = "tell"
    DISPUTE = "dispute"
    WRONGDOING = "wrongdoing"
    SMALLTALK = "smalltalk"
    OTHER_MATTER = "other_matter"


class Form(StrEnum):
    """What kind of answer is asked for."""

    HOW_MUCH = "how_much"
    YES_NO = "yes_no"
    WHEN = "when"
    WHO = "who"
    WHERE = "where"
    HOW = "how"
    WHICH = "which"
    WHY = "why"
    WHAT_IF = "what_if"
    COMPUTE = "compute"
    COMPARE = "compare"
    DEFINE = "define"
    LIST = "list"


class Who(StrEnum):
    """For whom the loan is, where a message shows it."""

    PERSONAL = "personal"
    PARTNERS = "partners"
    ENTERPRISE = "enterprise"


class Holder(StrEnum):
    """Whose a debt is that is not the asker's own."""

    SPOUSE = "spouse"
    EX_SPOUSE = "ex_spouse"
    RELATIVE = "relative"
    FRIEND = "friend"
    COMPANY = "company"


class Role(StrEnum):
    """What a stretch of a message stands for."""

    EMPLOYEES = "employees"
    NEW_HIRES = "new_hires"
    LEAVERS = "leavers"
    PARTNERS_TOTAL = "partners_total"
    PARTNERS_OTHERS = "partners_others"
    AMOUNT_WANTED = "amount_wanted"
    AMOUNT_HEARD = "amount_heard"
    LOAN_BALANCE = "loan_balance"
    OTHER_MONEY = "other_money"
    RATE = "rate"
    LPR = "lpr"
    SHARE_HEARD = "share_heard"
    TERM = "term"
    BUSINESS_AGE = "business_age"
    SINCE_EVENT = "since_event"
    WAITED = "waited"
    OTHER_DURATION = "other_duration"
    AGE = "age"
    TIMES_BEFORE = "times_before"
    OVERDUE_TIMES = "overdue_times"
    WHEN = "when"
    PLACE_BUSINESS = "place_business"
    PLACE_ORIGIN = "place_origin"
    PLACE_OTHER = "place_other"
    GROUP = "group"
    GROUP_NOT = "group_not"
    LOAN_KIND = "loan_kind"
    HOLDER = "holder"
    BUSINESS = "business"
    PRODUCT = "product"
    BANK = "bank"
    LANDMARK = "landmark"
