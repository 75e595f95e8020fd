"""Answers to "does this stand in my way": other loans, and who is supported."""

from collections.abc import Mapping, Sequence
from datetime import date

from knowledge.answering.context import Context, spoken, token
from knowledge.answering.draft import Draft, cite, resolve
from knowledge.answering.texts import say, say_yuan
from knowledge.documents import DocumentStatus, PolicyDocument, Topic
from knowledge.rules.vocabulary import Term, find_terms


def say_other_loans(context: Context) -> Draft:
    """Whether the loans a question names are among those that do not count."""
    draft = Draft()
    rules = context.in_force("other_loans.rule")
    for loan in find_terms("loans", context.reading.search_text):
        if loan.name == "消费贷款":
            _say_consumer_loan(context, draft)
            continue
        for rule in rules[:1]:
            evidence = resolve(rule.clause, context.documents)
            exempt = evidence and any(word in evidence.clause.text for word in loan.written)
            key = "loan-exempt" if exempt else "loan-counts"
            draft.add(say(key, loan=loan.name, cite=token(rule)))
    return draft


def _say_consumer_loan(context: Context, draft: Draft) -> None:
    limit = context.base("other_loans.consumer_limit")
    if limit is None:
        return
    text = spoken(limit, context.parameters.get("other_loans.consumer_limit"))
    amounts = context.reading.quantities.amounts
    if not amounts:
        draft.add(say("loan-consumer", limit=text, cite=token(limit)))
        return
    owed = amounts[-1]
    key = "loan-within" if owed <= _as_number(limit.value) else "loan-above"
    draft.allowed.add(say_yuan(owed))
    draft.add(say(key, limit=text, amount=say_yuan(owed), cite=token(limit)))


def _as_number(value: object) -> int:
    return int(str(value))


def say_groups(context: Context) -> Draft:
    """Whether the groups a question names are supported, read from clauses in force."""
    draft = Draft()
    for group in find_terms("groups", context.reading.text):
        if ref := find_supporting_clause(group, context.documents, context.ladder, context.on):
            draft.add(say("group-in", group=group.name, cite=cite(ref)))
    return draft


def find_supporting_clause(
    group: Term, documents: Mapping[str, PolicyDocument], ladder: Sequence[str], on: date
) -> str | None:
    """The nearest clause in force that lists the group among those supported, if any."""
    if group.name == "退休人员":
        return None
    for rung in ladder:
        for document in documents.values():
            if document.region != rung or document.in_force_on(on) is not True:
                continue
            if document.status is not DocumentStatus.IN_FORCE:
                continue
            for clause in document.clauses:
                lists = Topic.ELIGIBILITY in clause.topics and "不" not in clause.text
                if lists and any(word in clause.text for word in group.written):
                    return clause.ref
    return None
