"""Whoever copies the disk: what lies there in clear, and who may read it."""

import time

from tests.attack.arena import LIGHT, Arena, Server
from tests.attack.catalogue import Finding, attack
from tests.attack.files import find_marks, mode_of, open_to_others
from tests.attack.people import Applicant, Chat, add_staff, log_in, new_id_number

# Values that occur nowhere else: found in a file, they came from the form.
MARKS = {
    "business_name": "标记面馆甲",
    "trade": "标记生意乙",
    "use_of_funds": "标记用途丙",
    "name": "孔标记",
    "phone": "13897531864",
    "own_consumer_amount": "7654321",
    "amount_yuan": "1987654",
    "group": "released",
    "attachment": "标记附件丁",
}
CHAT_WORDS = {"business_name": "标记聊天店", "use_of_funds": "标记聊天用途", "name": "孔聊天"}


@attack(
    "plain text at rest",
    aim="read a form's answers in the files of the data directory: drafts, submitted, withdrawn",
    held_when="no marked value lies in clear in any file, while it runs and after a kill",
    quick=True,
)
def read_the_disk(arena: Arena) -> Finding:
    server = arena.serve(**LIGHT)
    marks = {**MARKS, **{f"chat {k}": v for k, v in CHAT_WORDS.items()}}
    marks["id_number"] = _fill_in_everything(server)
    time.sleep(1.5)
    found = find_marks(server.data_dir, marks)
    server.kill()
    for name, files in find_marks(server.data_dir, marks).items():
        found[name] = sorted({*found.get(name, []), *files})
    said = f"{len(found)} of {len(marks)} marked values in clear"
    said += f": {', '.join(sorted(found))}" if found else ""
    return Finding(not found, said, {"marks": len(marks), "in_clear": found})


def _fill_in_everything(server: Server) -> str:
    """Forms at every stage with the marked values; the ID number used."""
    number = new_id_number()
    answers = {
        "business_name": MARKS["business_name"],
        "trade": MARKS["trade"],
        "use_of_funds": MARKS["use_of_funds"],
        "name": MARKS["name"],
        "phone": MARKS["phone"],
        "id_number": number,
        "group": MARKS["group"],
        "amount_yuan": int(MARKS["amount_yuan"]),
        "own_loans": True,
        "own_loan_kinds": ["consumer"],
        "own_consumer_amount": int(MARKS["own_consumer_amount"]),
    }
    with server.client() as client:
        draft, withdrawn = Applicant(client, **answers), Applicant(client, **answers)
        for person in (draft, withdrawn):
            person.open().raise_for_status()
            person.fill().raise_for_status()
            person.attach(b"%PDF-1.4 " + MARKS["attachment"].encode() * 50).raise_for_status()
        withdrawn.submit().raise_for_status()
        headers = {"Authorization": f"Bearer {withdrawn.token}"}
        path = f"/v1/applications/{withdrawn.id}/withdrawal"
        client.post(path, headers=headers).raise_for_status()
        Applicant(client, **answers).apply()
        chat = Chat(client)
        chat.fill_until(**CHAT_WORDS, id_number=new_id_number())
        chat.choose("submit")
    return number


@attack(
    "modes of files",
    aim="read the data directory as another user of the machine",
    held_when="the data directory is 0700, no file in it may be used by group or others",
)
def look_at_modes(arena: Arena) -> Finding:
    server = arena.server(**LIGHT)
    add_staff(arena, server, "zhang")
    server.start()
    with server.client() as client:
        person = Applicant(client)
        person.open().raise_for_status()
        person.attach(b"%PDF-1.4 " + b"x" * 100).raise_for_status()
        log_in(client, "zhang").raise_for_status()
        file = ("通知.txt", "关于演示的通知".encode())
        client.post("/v1/staff/ingestions", files={"file": file})
        client.get("/staff/login")
    time.sleep(1)
    exposed = open_to_others(server.data_dir)
    folder_mode = mode_of(server.data_dir)
    said = f"folder {folder_mode}, {len(exposed)} files and folders open to others"
    said += f" ({', '.join(exposed[:4])})" if exposed else ""
    figures = {"folder": folder_mode, "open_to_others": exposed}
    return Finding(folder_mode == "0700" and not exposed, said, figures)
