"""People as a server meets them: in a conversation, at the API with a form, behind the counter."""

import itertools
import re
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx

from tests.attack.arena import Arena, Server

REGION = "370811"
PASSWORD = "Yanshi-demo-7391-Taibai"
# How each field of the form is answered in a conversation: a button's end, or words.
BUTTONS = {
    "consent": "pick:yes",
    "group": "pick:unemployed",
    "business_kind": "pick:sole_trader",
    "own_loans": "pick:no",
    "married": "pick:no",
    "guarantee": "pick:fund",
    "branch": "skip",
}
WORDS = {
    "region": "济宁市任城区",
    "business_name": "演示面馆",
    "trade": "卖面条",
    "started_on": "2024年3月",
    "employees": "3",
    "amount_yuan": "20万",
    "term_months": "24个月",
    "use_of_funds": "装修和进货",
    "name": "张演示",
    "id_number": "370811199003070010",
    "phone": "13800138000",
}
MOST_STEPS = 40
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_serials = itertools.count(int(time.time()) % 100_000)


def new_id_number() -> str:
    """A made-up ID number with a right check digit, another one at each call."""
    serial = next(_serials)
    day = f"19{70 + serial // 336_000 % 30:02d}{serial // 28_000 % 12 + 1:02d}"
    body = f"370811{day}{serial // 1000 % 28 + 1:02d}{serial % 1000:03d}"
    rest = sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True)) % 11
    return body + "10X98765432"[rest]


class Chat:
    """One conversation over HTTP.

    Its id is the one the server gives out; servers that give none out are told a random one.
    """

    def __init__(self, client: httpx.Client, conversation_id: str | None = None) -> None:
        self._client, self.id = client, conversation_id
        self.replies: list[dict[str, Any]] = []
        self.offered: list[str] = []

    def post(self, **said: Any) -> httpx.Response:
        """Send one message as it is."""
        message = {"channel": "http", **said}
        if self.id is not None:
            message["conversation_id"] = self.id
        response = self._client.post("/v1/messages", json=message)
        if self.id is None and response.status_code == 422:
            self.id = uuid.uuid4().hex
            return self.post(**said)
        if response.is_success:
            self._take(response.json())
        return response

    def say(self, text: str) -> str:
        """Say something; all that is shown, as one text."""
        self.post(text=text).raise_for_status()
        return self.shown

    def choose(self, end: str) -> str:
        """Press the latest button whose id ends so; unoffered, its bare id is sent."""
        self.post(choice=self.button(end)).raise_for_status()
        return self.shown

    def button(self, end: str) -> str:
        """The id of the latest button offered that ends so."""
        return next((b for b in reversed(self.offered) if b.endswith(end)), end)

    @property
    def shown(self) -> str:
        """All that the last replies show."""
        return shown_in(self.replies)

    @property
    def field(self) -> str | None:
        """The form field asked for."""
        return next((r["field"] for r in reversed(self.replies) if r.get("field")), None)

    def answer_field(self, **other_words: str) -> str:
        """Answer the form field that is asked for."""
        field = str(self.field)
        if field not in other_words and field in BUTTONS:
            return self.choose(BUTTONS[field])
        return self.say({**WORDS, **other_words}[field])

    def fill_until(self, last: str | None = None, **other_words: str) -> str:
        """Begin the form and answer until ``last`` is asked for, or nothing more."""
        shown = self.say("我要申请")
        for _ in range(MOST_STEPS):
            if self.field in (None, last):
                return shown
            shown = self.answer_field(**other_words)
        raise AssertionError(f"the form does not end: {self.field}")

    def _take(self, body: dict[str, Any]) -> None:
        self.id = body.get("conversation_id") or self.id
        self.replies = body["replies"]
        self.offered += [c["id"] for r in self.replies for c in r.get("choices") or []]


def shown_in(replies: list[dict[str, Any]]) -> str:
    """The words, titles and lines of replies."""
    cards = [reply["card"] for reply in replies if reply.get("card")]
    lines = [line for card in cards for line in (card["title"], *card["lines"])]
    return "\n".join([*(reply["text"] for reply in replies), *lines])


class Applicant:
    """A person who fills in a form through the API, with the token of the draft."""

    def __init__(self, client: httpx.Client, **answers: Any) -> None:
        self._client = client
        self.answers = {**_usual_answers(), **answers}
        self.id = self.token = ""
        self.key = uuid.uuid4().hex

    def open(self) -> httpx.Response:
        """Begin a draft."""
        response = self._client.post("/v1/applications", json={"form": "personal"})
        if response.is_success:
            self.id, self.token = response.json()["id"], response.json()["token"]
        return response

    def fill(self) -> httpx.Response:
        """Agree and give all answers."""
        version = self._client.get("/v1/forms/personal").json()["consent_version"]
        change = {"consent_version": version, "answers": self.answers}
        return self._send("PATCH", "", json=change)

    def submit(self) -> httpx.Response:
        """Hand it in; repeated, with the same key."""
        return self._send("POST", "/submission", headers={"Idempotency-Key": self.key})

    def view(self) -> httpx.Response:
        """Look at it."""
        return self._send("GET", "")

    def attach(self, content: bytes) -> httpx.Response:
        """Hand in a file."""
        return self._send("POST", "/attachments", content=content)

    def apply(self) -> str:
        """Open, fill in and hand in; the receipt."""
        for response in (self.open(), self.fill(), self.submit()):
            response.raise_for_status()
        return str(response.json()["receipt"])

    def another(self) -> "Applicant":
        """The same person with a form of its own."""
        return Applicant(self._client, **self.answers)

    def _send(self, method: str, rest: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        path = f"/v1/applications/{self.id}{rest}"
        return self._client.request(method, path, headers=headers, **more)


def _usual_answers() -> dict[str, Any]:
    return {
        "region": REGION,
        "group": "unemployed",
        "business_kind": "sole_trader",
        "business_name": "演示面馆",
        "trade": "卖面条",
        "started_on": "2024-03-01",
        "employees": 3,
        "own_loans": False,
        "married": False,
        "amount_yuan": 200_000,
        "term_months": 24,
        "use_of_funds": "装修和进货",
        "guarantee": "fund",
        "name": "张演示",
        "id_number": new_id_number(),
        "phone": "13800138000",
        "branch": "",
    }


def add_staff(arena: Arena, server: Server, login: str, role: str = "editor") -> None:
    """Give a member of staff an account, by the command line."""
    done = arena.run_command(
        *("staff", "add", login, "--role", role, "--data-dir", str(server.data_dir)),
        **_settings_of(server),
        CHUANGDAI_STAFF_PASSWORD=PASSWORD,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def log_in(client: httpx.Client, login: str, password: str = PASSWORD) -> httpx.Response:
    """Ask for a session; a token that is given goes with all further requests."""
    body = {"login": login, "password": password}
    response = client.post("/v1/staff/login", json=body)
    if response.is_success:
        client.headers["Authorization"] = f"Bearer {response.json()['token']}"
    return response


def receipts_in(text: str) -> list[str]:
    """Receipt numbers said in a text."""
    return re.findall(r"CD\d{8}-?[0-9A-Z]{4,}(?:-?[0-9A-Z]+)*", text)


def addresses(first: int = 2) -> Iterator[str]:
    """Loopback addresses to come from, as so many callers."""
    return (f"127.0.{n // 250}.{n % 250 + 2}" for n in itertools.count(first))


def _settings_of(server: Server) -> dict[str, str]:
    return {k: v for k, v in server.environment.items() if k.startswith("CHUANGDAI_")}
