"""Buttons of earlier steps: pressed again, they must do nothing and say so."""

import re

from tests.attack.arena import Arena
from tests.attack.catalogue import Finding, attack
from tests.attack.people import Chat, new_id_number, receipts_in

SAYS_SO = re.compile(r"按钮|过期|失效|过去|作废|先前|之前|重新选")


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
        for name, press in PRESSES.items():
            chat = Chat(client)
            problem = press(chat)
            if problem:
                wrong.append(f"{name}: {problem}")
            if not SAYS_SO.search(chat.shown):
                silent.append(name)
    said = f"{len(wrong)} of {len(PRESSES)} took effect ({'; '.join(wrong)}); "
    said += f"{len(silent)} said nothing of it"
    figures = {"pressed": len(PRESSES), "took_effect": wrong, "silent": silent}
    return Finding(not wrong and not silent, said, figures)


def _group_for_loans(chat: Chat) -> str:
    chat.fill_until("own_loans")
    chat.choose("pick:unemployed")
    return "" if chat.field == "own_loans" else f"then asks {chat.field}"


def _group_for_shop(chat: Chat) -> str:
    chat.fill_until("business_name")
    chat.choose("pick:unemployed")
    return "" if chat.field == "business_name" else f"then asks {chat.field}"


def _consent_for_marriage(chat: Chat) -> str:
    chat.fill_until("married")
    first = next(button for button in chat.offered if button.endswith("pick:yes"))
    chat.post(choice=first).raise_for_status()
    return "" if chat.field == "married" else f"then asks {chat.field}"


def _submit_in_edit(chat: Chat) -> str:
    chat.fill_until(id_number=new_id_number())
    offered = chat.button("submit")
    chat.say("修改电话")
    chat.post(choice=offered).raise_for_status()
    return "submitted with the wrong phone" if receipts_in(chat.shown) else ""


def _bare_submit_in_edit(chat: Chat) -> str:
    chat.fill_until(id_number=new_id_number())
    chat.say("修改电话")
    chat.post(choice="submit").raise_for_status()
    return "submitted with the wrong phone" if receipts_in(chat.shown) else ""


def _old_cancellation(chat: Chat) -> str:
    chat.fill_until("employees")
    chat.say("取消")
    offered = chat.button("cancel-yes")
    chat.say("继续")
    chat.answer_field()
    chat.post(choice=offered).raise_for_status()
    shown, replies = chat.shown, chat.replies
    chat.say("继续")
    problem = "" if chat.field is not None else f"the draft is gone: {shown[:40]}"
    chat.replies = replies
    return problem


PRESSES = {
    "人员类别 at 本人贷款 (D-10)": _group_for_loans,
    "人员类别 at 店名 (D-11)": _group_for_shop,
    "同意 at 已婚": _consent_for_marriage,
    "提交 while editing (D-12)": _submit_in_edit,
    "a bare submit while editing": _bare_submit_in_edit,
    "确定取消 after going on": _old_cancellation,
}
