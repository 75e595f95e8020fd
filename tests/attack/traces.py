"""What people say of themselves: it must not come back in the log, the question log, the disk."""

import re
import time
import unicodedata
from urllib.parse import quote

from tests.attack.arena import LIGHT, Arena, Server
from tests.attack.catalogue import Finding, attack
from tests.attack.files import find_marks
from tests.attack.people import Chat

NAMES = {"name": "孔令强", "name, after 我是": "欧阳晓雯", "address": "太白楼东路标记小区"}
# As it is said, and what of it must be found nowhere.
NUMBERS = {
    "ID, plain": "370811199003070010",
    "ID, spaced": "370811 19900307 0010",
    "ID, dashed": "370811-19900307-0010",
    "ID, full-width": "３７０８１１１９９００３０７００１０",
    "ID, Chinese numerals": "三七零八一一一九九零零三零七零零一零",
    "ID, dotted": "370811.19900307.0010",
    "card, in fours": "6222 0212 3456 7890 128",
    "phone, spaced": "138 9753 1864",
    "phone, dashed": "138-9753-1864",
    "phone, full-width": "１３８９７５３１８６４",
    "phone, Chinese numerals": "幺三八九七五三幺八六四",
}
SENTENCES = (
    "我姓孔，叫孔令强，没有营业执照的摊贩能贷多少",
    "我是欧阳晓雯，退休了还能申请吗",
    "我住在济宁市任城区太白楼东路标记小区3号楼2单元501，去哪里办贷款",
    *(f"我的号码是{number}，外太空开店能贷多少" for number in NUMBERS.values()),
)


@attack(
    "personal data left behind",
    aim="read names, addresses and numbers of people in the log, the questions kept, the files",
    held_when="nothing said of oneself is found in the log or in any file, at level INFO",
    quick=True,
)
def look_for_traces(arena: Arena) -> Finding:
    return _talk_and_look(arena, "INFO")


@attack(
    "personal data in a debug log",
    aim="the same, with logging as talkative as it can be set",
    held_when="nothing said of oneself is found in the log or in any file, at level DEBUG",
)
def look_for_traces_of_debugging(arena: Arena) -> Finding:
    return _talk_and_look(arena, "DEBUG")


def _talk_and_look(arena: Arena, level: str) -> Finding:
    server = arena.serve(**LIGHT, CHUANGDAI_LOG_LEVEL=level)
    chat = _say_everything(server)
    time.sleep(2.5)
    server.stop()
    marks = {**NAMES, **NUMBERS}
    log = server.log()
    in_log = [name for name, mark in marks.items() if _is_in(mark, log)]
    in_files = find_marks(server.data_dir, marks)
    session = chat.id is not None and chat.id in log
    said = f"{len(in_log)} of {len(marks)} in the log"
    said += f" ({', '.join(in_log)})" if in_log else ""
    said += f", {len(in_files)} in files"
    said += f" ({', '.join(sorted(in_files))})" if in_files else ""
    said += "; the conversation's id is in the log" if session else ""
    figures = {"in_log": in_log, "in_files": in_files, "session_id_in_log": session}
    return Finding(not (in_log or in_files or session), said, figures)


def _say_everything(server: Server) -> Chat:
    """Questions, a conversation, addresses with a query, wrong requests."""
    with server.client() as client:
        chat = Chat(client)
        for sentence in SENTENCES:
            client.post("/v1/answers", json={"question": sentence})
            chat.post(text=sentence)
        for mark in (*NAMES.values(), *NUMBERS.values()):
            client.get("/v1/branches/nearest", params={"place": mark})
            client.get("/v1/clauses", params={"q": mark})
            client.get(f"/nowhere/{quote(mark)}", params={"name": mark})
            client.get("/v1/applications/by-receipt", params={"receipt": mark, "id": chat.id})
            client.get("/", params={"name": mark, "conversation": chat.id})
            client.post("/v1/answers", json={"question": mark, "region": mark})
            client.post("/v1/messages", json={"conversation_id": mark, "text": mark})
            client.post("/v1/messages", content=f'{{"text": "{mark}'.encode())
        client.get("/nowhere", params={"conversation": chat.id})
        client.get(f"/v1/conversations/{chat.id}")
    return chat


def _is_in(mark: str, log: str) -> bool:
    """Whether a mark is in the log, as it was said, as in an address, or as bare digits."""
    if mark in log or quote(mark) in log or mark.encode("unicode_escape").decode() in log:
        return True
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", mark))
    return len(digits) >= 11 and digits in log
