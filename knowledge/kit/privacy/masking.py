"""The one function by which personal data leaves a text."""

from knowledge.kit.privacy.addresses import find_addresses
from knowledge.kit.privacy.contacts import find_contacts
from knowledge.kit.privacy.names import find_names
from knowledge.kit.privacy.numbers import find_numbers
from knowledge.kit.privacy.spans import replace_spans
from knowledge.kit.privacy.spelling import plain_view
from knowledge.kit.texts import without_controls


def mask_personal_data(text: str) -> str:
    """The text with personal data replaced by labels such as ``[身份证号]``.

    Also without control characters and invisible ones, which could part a number. Masking
    twice changes nothing. Takes time in proportion to the length of the text.
    """
    text = without_controls(text)
    view = plain_view(text)
    numbers = [*find_numbers(view), *find_contacts(view)]
    names = find_names(text, numbers)
    return replace_spans(text, [*numbers, *names, *find_addresses(text, view)])
