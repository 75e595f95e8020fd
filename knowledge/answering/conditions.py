"""Who is supported, and what stands against: found in the clauses that say it."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from knowledge.answering.context import Context
from knowledge.answering.draft import Draft, cite, resolve
from knowledge.documents import Clause, DocumentStatus, PolicyDocument, Subject, Topic
from knowledge.rules.vocabulary import Term, group_terms

_HEADED_ON_WHOM = re.compile(
    r"(?:重点|个人)?(?:支持|申请|扶持|贷款)?对象|(?:个人|户籍和经营)条件|户籍和人员类别|申请人"
)
# How an office's own notice opens them, which has no heading: 申请人应当同时符合下列条件.
_OPENS_CONDITIONS = re.compile(
    r"(?:申请人|借款人|个人)[^，。；]{0,20}(?:符合|具备|满足)[^，。；]{0,6}条件"
)


def say_conditions(context: Context, *, with_groups: bool = True) -> Draft:
    """What an open question of persons is told: who is supported, and what stands against.

    Where the question names a group, that is answered instead.
    """
    draft = Draft()
    if context.reading.groups:
        return draft
    on_whom = (_says_whom, _lists_groups) if with_groups else ()
    clauses = [_find_clause(context, fits_it) for fits_it in on_whom]
    rules = [v.clause for v in context.rules.all("other_loans.rule")[:1] if v.confirmed]
    for ref in dict.fromkeys([*(clause.ref for clause in clauses if clause), *rules]):
        if evidence := resolve(ref, context.documents):
            draft.add(f"{evidence.clause.text.rstrip()}{cite(ref)}")
    return draft


def find_groups_clause(context: Context) -> str | None:
    """The nearest clause in force that lists who is supported, if any."""
    clause = _find_clause(context, _lists_groups)
    return clause.ref if clause else None


def _find_clause(context: Context, fits_it: Callable[[Clause], bool]) -> Clause | None:
    """The nearest clause that fits, of the newest document in force there."""
    in_force = [d for d in context.documents.values() if d.in_force_on(context.on) is True]
    for rung in context.ladder:
        near = [document for document in in_force if document.region == rung]
        for document in sorted(near, key=_begins_on, reverse=True):
            for clause in document.clauses:
                if fits_it(clause):
                    return clause
    return None


def _begins_on(document: PolicyDocument) -> date:
    return document.starts.first if document.starts else date.min


def _says_whom(clause: Clause) -> bool:
    """Whether a clause is headed, or opens, as the one on who may borrow, as persons."""
    if clause.subject is Subject.ENTERPRISE:
        return False
    headed = Topic.ELIGIBILITY in clause.topics and _HEADED_ON_WHOM.fullmatch(clause.heading)
    return bool(headed or _OPENS_CONDITIONS.match(clause.text))


def _lists_groups(clause: Clause) -> bool:
    """Whether a clause on eligibility lists most of the groups that the nation supports."""
    if Topic.ELIGIBILITY not in clause.topics:
        return False
    groups = group_terms().values()
    listed = sum(any(word in clause.text for word in group.written) for group in groups)
    return listed > len(groups) / 2


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
