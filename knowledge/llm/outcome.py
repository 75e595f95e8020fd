"""How an attempt to have a model reword an answer, or read a message, ended."""

from enum import StrEnum

from knowledge.errors import KnowledgeError


class Outcome(StrEnum):
    """What is counted; none of it says anything about question or answer."""

    REWRITTEN = "rewritten"
    READ = "read"
    CANCELLED = "cancelled"
    # The model was not asked.
    BUSY = "busy"
    PAUSED = "paused"
    # The model did not answer as it should.
    TIMEOUT = "timeout"
    HTTP_ERROR = "http_error"
    UNREACHABLE = "unreachable"
    MALFORMED = "malformed"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    # What it wrote did not pass.
    WRONG_LINES = "wrong_lines"
    INVENTED_TOKEN = "invented_token"
    ALTERED_TOKEN = "altered_token"
    MOVED_TOKEN = "moved_token"
    DROPPED_WARNING = "dropped_warning"
    INVENTED_FIGURE = "invented_figure"
    FOREIGN_TEXT = "foreign_text"
    CHANGED_MEANING = "changed_meaning"
    LENGTH = "length"


class RewriteRejectedError(KnowledgeError):
    """The model's words must not be used; ``outcome`` says why, without any content."""

    code = "rewrite_rejected"

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.value)
        self.outcome = outcome
