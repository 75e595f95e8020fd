"""Makes the rewriter and the second reader that the settings ask for."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from knowledge.errors import LlmNotUsableError
from knowledge.llm.breaker import CircuitBreaker
from knowledge.llm.outcome import Outcome
from knowledge.llm.rewriter import AnswerRewriter
from knowledge.llm.second_reader import SecondReader
from knowledge.settings import LlmSettings


def build_rewriter(
    settings: LlmSettings, count: Callable[[Outcome], None]
) -> AnswerRewriter | None:
    """The rewriter, or None when no endpoint is configured.

    Raises:
        LlmNotUsableError: the settings are incomplete or a package is missing.
    """
    if not settings.base_url:
        return None
    check_usable(settings)
    return AnswerRewriter(**_parts(settings), count=count) if settings.rewrites else None


def build_second_reader(
    settings: LlmSettings, count: Callable[[Outcome], None]
) -> SecondReader | None:
    """The second reader, or None where none is asked for.

    Raises:
        LlmNotUsableError: the settings are incomplete or a package is missing.
    """
    if not settings.base_url or not settings.reads:
        return None
    check_usable(settings)
    return SecondReader(**_parts(settings), count=count)


def _parts(settings: LlmSettings) -> dict[str, Any]:
    # Here and not above: most installations have no model and need not load this.
    from knowledge.llm.model import OpenAICompatibleModel

    return {
        "model": OpenAICompatibleModel(settings),
        "breaker": CircuitBreaker(settings.max_failures, settings.pause_s),
        "timeout_s": settings.timeout_s,
        "max_running": settings.max_running,
    }


def check_usable(settings: LlmSettings) -> None:
    """Make sure that a configured model can be asked; does not ask it.

    Raises:
        LlmNotUsableError: what is amiss.
    """
    if not (settings.base_url or "").startswith(("http://", "https://")):
        raise LlmNotUsableError("CHUANGDAI_LLM_BASE_URL must begin with http:// or https://")
    if not settings.model:
        raise LlmNotUsableError("set CHUANGDAI_LLM_MODEL to the name of the model")
    if find_spec("langchain_openai") is None:
        raise LlmNotUsableError("install the extra: pip install 'chuangdai[llm]'")
