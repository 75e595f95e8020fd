"""A person who talks to the assistant over HTTP."""

from typing import Any

import httpx


class Person:
    """Says things, presses what is offered, and looks at the replies."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self.conversation_id: str | None = None
        self.replies: list[dict[str, Any]] = []
        self.buttons: list[dict[str, str]] = []

    async def say(self, text: str | None = None, **said: Any) -> str:
        """Say one thing; returns all that is shown, as one text."""
        message = {"channel": "http", **said}
        if text is not None:
            message["text"] = text
        if self.conversation_id is not None:
            message["conversation_id"] = self.conversation_id
        response = await self._client.post("/v1/messages", json=message)
        assert response.status_code == 200, response.text
        self.conversation_id = response.json()["conversation_id"]
        self.replies = response.json()["replies"]
        self.buttons += [choice for reply in self.replies for choice in reply["choices"]]
        cards = [line for r in self.replies if r["card"] for line in r["card"]["lines"]]
        return "\n".join([*(r["text"] for r in self.replies), *cards])

    def button(self, name: str) -> str:
        """The id of the newest button whose label or id ends so, from whatever step."""
        return next(
            b["id"] for b in reversed(self.buttons) if b["label"] == name or b["id"].endswith(name)
        )

    async def press(self, name: str) -> str:
        """Press the newest button of that name, as :meth:`button` finds it."""
        return await self.say(choice=self.button(name))

    @property
    def field(self) -> str | None:
        """The form field asked for."""
        return next((r["field"] for r in reversed(self.replies) if r["field"]), None)

    async def fill(self, answers: dict[str, str]) -> str:
        """Answer the form's questions as they come, until none is asked."""
        shown = ""
        for _ in range(40):
            if self.field is None:
                return shown
            shown = await self.say(answers[self.field])
        raise AssertionError(f"the form does not end: {self.field}")


ANSWERS = {
    "consent": "同意",
    "region": "济宁市任城区",
    "group": "返乡农民工",
    "business_kind": "个体户",
    "business_name": "演示面馆",
    "trade": "开面馆",
    "started_on": "2025年3月",
    "employees": "3个人",
    "own_loans": "有",
    "own_loan_kinds": "房贷和消费贷",
    "own_consumer_amount": "3万",
    "married": "是",
    "spouse_loans": "没有",
    "amount_yuan": "二十万",
    "term_months": "三年",
    "use_of_funds": "进货",
    "guarantee": "不清楚",
    "name": "张演示",
    "id_number": "11010519491231002X",
    "phone": "13800000001",
    "branch": "跳过",
}
