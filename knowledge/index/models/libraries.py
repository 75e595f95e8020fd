"""Says in a sentence what is missing when the extra ``models`` is not installed."""

import importlib.util

from knowledge.errors import ModelError


def need(*names: str) -> None:
    """Make sure that libraries are there.

    Raises:
        ModelError: the extra ``models`` is not installed.
    """
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    if missing:
        raise ModelError(
            f"{', '.join(missing)} not installed: first install torch, then the extra 'models'"
        )
