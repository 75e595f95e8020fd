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


class ChuangdaiError(Exception):
    """Something this project could not do, with a stable ``code``.

    ``retry_after_s`` is when the same may be tried again.
    """

    code = "internal"
    retry_after_s: float | None = None
