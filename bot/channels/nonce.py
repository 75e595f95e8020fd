"""Lets the pages' own scripts run where the policy of an answer forbids all others.

The nonce (see ``api.headers``) is written into the framework's template, before a page is
filled in, so that no text of a person ever carries it.
"""

from jinja2.ext import Extension
from nicegui.client import templates

_SCRIPT = "<script"
_SCRIPT_WITH_NONCE = '<script nonce="{{ request.state.csp_nonce }}"'


class ScriptNonce(Extension):
    """Gives each script that a template itself holds the nonce of the answer."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return source.replace(_SCRIPT, _SCRIPT_WITH_NONCE)


def let_own_scripts_run() -> None:
    """Prepare the framework's template; to be called before the first page is made."""
    templates.env.add_extension(ScriptNonce)
