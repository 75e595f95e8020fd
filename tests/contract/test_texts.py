"""Every sentence a user reads is in a catalog, and every catalog entry is used."""

import re
from pathlib import Path

import pytest
import yaml

from api.error_handlers import STATUS
from api.texts import problem_text
from knowledge.answering.models import Intent
from knowledge.documents import Subject, Topic

ROOT = Path(__file__).parents[2]
WORDING = "knowledge/answering/wording"
CATALOGS = {
    "bot/locales/zh_cn.yaml": ["bot/dialogue", "bot/channels/citations.py"],
    "bot/channels/web/texts.yaml": ["bot/channels/web"],
    "bot/channels/emap/texts.yaml": ["bot/channels/emap"],
    "bot/channels/telegram/texts.yaml": ["bot/channels/telegram"],
    "bot/channels/staff/texts.yaml": ["bot/channels/staff"],
    **{f"{WORDING}/{name}.yaml": ["knowledge/answering"] for name in ("common", "points")},
    "knowledge/llm/texts.yaml": ["knowledge/llm"],
}


@pytest.mark.parametrize("catalog", CATALOGS)
def test_every_key_said_is_in_the_catalog_and_every_entry_is_said(catalog):
    keys = set(yaml.safe_load((ROOT / catalog).read_text("utf-8")))
    source = "\n".join(
        path.read_text("utf-8")
        for folder in CATALOGS[catalog]
        for path in [ROOT / folder, *(ROOT / folder).rglob("*.py")]
        if path.is_file()
    )
    said = set(re.findall(r'(?<![.\w])(?:say|text|_text)\(\s*"([a-z0-9_-]+)"', source))
    literals = set(re.findall(r'"([a-z0-9_-]+)"', source))
    prefixes = tuple(re.findall(r'f"([a-z-]+-)\{', source))

    beside = [path for path in (ROOT / catalog).parent.glob("*.yaml") if WORDING in catalog]
    everywhere = keys.union(*(yaml.safe_load(path.read_text("utf-8")) for path in beside))
    assert said <= everywhere
    unused = {key for key in keys if key not in literals and not key.startswith(prefixes)}
    assert unused == set()


def test_staff_read_every_intent_topic_and_subject_in_chinese():
    keys = set(yaml.safe_load((ROOT / "bot/channels/staff/texts.yaml").read_text("utf-8")))
    members = {"intent": Intent, "topic": Topic, "subject": Subject}

    assert {f"{name}-{one.value}" for name, kind in members.items() for one in kind} <= keys


def test_every_error_code_has_its_own_text():
    """Those of the API and those that end a command; not the ones that are always caught."""
    internal = problem_text("internal")
    caught = {"rewrite_rejected", "geocoder_failed", "stopped", "mini_app_refused"}
    raised = {
        code
        for package in ("bot", "api", "knowledge", "ingest")
        for path in (ROOT / package).rglob("*.py")
        for code in re.findall(
            r"^class \w+Error\((?!ChuangdaiError).*\n(?:.*\n){1,12}?    code = \"(\w+)\"",
            path.read_text("utf-8"),
            re.MULTILINE,
        )
    }

    assert len(raised) > 40
    for code in {*STATUS, *raised} - caught - {"internal"}:
        assert problem_text(code) != internal, code
