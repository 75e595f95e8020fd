"""Buttons of earlier steps: pressed again, they must do nothing and say so."""

import re
from collections.abc import Callable

from tests.attack.arena import Arena
from tests.attack.catalogue import Finding, attack
from tests.attack.people import Chat, new_id_number, receipts_in

SAYS_SO = re.compile(r"按钮|过期|失效|过去|作废|先前|之前|重新选")


# What a person has done before an old button is pressed: the button, and the field that must
# still be asked for; None while a finished form is edited, where nothing may be handed in.
Scene = Callable[[Chat], tuple[str, str | None]]


@attack(
    "old buttons",
    aim="press buttons of earlier steps: 人员类别 at another question, 提交 amid an edit",
    held_when="none changes or submits anything, each says that it is out of date",
    quick=True,
)
def press_old_buttons(arena: Arena) -> Finding:
    server = arena.plain()
    wrong, silent = [], []
    with server.client() as client:
        for name, scene in SCENES.items():
            chat = Chat(client)
            button, asked = scene(chat)
            response = chat.post(choice=button)
            if response.is_client_error:
                continue  # refused, with a problem that says why
            says_so = SAYS_SO.search(chat.shown) is not None
            if problem := _effect(chat, asked):
                wrong.append(f"{name}: {problem}")
            elif not says_so:
                silent.append(name)
    said = f"{len(wrong)} of {len(SCENES)} took effect ({'; '.join(wrong)}); "
    said += f"{len(silent)} said nothing of it"
    figures = {"pressed": len(SCENES), "took_effect": wrong, "silent": silent}
    return Finding(not wrong and not silent, said, figures)


def _effect(chat: Chat, asked: str | None) -> str:
    """What the button did; empty when the form still asks for the same."""
    if receipts_in(chat.shown):
        return "submitted"
    if chat.field is None:
        chat.say("继续")
    return "" if asked in (None, chat.field) else f"then asks {chat.field}"


def _group_for_loans(chat: Chat) -> tuple[str, str | None]:
    chat.fill_until("own_loans")
    return chat.button("pick:unemployed"), "own_loans"


def _group_for_shop(chat: Chat) -> tuple[str, str | None]:
    chat.fill_until("business_name")
    return chat.button("pick:unemployed"), "business_name"


def _consent_for_marriage(chat: Chat) -> tuple[str, str | None]:
    chat.fill_until("married")
    return next(button for button in chat.offered if button.endswith("pick:yes")), "married"


def _submit_in_edit(chat: Chat) -> tuple[str, str | None]:
    chat.fill_until(id_number=new_id_number())
    chat.say("修改电话")
    return chat.button("submit"), None


def _bare_submit_in_edit(chat: Chat) -> tuple[str, str | None]:
    _submit_in_edit(chat)
    return "submit", None


def _old_cancellation(chat: Chat) -> tuple[str, str | None]:
    chat.fill_until("employees")
    chat.say("取消")
    chat.say("继续")
    chat.answer_field()
    return chat.button("cancel-yes"), chat.field


SCENES: dict[str, Scene] = {
    "人员类别 at 本人贷款 (D-10)": _group_for_loans,
    "人员类别 at 店名 (D-11)": _group_for_shop,
    "同意 at 已婚": _consent_for_marriage,
    "提交 while editing (D-12)": _submit_in_edit,
    "a bare submit while editing": _bare_submit_in_edit,
    "确定取消 after going on": _old_cancellation,
}
