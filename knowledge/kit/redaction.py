"""What a line of the log may say: the last resort, whatever message or library it comes from.

Beside personal data (:mod:`.privacy`) nothing that opens a door or follows a person is told:
queries of addresses, tokens, names of conversations and sessions, values inside errors.
"""

import re
from types import TracebackType

from knowledge.kit.errors import ChuangdaiError
from knowledge.kit.privacy import mask_personal_data

OURS = ("api", "bot", "ingest", "knowledge")
LONGEST = 1000
_FRAMES = 6
_QUERY = re.compile(r"(?<=\S)[?#][^\s\"'<>?#]+")
# Words in an address: it may be a path that nobody serves, made of what somebody said.
_ADDRESS = re.compile(r"https?://[^\s\"'<>]+")
_WORDS = re.compile(r"[^\x00-\x7f…]+|(?:%[0-9A-Fa-f]{2})+")
_CREDENTIALS = re.compile(r"(?<=://)[^\s/@]{1,300}@")
_AUTHORIZATION = re.compile(r"(?i)\b(bearer|basic|cookie|authorization)\b([:= ]+)\S+")
_BOT_TOKEN = re.compile(r"(?<![0-9])[0-9]{6,12}:[A-Za-z0-9_-]{20,}")
_CONVERSATION = re.compile(
    r"\b(telegram|web|http|console|browser|wechat|wecom|miniprogram)[:-](?!/)[^\s\"',/)]+"
)
_OPAQUE = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{20,}")
_ERROR_LINE = re.compile(
    r"^([A-Za-z_][\w.]*(?:Error|Exception|Group|Exit))(?=[:\s]|$)", re.MULTILINE
)
_HEX = re.compile(r"[0-9a-fA-F-]+")


def redact(text: str) -> str:
    """The text as it may be logged: on one line of at most :data:`LONGEST` characters."""
    text = text[: 2 * LONGEST].replace("\r", " ").replace("\n", " ")
    text = _QUERY.sub("?…", text)
    text = _ADDRESS.sub(lambda found: _WORDS.sub("…", found[0]), text)
    text = _CREDENTIALS.sub("[secret]@", text)
    text = _BOT_TOKEN.sub("[token]", text)
    text = _AUTHORIZATION.sub(r"\1\2[secret]", text)
    text = _CONVERSATION.sub(r"\1:[conversation]", text)
    text = _OPAQUE.sub(lambda found: "[id]" if _is_opaque(found[0]) else found[0], text)
    return mask_personal_data(text)[:LONGEST]


def failure_of(error: BaseException) -> str:
    """The kinds of an error and of what caused it, and where it arose; none of its values.

    The message of an error of this project is written for logs; that of any other may quote
    what a person said.
    """
    kinds: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(kinds) < _FRAMES:
        kinds.append(kind_of(cause))
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return " at ".join(filter(None, (" < ".join(kinds), _where(error.__traceback__))))


def _where(trace: TracebackType | None) -> str:
    """Where an error arose: the innermost frame, and the frames of this project before it."""
    frames = []
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__"))
        name = f"{module}.{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}"
        frames.append((name, is_ours(module)))
        trace = trace.tb_next
    told = [name for name, ours in frames[:-1] if ours][-_FRAMES:]
    return " < ".join(reversed([*told, *(name for name, _ in frames[-1:])]))


def first_line(message: str) -> str:
    """The first line of a library's message; of a traceback in it the kinds of errors.

    What follows the first line is an error with its values, or what the library was given.
    """
    first, _, rest = message.partition("\n")
    if not first.startswith("Traceback"):
        return first
    return " < ".join(["Traceback", *reversed(_ERROR_LINE.findall(rest))])


def kind_of(error: BaseException) -> str:
    """What an error is called; of a group also what it holds."""
    name = type(error).__name__
    if isinstance(error, ChuangdaiError):
        return f"{name}: {redact(str(error))}" if str(error) else name
    if isinstance(error, BaseExceptionGroup):
        return f"{name}({', '.join(kind_of(inner) for inner in error.exceptions[:_FRAMES])})"
    if isinstance(error, OSError) and error.strerror:
        return f"{name}: {error.strerror}"  # No space left on device; not which file
    return name


def is_ours(module: str) -> bool:
    """Whether a module, or the logger named after it, is one of this project."""
    return module.partition(".")[0] in OURS


def _is_opaque(word: str) -> bool:
    """Whether a long word looks drawn by lot: a token, an id, a hash, a UUID."""
    has_digit = any(sign.isdigit() for sign in word)
    mixes_cases = word != word.lower() and word != word.upper()
    return has_digit and (mixes_cases or _HEX.fullmatch(word) is not None)
