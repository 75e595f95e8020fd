"""Killed at random while people apply: what was acknowledged must be there, once."""

import random
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field

import httpx

from tests.attack.arena import LIGHT, Arena, Server
from tests.attack.catalogue import Finding, attack
from tests.attack.files import files_below
from tests.attack.people import BUTTONS, WORDS, Applicant, Chat, new_id_number, receipts_in

ROUNDS = 20
LONGEST_ROUND_S = 20.0
WORKERS = ("applicant", "applicant", "chat", "chat", "chat")
KEY = {"CHUANGDAI_ENCRYPTION_KEY": "attack-key-kept-over-crashes-0123456789"}
HELD = f"in {ROUNDS} kills nothing acknowledged is lost or doubled; 提交 again tells the receipt"


@dataclass(slots=True)
class FormLife:
    """What one applicant at the API was told before the power went."""

    person: Applicant
    is_filled: bool = False
    is_submitting: bool = False
    receipt: str | None = None
    files: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ChatLife:
    """The same for one person in a conversation; ``field`` is what was asked for last."""

    chat: Chat
    is_submitting: bool = False
    receipt: str | None = None
    field: str | None = None


@dataclass(slots=True)
class Ledger:
    """All lives of one run, and what was found wrong with them.

    ``clients`` are theirs: each goes on after the kill where it was, and all end with the run.
    """

    clients: ExitStack = field(default_factory=ExitStack)
    forms: list[FormLife] = field(default_factory=list)
    chats: list[ChatLife] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    acknowledged: int = 0
    receipts: int = 0
    errors: int = 0


@attack("kill -9 on SQLite", aim="kill the server at random while people apply", held_when=HELD)
def kill_on_sqlite(arena: Arena) -> Finding:
    return _kill_again_and_again(arena, {})


@attack("kill -9 on PostgreSQL", aim="the same on PostgreSQL", held_when=HELD)
def kill_on_postgresql(arena: Arena) -> Finding:
    return _kill_again_and_again(arena, {"CHUANGDAI_DATABASE_URL": arena.postgres_url()})


def _kill_again_and_again(arena: Arena, environment: dict[str, str]) -> Finding:
    server = arena.serve(**LIGHT, **KEY, **environment)
    whole = Ledger()
    for _ in range(ROUNDS):
        ledger = Ledger()
        with ledger.clients:
            _work_until_killed(server, ledger)
            server.start()
            _check(server, ledger)
        whole.lost += ledger.lost
        whole.doubled += ledger.doubled
        whole.untold += ledger.untold
        whole.acknowledged += ledger.acknowledged
        whole.receipts += ledger.receipts
        whole.errors += ledger.errors
    found = (whole.lost, whole.doubled, whole.untold)
    lost, doubled, untold = (len(problems) for problems in found)
    said = f"{whole.acknowledged} acknowledged ({whole.receipts} receipts): {lost} lost, "
    said += f"{doubled} doubled, {untold} receipts not told again, {whole.errors} × 500"
    said += "".join(f"; {text}" for text in [text for problems in found for text in problems][:3])
    figures = {
        "kills": ROUNDS,
        "acknowledged": whole.acknowledged,
        "receipts": whole.receipts,
        "lost": whole.lost,
        "doubled": whole.doubled,
        "untold": whole.untold,
        "errors": whole.errors,
    }
    is_held = not (any(found) or whole.errors)
    return Finding(is_held and whole.receipts > 0, said, figures)


def _work_until_killed(server: Server, ledger: Ledger) -> None:
    work = {"applicant": _apply, "chat": _talk}
    threads = [
        threading.Thread(target=work[name], args=(server, ledger), daemon=True) for name in WORKERS
    ]
    for thread in threads:
        thread.start()
    _let_work(ledger)
    server.kill()
    for thread in threads:
        thread.join(90)


def _let_work(ledger: Ledger) -> None:
    """Until some have handed in, however fast the machine is just now, and a random moment more."""
    wanted_forms, wanted_chats = random.choice(((0, 1), (1, 0), (2, 1), (4, 2), (0, 0)))
    end = time.monotonic() + LONGEST_ROUND_S
    while time.monotonic() < end:
        forms = sum(life.is_submitting for life in ledger.forms)
        chats = sum(life.is_submitting for life in ledger.chats)
        if forms >= wanted_forms and chats >= wanted_chats:
            break
        time.sleep(0.002)
    time.sleep(random.uniform(0.0, 0.4))


def _apply(server: Server, ledger: Ledger) -> None:
    """One application after the other, until the server is gone."""
    try:
        while True:
            life = FormLife(Applicant(ledger.clients.enter_context(server.client())))
            life.person.open().raise_for_status()
            ledger.forms.append(life)
            life.person.fill().raise_for_status()
            life.is_filled = True
            file = life.person.attach(b"%PDF-1.4 " + random.randbytes(50_000))
            life.files.append(file.raise_for_status().json()["id"])
            life.is_submitting = True
            done = life.person.submit()
            life.receipt = done.raise_for_status().json()["receipt"]
    except httpx.HTTPStatusError as error:
        ledger.errors += error.response.status_code == 500
    except httpx.TransportError:
        pass


def _talk(server: Server, ledger: Ledger) -> None:
    """One form in a conversation after the other, until the server is gone."""
    try:
        while True:
            life = ChatLife(Chat(ledger.clients.enter_context(server.client())))
            life.chat.say("你好")
            ledger.chats.append(life)
            number = new_id_number()
            life.chat.say("我要申请")
            while (asked := life.chat.field) is not None:
                life.field = asked
                life.chat.answer_field(id_number=number)
            life.field, life.is_submitting = None, True
            shown = life.chat.choose("submit")
            life.receipt = next(iter(receipts_in(shown)), None)
    except httpx.HTTPStatusError as error:
        ledger.errors += error.response.status_code == 500
    except httpx.TransportError:
        pass


def _check(server: Server, ledger: Ledger) -> None:
    names = {path.name.partition(".")[0] for path in files_below(server.data_dir)}
    for life in ledger.forms:
        _check_form(life, ledger, names)
    for chat in ledger.chats:
        _check_chat(chat, ledger)


def _check_form(life: FormLife, ledger: Ledger, names: set[str]) -> None:
    found = life.person.view()
    ledger.acknowledged += 1 + life.is_filled + len(life.files) + (life.receipt is not None)
    ledger.receipts += life.receipt is not None
    ledger.lost += [f"file {name}" for name in life.files if name not in names]
    if not found.is_success:
        ledger.lost.append(f"draft: {found.status_code}")
        return
    seen = found.json()
    if life.is_filled and seen["answers"].get("business_name") != "演示面馆":
        ledger.lost.append("answers of a draft")
    if not life.is_submitting:
        return
    again = life.person.submit()
    if not again.is_success:
        ledger.untold.append(f"submission again: {again.status_code}")
    elif life.receipt not in (None, again.json()["receipt"]):
        ledger.lost.append(f"receipt {life.receipt}: now {again.json()['receipt']}")
    _check_for_twins(life.person, ledger)


def _check_for_twins(person: Applicant, ledger: Ledger) -> None:
    """A second application of the same person must be refused: the first one is there."""
    twin = person.another()
    twin.open().raise_for_status()
    twin.fill().raise_for_status()
    if twin.submit().is_success:
        ledger.doubled.append("a second application of one person was taken")


def _check_chat(life: ChatLife, ledger: Ledger) -> None:
    ledger.acknowledged += 1 + (life.receipt is not None)
    ledger.receipts += life.receipt is not None
    if not life.is_submitting:
        _check_progress(life, ledger)
        return
    told = receipts_in(life.chat.say("提交"))
    known = receipts_in(life.chat.say("查进度"))
    if not known:
        ledger.lost.append("a conversation's application")
    elif life.receipt is not None and life.receipt not in known:
        ledger.lost.append(f"receipt {life.receipt}: now {known}")
    if not told:
        ledger.untold.append(f"提交 again tells no receipt (acknowledged: {bool(life.receipt)})")


def _check_progress(life: ChatLife, ledger: Ledger) -> None:
    """What was answered before is not asked again."""
    if life.field is None:
        return
    life.chat.say("继续")
    order = [name for name in _ORDER if name in (life.field, life.chat.field)]
    if life.chat.field is not None and order and order[0] != life.field:
        ledger.lost.append(f"asked for {life.chat.field} again, had been at {life.field}")


_ORDER = (
    *("consent", "region", "group", "business_kind", "business_name", "trade", "started_on"),
    *("employees", "own_loans", "married", "amount_yuan", "term_months", "use_of_funds"),
    *("guarantee", "name", "id_number", "phone", "branch"),
)
assert set(_ORDER) == {*BUTTONS, *WORDS}
