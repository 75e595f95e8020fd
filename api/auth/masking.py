"""How personal values are shown: enough to recognise one's own, too little to use."""

from api.contract.forms.models import FieldKind, FieldValue


def mask(kind: FieldKind, value: FieldValue) -> FieldValue:
    """A personal value as it may be shown."""
    text = str(value)
    match kind:
        case FieldKind.ID_NUMBER:
            return f"{text[:3]}{'*' * 11}{text[-4:]}"
        case FieldKind.PHONE:
            return f"{text[:3]}****{text[-4:]}"
        case FieldKind.NAME:
            return text[0] + "*" * (len(text) - 1)
        case _:
            return "***"
