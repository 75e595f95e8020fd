"""The root of every error this project raises.

    ChuangdaiError
    ├── knowledge.errors …   corpus, parameters, index
    ├── api.errors …         applications, branches, access
    ├── ingest.errors …      loaders
    └── bot.errors …         channels

``code`` is stable: it picks the user's sentence from the catalog and is the
``code`` member of problem+json. The message is English, for logs only, and
never carries personal data.
"""

from collections.abc import Mapping


class ChuangdaiError(Exception):
    """Something this project could not do, with a stable ``code``.

    ``told`` are the figures that its sentence tells, ``retry_after_s`` is when to try again.
    """

    code = "internal"
    told: Mapping[str, object] = {}
    retry_after_s: float | None = None
