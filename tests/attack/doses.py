"""Requests made to break a parser, a column or a calendar."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

DEEP = 100_000
SURROGATE = "\\ud800"
NUL = "\\u0000"
BOX = {"south": 35, "west": 116, "north": 36, "east": 117, "zoom": 8}
LOAN = {"region": "370811", "amount_yuan": 200000, "term_months": 24, "rate_percent": 3}


@dataclass(frozen=True, slots=True)
class Dose:
    """One request; ``must_refuse`` where anything but a 4xx would be wrong.

    ``as_who`` is whose token goes with it: nobody's, the service's or an editor's.
    """

    name: str
    method: str
    path: str
    request: dict[str, Any] = field(default_factory=dict)
    must_refuse: bool = False
    as_who: str = "nobody"


def _raw(text: str) -> dict[str, Any]:
    content = text.encode("utf-8", "surrogatepass")
    return {"content": content, "headers": {"Content-Type": "application/json"}}


def all_doses(application: str) -> Iterator[Dose]:
    """Every dose; ``application`` is the id of a draft that the service may open."""
    yield from _texts()
    yield from _types()
    yield from _dates()
    yield from _numbers(application)
    yield from _depth()
    yield from _paths(application)
    yield from _forms(application)
    yield from _staff()
    yield from _hooks()


def _texts() -> Iterator[Dose]:
    bodies = {
        "question": ("/v1/answers", '{"question": "能贷多少X"}'),
        "history": (
            "/v1/answers",
            '{"question": "利息呢", "history": [{"role": "user", "content": "X"}]}',
        ),
        "question's region": ("/v1/answers", '{"question": "能贷多少", "region": "X"}'),
        "message": ("/v1/messages", '{"channel": "http", "text": "能贷多少X"}'),
        "conversation": ("/v1/messages", '{"conversation_id": "aX", "text": "你好"}'),
        "channel": ("/v1/messages", '{"conversation_id": "a", "channel": "X", "text": "你好"}'),
        "choice": ("/v1/messages", '{"conversation_id": "a", "choice": "helped:X"}'),
        "event": ("/v1/messages", '{"conversation_id": "a", "text": "你好", "event_id": "X"}'),
        "draft's channel": ("/v1/applications", '{"form": "personal", "channel": "X"}'),
        "form": ("/v1/applications", '{"form": "X"}'),
        "eligibility": ("/v1/eligibility", '{"region": "X"}'),
        "quote": ("/v1/quotes", '{"region": "X", "amount_yuan": 1, "term_months": 1}'),
        "login": ("/v1/staff/login", '{"login": "X", "password": "password"}'),
        "password": ("/v1/staff/login", '{"login": "zhang", "password": "XX"}'),
    }
    for name, (path, body) in bodies.items():
        for kind, bad in (("NUL", NUL), ("half a character", SURROGATE)):
            is_half = kind != "NUL"
            yield Dose(f"{kind} in {name}", "POST", path, _raw(body.replace("X", bad)), is_half)
    for query in ("/v1/branches/nearest?place=", "/v1/branches/search?q=", "/v1/clauses?q="):
        for bad in ("%00", "a%00b", "%ff", "%ed%a0%80"):
            yield Dose(f"{bad} in a query", "GET", f"{query}{bad}")
    for name in ("region", "within", "bank", "service"):
        yield Dose(f"NUL in {name}", "GET", f"/v1/branches/nearest?lat=35&lon=116&{name}=%00")


def _types() -> Iterator[Dose]:
    """Values of another type than the field has: none may be taken for a number or a day."""
    question = {"question": "能贷多少"}
    for value in (0, 1, False, 1e30, [], {}):
        yield Dose(
            f"as_of: {value!r}", "POST", "/v1/answers", {"json": {**question, "as_of": value}}, True
        )
        body = {"region": "370811", "as_of": value}
        yield Dose(f"eligibility as_of: {value!r}", "POST", "/v1/eligibility", {"json": body}, True)
    for name in ("age", "staff", "new_hires", "partners", "term_months", "subsidised_loans_so_far"):
        for value in (False, True, "3"):
            body = {"region": "370811", name: value}
            yield Dose(f"{name}: {value!r}", "POST", "/v1/eligibility", {"json": body}, True)
    for name in ("amount_yuan", "term_months", "partners"):
        for value in (False, True):
            yield Dose(
                f"quote {name}: {value!r}",
                "POST",
                "/v1/quotes",
                {"json": {**LOAN, name: value}},
                True,
            )
    yield Dose(
        "married: 1", "POST", "/v1/eligibility", {"json": {"region": "370811", "married": 1}}, True
    )
    yield Dose("question: 7", "POST", "/v1/answers", {"json": {"question": 7}}, True)
    yield Dose("is_helpful: 1", "POST", "/v1/answers/x/feedback", {"json": {"is_helpful": 1}}, True)


def _dates() -> Iterator[Dose]:
    for day in ("0001-01-01", "9999-12-31"):
        yield Dose(
            f"question on {day}",
            "POST",
            "/v1/answers",
            {"json": {"question": "能贷多少", "as_of": day}},
        )
        body: dict[str, Any] = {"region": "370811", "as_of": day, "group": "graduate"}
        yield Dose(f"eligibility on {day}", "POST", "/v1/eligibility", {"json": body})
        yield Dose(f"quote on {day}", "POST", "/v1/quotes", {"json": {**LOAN, "as_of": day}})
        long = {**LOAN, "as_of": day, "term_months": 120}
        yield Dose(f"long quote on {day}", "POST", "/v1/quotes", {"json": long})
    moments = ("0001-01-01T00:00:00", "9999-12-31T23:59:59", "0001-01-01T00:00:00%2B14:00")
    for moment in (*moments, "9999-12-31T23:59:59-14:00", "1e9", "0"):
        path = f"/v1/branches/nearest?lat=35.4&lon=116.6&open_at={moment}"
        yield Dose(f"nearest at {moment}", "GET", path)
        path = f"/v1/branches/map?south=35&west=116&north=36&east=117&zoom=8&open_at={moment}"
        yield Dose(f"map at {moment}", "GET", path)
    for text in (
        "公元1年能贷多少",
        "9999年12月31日能贷多少",
        "0001-01-01的政策",
        "99999年能贷多少",
    ):
        yield Dose(f"asked: {text}", "POST", "/v1/answers", {"json": {"question": text}})


def _numbers(application: str) -> Iterator[Dose]:
    for number in ("1e-999999", "1e999999", "NaN", "Infinity", "-0", "1e-300", "9" * 5000):
        body = (
            f'{{"region": "370811", "amount_yuan": {number}, "term_months": 24, "rate_percent": 3}}'
        )
        yield Dose(f"amount {number[:12]}", "POST", "/v1/quotes", _raw(body))
        body = body.replace(f": {number},", f': "{number}",')
        yield Dose(f"amount as text {number[:12]}", "POST", "/v1/quotes", _raw(body))
        for name in ("rate_percent", "lpr_percent"):
            body = (
                f'{{"region": "370811", "amount_yuan": 1, "term_months": 24, "{name}": "{number}"}}'
            )
            yield Dose(f"{name} {number[:12]}", "POST", "/v1/quotes", _raw(body))
        path = f"/v1/applications/{application}"
        body = f'{{"answers": {{"amount_yuan": {number}}}}}'
        yield Dose(f"answer {number[:12]}", "PATCH", path, _raw(body), as_who="service")
        body = f'{{"region": "370811", "amount_yuan": {number}, "age": {number}}}'
        yield Dose(f"eligibility {number[:12]}", "POST", "/v1/eligibility", _raw(body))
        yield Dose(f"near {number[:12]}", "GET", f"/v1/branches/nearest?lat={number}&lon=116")
        query = f"region=370800&within_m={number}"
        yield Dose(f"within {number[:12]}", "GET", f"/v1/branches/coverage?{query}")
    for version in ("1e30", "-1", "1e400", "99999999999999999999", "true", "NaN"):
        body = f'{{"version": {version}, "state": {{}}}}'
        path = "/v1/conversations/poison"
        yield Dose(f"version {version}", "PUT", path, _raw(body), True, "service")
    for limit in ("1e30", "99999999999999999999", "-1", "0x10"):
        yield Dose(f"limit {limit}", "GET", f"/v1/documents?limit={limit}&offset={limit}", {}, True)
    yield Dose("offset 10^18", "GET", "/v1/documents?offset=1000000000000000000")
    yield Dose("zoom 10^18", "GET", "/v1/branches/map?south=1&west=1&north=2&east=2&zoom=1e18")


def _depth() -> Iterator[Dose]:
    deep = {"lists": "[" * DEEP, "objects": '{"a":' * DEEP, "closed": "[" * DEEP + "]" * DEEP}
    for name, text in deep.items():
        for path in ("/v1/answers", "/v1/messages", "/v1/applications", "/v1/staff/login"):
            yield Dose(f"{name} {DEEP} deep to {path}", "POST", path, _raw(text), True)
        body = f'{{"version": 0, "state": {{"a": {text}}}}}'
        path = "/v1/conversations/deep"
        yield Dose(f"state of {name} {DEEP} deep", "PUT", path, _raw(body), True, "service")
    nested = "[" * 2000 + "]" * 2000
    body = f'{{"version": 0, "state": {{"a": {nested}}}}}'
    yield Dose("state 2000 deep", "PUT", "/v1/conversations/deep2", _raw(body), as_who="service")


def _paths(application: str) -> Iterator[Dose]:
    for bad in ("%00", "a%00b", "%ff", "%ed%a0%80", "..%2f..", "%2e%2e", "x" * 3000):
        for path in ("documents", "forms", "branches", "applications", "nowhere"):
            yield Dose(f"GET /v1/{path}/{bad[:9]}", "GET", f"/v1/{path}/{bad}", as_who="service")
        yield Dose(f"changes of {bad[:9]}", "GET", f"/v1/branches/{bad}/changes")
        yield Dose(f"clause {bad[:9]}", "GET", f"/v1/documents/caijin-2023-75/clauses/{bad}")
        yield Dose(f"handover {bad[:9]}", "POST", f"/v1/handovers/{bad}", as_who="service")
        yield Dose(f"conversation {bad[:9]}", "GET", f"/v1/conversations/{bad}", as_who="service")
        rating = {"json": {"is_helpful": False}}
        yield Dose(f"feedback on {bad[:9]}", "POST", f"/v1/answers/{bad}/feedback", rating)
        query = f"receipt={bad[:30]}&phone_last4=1234"
        path = f"/v1/applications/by-receipt?{query}"
        yield Dose(f"receipt {bad[:9]}", "GET", path, as_who="service")
        for path in (f"documents/{bad}", f"faq/{bad}"):
            yield Dose(f"staff {path[:20]}", "GET", f"/v1/staff/{path}", as_who="editor")
        path = f"/v1/staff/unanswered/{bad}/dismissal"
        yield Dose(f"dismissal of {bad[:9]}", "POST", path, as_who="editor")
    for method in ("HEAD", "OPTIONS", "TRACE", "DELETE", "PUT", "BREW"):
        for path in ("/v1/answers", f"/v1/applications/{application}", "/healthz", "/", "/docs"):
            yield Dose(f"{method} {path[:16]}", method, path)


def _forms(application: str) -> Iterator[Dose]:
    path = f"/v1/applications/{application}"
    for name in ("business_name", "name", "id_number", "phone", "branch", "region", "started_on"):
        for kind, bad in (("NUL", NUL), ("half a character", SURROGATE)):
            body = f'{{"answers": {{"{name}": "演示{bad}"}}}}'
            is_half = kind != "NUL"
            yield Dose(f"{kind} in {name}", "PATCH", path, _raw(body), is_half, "service")
        for value in ("[]", "{}", '[["a"]]', "1e400", "true", f'"{"长" * 100_000}"'):
            body = f'{{"answers": {{"{name}": {value}}}}}'
            yield Dose(f"{name}: {value[:8]}", "PATCH", path, _raw(body), as_who="service")
    for number in ("false", "true", '"3"'):
        body = f'{{"answers": {{"employees": {number}}}}}'
        yield Dose(f"employees: {number}", "PATCH", path, _raw(body), True, "service")
    for name in ("", NUL, SURROGATE, "unknown", "__proto__"):
        body = f'{{"answers": {{"{name}": "x"}}}}'
        yield Dose(f"field {name!r}", "PATCH", path, _raw(body), True, "service")
    for day in ("0001-01-01", "9999-12-31", "-0001-01-01", "2024-W01-1", "20240301"):
        body = f'{{"answers": {{"started_on": "{day}"}}}}'
        yield Dose(f"started on {day}", "PATCH", path, _raw(body), as_who="service")
    yield Dose("a look at it after all", "GET", path, as_who="service")


def _staff() -> Iterator[Dose]:
    clause = '"clauses": ["caijin-2023-75#amount-personal"]'
    for kind, bad in (("NUL", NUL), ("half a character", SURROGATE)):
        is_half = kind != "NUL"
        faq = f'{{"question": "演示{bad}", "text": "最高30万元[1]{bad}", {clause}}}'
        yield Dose(f"{kind} in FAQ", "POST", "/v1/staff/faq", _raw(faq), is_half, "editor")
        body = f'{{"question": "演示{bad}"}}'
        for path in ("/v1/staff/answers", "/v1/staff/faq/draft"):
            yield Dose(f"{kind} to {path}", "POST", path, _raw(body), is_half, "editor")
        path = "/v1/staff/documents/caijin-2015-18/withdrawal"
        body = f'{{"reason": "演示{bad}"}}'
        yield Dose(f"{kind} in a reason", "POST", path, _raw(body), is_half, "editor")
    path = "/v1/staff/ingestions"
    for name in (
        "a\x00b.txt",
        "../../x.txt",
        ".txt",
        "长" * 300 + ".txt",
        "/etc/passwd.txt",
        "con",
    ):
        upload: dict[str, Any] = {"files": {"file": (name, b"x")}}
        yield Dose(f"file {name[:12]!r}", "POST", path, upload, as_who="editor")
    for region in ("\x00", "亚特兰蒂斯", "9" * 100):
        upload = {"files": {"file": ("a.txt", b"x")}, "data": {"region": region}}
        yield Dose(f"file for {region[:8]!r}", "POST", path, upload, True, "editor")
    headers = {"Content-Type": "multipart/form-data"}
    for content in (b"", b"--x", b"\x00" * 1000):
        broken = {"content": content, "headers": headers}
        yield Dose("a form without boundary", "POST", path, broken, True, "editor")
    bounded = {"Content-Type": "multipart/form-data; boundary=x"}
    broken = {
        "content": b"--x\r\nContent-Disposition: form-data; name=\xff\r\n",
        "headers": bounded,
    }
    yield Dose("a broken form", "POST", path, broken, True, "editor")


def _hooks() -> Iterator[Dose]:
    path = "/telegram/webhook"
    bodies = ("", "{", "null", "[]", "{}", '{"update_id": 1e30}', "[" * DEEP, '{"update_id": "x"}')
    huge = '{"update_id": 99999999999999999999999, "message": {}}'
    half = f'{{"update_id": 1, "message": {{"text": "{SURROGATE}"}}}}'
    for body in (*bodies, huge, half):
        yield Dose(f"webhook {body[:20]}", "POST", path, _raw(body), as_who="telegram")
    yield Dose("webhook without its secret", "POST", path, _raw("{}"), True)
