"""Getting into other people's conversations and applications by what goes into a path."""

from collections.abc import Iterator
from math import log2

from tests.attack.arena import LIGHT, Arena, Server
from tests.attack.catalogue import Finding, attack
from tests.attack.messenger import CHAT, SECRETS, MessengerPerson, serve_with_telegram
from tests.attack.people import Applicant, Chat, receipts_in

TARGET = f"telegram:{CHAT}"
CLIMBS = (
    *("/../", "/%2e%2e/", "/.%2e/", "/%2E./", "/..%2f", "%2f..%2f", "/%252e%252e/", "/..%252f"),
    *("\\..\\", "/..\\", "/..%5c", "/..;/", "/;/../", "/./../", "//..//", "x/../../x/../../"),
    *("/．．/", "/‥/", "/.\u200b./", "/%c0%ae%c0%ae/", "/..%00/", "/../../conversations/"),
    *("/../../../v1/conversations/", "x" * 60 + "/../", "?/../", "#/../", "\t/../", " /../", ""),
)
ENDS = ("", "?", "#", "?x=1", "/", "/.", ";x", "%00", "%20", " ")
# By the channel's name: the rest of the path is cut off.
CHANNELS = (
    *(f"/../{TARGET}?", f"/../{TARGET}#", f"/..%2f{TARGET}?", "telegram", f"../{TARGET}?"),
    *(f"/../{TARGET};", f"{TARGET}?", f"{TARGET}#", f"\\..\\{TARGET}?"),
)
SHARING = [
    *(("?1", "?2"), ("#1", "#2"), ("", "?x"), ("", "#x"), ("", "/."), ("", "/x/.."), ("", "/")),
    *(("%3f1", "%3f2"), ("/../a?1", "/../a?2"), ("", "\u200b"), ("", " "), ("", "\t"), ("a", "A")),
]


@attack(
    "takeover of a conversation",
    aim="open, edit and submit a Telegram chat's conversation by conversation_id or channel",
    held_when="no spelling shows anything of it, its draft stays as it was, no 5xx",
    quick=True,
)
def take_over(arena: Arena) -> Finding:
    server, victim = serve_with_telegram(arena, **LIGHT)
    victim.fill()
    before = victim.say("查看")
    tried, leaking, errors = 0, [], 0
    for name, channel in _spellings():
        tried += 1
        status, shown = _look(server, name, channel)
        errors += status >= 500
        if any(secret in shown for secret in SECRETS):
            leaking.append((name, channel))
    damage = _edit_and_submit(server, victim, *leaking[0]) if leaking else []
    untouched = victim.say("查看") == before
    said = f"{len(leaking)} of {tried} spellings opened it"
    said += f" ({leaking[0]!r}); then {', '.join(damage) or 'nothing'}" if leaking else ""
    said += "" if untouched else "; the draft was changed"
    said += f"; {errors} × 5xx" if errors else ""
    figures = {"tried": tried, "opened": len(leaking), "damage": damage, "errors_5xx": errors}
    return Finding(not leaking and untouched and not errors, said, figures)


def _spellings() -> Iterator[tuple[str, str]]:
    for climb in CLIMBS:
        for end in ENDS if climb == "/../" else ENDS[:3]:
            yield f"{climb}{TARGET}{end}", "web"
    for channel in CHANNELS:
        for name in ("x", "?", CHAT):
            yield name, channel
    yield f":{TARGET}", "web"
    yield f"/../telegram%3a{CHAT}", "web"
    yield f"/../telegram：{CHAT}", "web"
    yield "x" * 5000 + f"/../{TARGET}", "web"


def _look(server: Server, name: str, channel: str, text: str = "查看") -> tuple[int, str]:
    body = {"conversation_id": name, "channel": channel, "text": text}
    with server.client() as client:
        response = client.post("/v1/messages", json=body)
    return response.status_code, response.text


def _edit_and_submit(server: Server, victim: MessengerPerson, name: str, channel: str) -> list[str]:
    done = []
    _look(server, name, channel, "修改电话")
    _look(server, name, channel, "13900009999")
    if "139****9999" in victim.say("查看"):
        done.append("phone changed")
    _, shown = _look(server, name, channel, "提交")
    if receipts_in(shown):
        done.append("submitted")
    return done


@attack(
    "ids that share a conversation",
    aim="cut ids with ? # / . so that two people meet in one conversation",
    held_when="no pair of ids meets",
    quick=True,
)
def share(arena: Arena) -> Finding:
    server = arena.plain()
    shared = []
    with server.client() as client:
        given = Chat(client)
        given.say("我要申请")
        for number, ends in enumerate(SHARING):
            # On names chosen by the caller, and on one that was given out.
            for base in (f"zhang{number}", str(given.id)):
                first, second = (Chat(client, f"{base}{end}") for end in ends)
                if first.post(text="我要申请").is_success and _sees_a_form(second):
                    shared.append(ends)
                    break
    said = f"{len(shared)} of {len(SHARING)} pairs meet: {shared[:4]!r}"
    return Finding(not shared, said, {"pairs": len(SHARING), "shared": len(shared)})


def _sees_a_form(chat: Chat) -> bool:
    return chat.post(text="继续").is_success and chat.field is not None


@attack(
    "ids chosen by the caller",
    aim="meet people under ids that can be guessed: phone numbers, names, counters",
    held_when="ids not given out are refused with 422; those given out differ and have ≥ 128 bits",
    quick=True,
)
def choose_ids(arena: Arena) -> Finding:
    server = arena.plain()
    with server.client() as client:
        taken = []
        for name in ("13800138000", "1", "zhang", "a" * 128, "0" * 32, "browser-1"):
            message = {"conversation_id": name, "channel": "http", "text": "你好"}
            if client.post("/v1/messages", json=message).status_code != 422:
                taken.append(name)
        given = []
        for _ in range(40):
            response = client.post("/v1/messages", json={"channel": "http", "text": "你好"})
            if response.is_success:
                given.append(str(response.json().get("conversation_id", "")))
    bits = _bits(given)
    said = f"{len(taken)} of 6 chosen ids taken; {len(set(given))} of 40 given out, {bits:.0f} bits"
    is_held = not taken and len(set(given)) == 40 and bits >= 128
    return Finding(is_held, said, {"taken": taken, "given": len(set(given)), "bits": bits})


def _bits(ids: list[str]) -> float:
    """The most that ids of such length and alphabet can hold, places that never change apart."""
    shortest = min(map(len, ids), default=0)
    places = [len({name[i] for name in ids}) for i in range(shortest)]
    alphabet = len(set("".join(ids))) or 1
    return sum(log2(alphabet) for kinds in places if kinds > 2)


@attack(
    "choices turned into requests",
    aim="withdraw or read a stranger's application by a choice such as helped:../applications/…",
    held_when="the stranger's application stays submitted, nothing of it is shown, no 5xx",
    quick=True,
)
def forge_choices(arena: Arena) -> Finding:
    server = arena.plain()
    withdrawn_by, leaked_by, errors, tried = [], [], 0, 0
    with server.client() as client:
        victim = Applicant(client, business_name="受害人面馆")
        victim.apply()
        draft = Applicant(client)
        draft.open()
        chat = Chat(client)
        chat.say("山东个人最多能贷多少")
        helped = next((button for button in chat.offered if "helped:" in button), "")
        for choice in _choices(victim.id, draft.id, helped):
            tried += 1
            response = chat.post(choice=choice)
            errors += response.status_code >= 500
            if "受害人面馆" in response.text:
                leaked_by.append(choice)
            if "withdrawn" in (victim.view().json()["status"], draft.view().json()["status"]):
                withdrawn_by.append(choice)
                break
    said = f"{tried} choices tried, {len(leaked_by)} read, {len(withdrawn_by)} withdrew"
    said += f" ({withdrawn_by[0].replace(victim.id, '<id>')})" if withdrawn_by else ""
    said += f"; {errors} × 5xx" if errors else ""
    figures = {"tried": tried, "withdrew": withdrawn_by, "read": leaked_by, "errors_5xx": errors}
    return Finding(not (withdrawn_by or leaked_by or errors), said, figures)


def _choices(submitted: str, draft: str, offered: str) -> Iterator[str]:
    """Paths behind every prefix there is, and behind one that was truly offered."""
    start = offered[: offered.rfind("helped:") + len("helped:")] if "helped:" in offered else ""
    for prefix in dict.fromkeys((start, "unhelpful:", "branch:", "choose:", "place:", "edit:")):
        for climb in ("../applications/", "..%2fapplications%2f", "../../v1/applications/"):
            yield f"{prefix}{climb}{submitted}"[:100]
            yield f"{prefix}{climb}{submitted}/handover?"[:100]
    for prefix in dict.fromkeys(("helped:", "unhelpful:", start)):
        for climb in ("../applications/", "%2e%2e/applications/"):
            for end in ("?", "#"):
                yield f"{prefix}{climb}{submitted}/withdrawal{end}"[:100]
                yield f"{prefix}{climb}{draft}/withdrawal{end}"[:100]
