"""What is told when a command cannot go on."""

from api.errors import SettingInvalidError
from api.texts import operator_text
from knowledge.kit.errors import ChuangdaiError


def sentence_on(error: Exception) -> str:
    """What happened and what to do, with the code that does not change."""
    # Here and not above: most commands end well.
    from api.db.faults import fault_of
    from api.error_handlers import log_incident

    known = error if isinstance(error, ChuangdaiError) else fault_of(error) or _setting_in(error)
    code, details = (known.code, str(known)) if known else ("internal", log_incident(error))
    title, advice = operator_text(code)
    return f"{title}：{advice}（{code}: {details}）"


def _setting_in(error: Exception) -> SettingInvalidError | None:
    """Which settings cannot be read, where that is what an error says; not what they hold."""
    from pydantic import ValidationError
    from pydantic_settings import BaseSettings

    if not isinstance(error, ValidationError):
        return None
    kinds = [BaseSettings]
    for kind in kinds:
        kinds += kind.__subclasses__()
    prefixes = [
        kind.model_config.get("env_prefix") for kind in kinds if kind.__name__ == error.title
    ]
    if not prefixes:
        return None
    fields = (str(fault["loc"][0]) for fault in error.errors() if fault["loc"])
    return SettingInvalidError(", ".join(f"{prefixes[0]}{field}".upper() for field in fields))
