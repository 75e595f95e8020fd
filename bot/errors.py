"""Errors of the bot; see knowledge.kit.errors for the tree."""

from knowledge.kit.errors import ChuangdaiError


class BotError(ChuangdaiError):
    """Something a channel cannot do."""

    code = "bot"


class InvalidMessageError(BotError):
    """A message is not exactly one of text, choice, location, attachment."""

    code = "invalid_message"


class UnknownConversationError(BotError):
    """A message names a conversation that was not begun with us."""

    code = "unknown_conversation"


class ChannelNotConfiguredError(BotError):
    """A channel lacks a setting; the message names it."""

    code = "channel_not_configured"


class MiniAppRefusedError(BotError):
    """What a page brought from Telegram is not signed for this bot, or too old."""

    code = "mini_app_refused"


class ConversationBusyError(BotError):
    """Too many messages of one conversation came at once."""

    code = "conversation_changed"
