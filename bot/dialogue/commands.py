"""Words and buttons that mean a command wherever they come."""

import re
from enum import StrEnum

from knowledge.kit.digits import ascii_digits


class Command(StrEnum):
    """What a person can ask for at any time; the value is the button's id."""

    START = "start"
    HELP = "help"
    ASK = "ask"
    APPLY = "apply"
    RESUME = "resume"
    BRANCH = "branch"
    STATUS = "status"
    HANDOFF = "handoff"
    BACK = "back"
    PAUSE = "pause"
    CANCEL = "cancel"
    CANCEL_YES = "cancel-yes"
    REVIEW = "review"
    EDIT = "edit"
    SUBMIT = "submit"
    SKIP = "skip"
    DONE = "done"
    HANDOVER = "handover"
    MY_DATA = "my-data"
    COPY = "copy"
    ERASE = "erase"
    ERASE_YES = "erase-yes"


_WORDS = {
    # Telegram puts what a link carried behind the command; nothing here needs it.
    Command.START: r"/start(?: .{0,64})?|开始|菜单|首页",
    Command.HELP: r"/help|帮助|怎么用|使用说明",
    Command.APPLY: r"/apply|我要申请|申请贷款|开始申请|办理申请",
    Command.RESUME: r"/resume|继续|接着填|继续填|继续填写|继续申请",
    Command.BRANCH: r"/branch|找网点|附近网点|最近的网点|看能办的网点|网点",
    Command.STATUS: r"/status|查进度|进度|查询进度|办到哪一?步了?|申请进度",
    Command.HANDOFF: r"/staff|转人工|人工|人工服务|人工客服|找工作人员",
    Command.BACK: r"/back|返回|上一步|上一项|退回",
    Command.PAUSE: r"/pause|暂停|先不填了?|等会儿?再填|下次再填",
    Command.CANCEL: r"/cancel|取消|不办了|取消申请|不申请了|撤回申请",
    Command.CANCEL_YES: r"确定取消",
    Command.REVIEW: r"/review|查看|核对|查看申请|看看填的",
    Command.SUBMIT: r"/submit|提交|提交申请|确认提交",
    Command.SKIP: r"/skip|跳过",
    Command.MY_DATA: r"/mydata|我的资料|我的信息|我的个人信息|查看我的(?:资料|信息)",
    Command.COPY: r"(?:导出|下载|复制)(?:一份)?我的(?:资料|信息|个人信息|数据)",
    Command.ERASE: r"(?:删除|删掉|清除|注销)(?:所有)?我的(?:资料|信息|个人信息|数据)",
    Command.ERASE_YES: r"确定删除",
    Command.HANDOVER: r"/handover|续办码|换个渠道|换渠道|换个地方填|换手机填",
}
_PATTERNS = {command: re.compile(rf"(?:{words})[。.!！]?") for command, words in _WORDS.items()}
_EDIT = re.compile(r"(?:/edit|修改|更改|改)\s*(?:一下)?(.{0,12})")
_CODE = re.compile(
    r"[/／].*|(?:[0-9a-f]{6}\.)?(?:pick|edit|choose|place|branch|helped|unhelpful):.*"
    r"|[0-9a-f]{6}\.[a-z-]+",
    re.DOTALL,
)
_HANDOVER = re.compile(r"续办[\s:：]*([A-Za-z2-9]{5})[-\s]?([A-Za-z2-9]{5})")


def command_of(text: str) -> Command | None:
    """The command that a whole message means, if it means one."""
    return next((c for c, pattern in _PATTERNS.items() if pattern.fullmatch(text)), None)


def edit_target(text: str) -> str | None:
    """What is to be changed, from words such as 修改电话; empty when it is left open."""
    match = _EDIT.fullmatch(text)
    return match[1].strip("。 ") if match else None


def is_code(text: str) -> bool:
    """Whether words are a command nobody knows or the id of a button: no answer to anything."""
    return bool(_CODE.fullmatch(text)) or text in set(Command)


def handover_code(text: str) -> str | None:
    """The code in words such as 续办 ABCDE-FGHJK."""
    match = _HANDOVER.search(ascii_digits(text))
    return f"{match[1]}-{match[2]}".upper() if match else None
