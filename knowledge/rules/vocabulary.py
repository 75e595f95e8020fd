"""How people name groups and loans; see ``vocabulary.yaml``."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from knowledge.kit.yaml import read_yaml


@dataclass(frozen=True, slots=True)
class Term:
    """A thing with the words people say and the words clauses use."""

    name: str
    said: tuple[str, ...]
    written: tuple[str, ...]
    unless: tuple[str, ...] = ()

    def is_named_in(self, text: str) -> bool:
        """Whether a text speaks of it, and of nothing that makes it another thing."""
        words = (any(word in text for word in found) for found in (self.said, self.unless))
        return [*words] == [True, False]


def find_terms(kind: str, text: str) -> list[Term]:
    """Terms of a kind (``groups`` or ``loans``) that a text names, in catalog order."""
    return [term for term in _terms()[kind] if term.is_named_in(text)]


@cache
def _terms() -> dict[str, list[Term]]:
    raw = read_yaml(files("knowledge.rules").joinpath("vocabulary.yaml").read_text("utf-8"))
    return {
        kind: [
            Term(
                name,
                tuple(str(word) for word in entry["said"]),
                tuple(
                    [entry["written"]] if isinstance(entry["written"], str) else entry["written"]
                ),
                tuple(entry.get("unless", ())),
            )
            for name, entry in entries.items()
        ]
        for kind, entries in raw.items()
    }


def loan_terms() -> dict[str, Term]:
    """The loans by the ids under which forms ask for them."""
    ids = ("student", "poverty_microcredit", "housing", "car", "consumer", "other")
    return dict(zip(ids, _terms()["loans"], strict=True))


def group_terms() -> dict[str, Term]:
    """The groups by the ids under which forms ask for them."""
    names = {
        "unemployed": "城镇登记失业人员",
        "hard_to_employ": "就业困难人员",
        "veteran": "退役军人",
        "released": "刑满释放人员",
        "graduate": "高校毕业生",
        "overcapacity": "化解过剩产能企业职工和失业人员",
        "returning_worker": "返乡创业农民工",
        "online_merchant": "网络商户",
        "lifted_from_poverty": "脱贫人口",
        "rural_entrepreneur": "农村自主创业农民",
    }
    terms = {term.name: term for term in _terms()["groups"]}
    return {id_: terms[name] for id_, name in names.items()}
