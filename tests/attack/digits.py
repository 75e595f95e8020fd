"""One ID number in many scripts: the guard against a second application must not be fooled."""

from tests.attack.arena import Arena
from tests.attack.catalogue import Finding, attack
from tests.attack.people import Applicant, new_id_number


def _in_script(number: str, zero: str) -> str:
    return "".join(chr(ord(zero) + int(c)) if c.isdigit() else c for c in number)


def spellings(number: str) -> dict[str, str]:
    """The same number as people, keyboards and cheats write it."""
    full, arabic = _in_script(number, "０"), _in_script(number, "٠")
    return {
        "ASCII": number,
        "full-width": full,
        "Arabic-Indic": arabic,
        "Persian": _in_script(number, "۰"),
        "Devanagari": _in_script(number, "०"),
        "mathematical": _in_script(number, "𝟎"),
        "mixed": number[:6] + full[6:12] + arabic[12:],
        "spaced": f"{number[:6]} {number[6:14]} {number[14:]}",
        "wide spaces": "\u3000".join((number[:6], number[6:14], number[14:])),
        "dashed": f"{number[:6]}－{number[6:14]}–{number[14:]}",
        "zero-width": "\u200b".join(number),
        "one digit full-width": full[0] + number[1:],
        "full-width X": number[:-1] + "Ｘ",
        "Roman numeral ten": number[:-1] + "Ⅹ",
    }


@attack(
    "one ID number in many scripts",
    aim="hand in several applications for one ID number by full-width, Arabic and spaced digits",
    held_when="exactly one application is active",
    quick=True,
)
def many_scripts(arena: Arena) -> Finding:
    server = arena.plain()
    # The check digit X is the same in every script: such numbers pass a check of digits only.
    number = next(n for n in iter(new_id_number, "") if n.endswith("X"))
    active, errors = [], 0
    with server.client() as client:
        for name, spelling in spellings(number).items():
            person = Applicant(client, id_number=spelling)
            person.open().raise_for_status()
            filled = person.fill()
            done = person.submit() if filled.is_success else filled
            errors += done.status_code >= 500
            if done.is_success and person.view().json()["status"] == "submitted":
                active.append(name)
    said = f"{len(active)} active applications ({', '.join(active)})"
    said += f"; {errors} × 5xx" if errors else ""
    figures = {"spellings": len(spellings(number)), "active": active, "errors_5xx": errors}
    return Finding(len(active) == 1 and not errors, said, figures)
