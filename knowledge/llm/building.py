"""Makes the rewriter that the settings ask for."""

from collections.abc import Callable
from importlib.util import find_spec

from knowledge.errors import LlmNotUsableError
from knowledge.llm.breaker import CircuitBreaker
from knowledge.llm.outcome import Outcome
from knowledge.llm.rewriter import AnswerRewriter
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
    # Here and not above: most installations have no model and need not load this.
    from knowledge.llm.model import OpenAICompatibleModel

    return AnswerRewriter(
        OpenAICompatibleModel(settings),
        CircuitBreaker(settings.max_failures, settings.pause_s),
        timeout_s=settings.timeout_s,
        max_running=settings.max_running,
        count=count,
    )


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
