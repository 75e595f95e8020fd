"""What an applicant says lies nowhere in plain, and one person is one however a number is typed."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trials
from hypothesis import strategies as st

from tests.factories import id_number
from tests.fakes.looking import said
from tests.integration.test_applications import CONSENT, open_draft, submit
from tests.unit.knowledge.test_digits import spelled

MARKED = {
    "business_name": "标记店名甲乙",
    "trade": "标记行当丙丁",
    "use_of_funds": "标记用途戊己",
    "name": "标记",
    "own_loans": True,
    "own_loan_kinds": ["consumer"],
    "own_consumer_amount": 13_145_720,
    "amount_yuan": 21_761_390,
    "started_on": "2023-07-29",
}
SECRETS = [
    "标记店名",
    "标记行当",
    "标记用途",
    "标记",
    "13145720",
    "21761390",
    "2023-07-29",
    "own_consumer_amount",
    id_number(1),
    id_number(1)[:14],
    "13800000001",
    "标记对话",
    "marked-file",
]


async def test_nothing_an_applicant_said_lies_in_plain(anyone, channel, settings, tmp_path):
    application_id, headers = await open_draft(anyone, **MARKED)
    await anyone.post(
        f"/v1/applications/{application_id}/attachments",
        content=b"%PDF-1.7 marked-file",
        headers=headers,
    )
    state = {"history": [{"role": "user", "content": "标记对话"}]}
    await channel.put("/v1/conversations/telegram:1", json={"version": 0, "state": state})
    done = await submit(anyone, application_id, headers, key="k", json={"note": "标记店名甲乙"})
    await channel.get(
        "/v1/applications/by-receipt",
        params={"receipt": done.json()["receipt"], "phone_last4": "0001"},
    )

    lies = said(settings.url, tmp_path)

    assert done.status_code == 200
    assert application_id in lies  # it looked where things lie
    assert [secret for secret in SECRETS if secret in lies] == []


async def test_one_person_does_not_get_several_applications_by_other_digits(anyone):
    number = id_number(1)
    spellings = [
        number,
        number.translate({ord(d): chr(ord("０") + int(d)) for d in "0123456789"}),
        number.translate({ord(d): chr(0x0660 + int(d)) for d in "0123456789"}),
        number[:-1].translate({ord(d): chr(0x0660 + int(d)) for d in "0123456789"}) + number[-1],
        f"{number[:6]} {number[6:14]}-{number[14:]}",
        "\u200b".join(number),
    ]
    answers = []
    for spelling in spellings:
        application_id, headers = await open_draft(anyone, id_number=spelling)
        answers.append(await submit(anyone, application_id, headers))

    assert [answer.status_code for answer in answers] == [200, 409, 409, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers[1:]} == {"duplicate_application"}


@trials(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_a_number_is_shown_as_it_is_kept_however_it_is_typed(anyone, data):
    typed = data.draw(spelled(id_number(7)))

    application_id, headers = await open_draft(anyone, serial=7, id_number=typed)
    view = (await anyone.get(f"/v1/applications/{application_id}", headers=headers)).json()

    assert view["answers"]["id_number"] == f"{id_number(7)[:3]}{'*' * 11}{id_number(7)[-4:]}"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("id_number", "370899900101001", "id_number_old"),
        ("id_number", "３７０８９９９００１０１００１", "id_number_old"),
        ("id_number", id_number()[:-1], "not_an_id_number"),
        ("id_number", id_number() + "1", "not_an_id_number"),
        ("id_number", "三七〇八九九一九九〇〇一〇一〇〇一", "not_an_id_number"),
        ("id_number", "X" + id_number()[1:], "not_an_id_number"),
        ("id_number", "", "not_an_id_number"),
        ("phone", "1380000000①", None),
        ("phone", "+86 １３８-0000-0001", None),
        ("phone", "008613800000001", None),
        ("phone", "8613800000001", None),
        ("phone", "86138000000", "not_a_phone"),
        ("phone", "138000000011", "not_a_phone"),
    ],
)
async def test_lengths_and_spellings_of_numbers(anyone, field, value, code):
    created = (await anyone.post("/v1/applications", json={})).json()
    answer = await anyone.patch(
        f"/v1/applications/{created['id']}",
        json={"answers": {"consent": True, field: value}, "consent_version": CONSENT},
        headers={"Authorization": f"Bearer {created['token']}"},
    )

    codes = [issue["code"] for issue in answer.json().get("issues", [])]
    assert codes == ([code] if code else [])


async def test_a_receipt_is_found_however_it_is_typed(anyone, channel):
    application_id, headers = await open_draft(anyone)
    receipt = (await submit(anyone, application_id, headers)).json()["receipt"]
    full_width = receipt.translate({ord(c): ord(c) + 0xFEE0 for c in receipt})

    for typed in (receipt.lower(), f" {receipt} ", receipt.replace("-", ""), full_width):
        found = await channel.get(
            "/v1/applications/by-receipt", params={"receipt": typed, "phone_last4": "0001"}
        )
        assert found.json().get("id") == application_id, typed
