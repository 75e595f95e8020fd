"""A data folder and database as the version before sealed answers left them.

Written down as that version wrote: plain answers beside a sealed personal part that is bound to
a word only, keys derived from the one key in the data folder, numbers in the digits they were
typed in.
"""

import hashlib
import hmac
import json
import os
import uuid
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from sqlalchemy import Connection, create_engine, text

from api.db.migrate import upgrade
from tests.factories import personal_answers
from tests.fakes.looking import sync_url

PERSONAL = ("name", "id_number", "phone")
AT = "2026-11-20 08:00:00+00:00"
PDF = b"%PDF-1.7 " + "演示附件标记".encode()


@dataclass
class OldInstallation:
    """Fill it, then let this version open it."""

    database_url: str
    data_dir: Path
    secret: str = "the-key-that-version-made-at-its-first-start"
    applications: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        keys = self.data_dir / "keys"
        keys.mkdir(parents=True)
        (keys / "encryption").write_text(self.secret)
        (self.data_dir / "attachments").mkdir()
        self.engine = create_engine(sync_url(self.database_url))
        with self.engine.begin() as connection:
            upgrade(connection, "0004")
        if self.engine.dialect.name == "sqlite":
            with self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")

    def submit(self, serial: int = 1, *, receipt: int = 1, **changes: object) -> str:
        """An application handed in, with its submission and a file; its id."""
        return self.submit_many([(serial, receipt)], **changes)[0]

    def submit_many(self, numbers: list[tuple[int, int]], **changes: object) -> list[str]:
        """Serials of persons and receipts; one in ten has a file."""
        ids = []
        with self.engine.begin() as connection:
            for serial, receipt in numbers:
                answers = personal_answers(serial, **changes)
                rows = self._rows(answers, receipt)
                ids.append(rows["id"])
                connection.execute(text(_APPLICATION), rows)
                connection.execute(text(_SUBMISSION), rows)
                if receipt % 10 == 1:
                    self._attach(connection, f"{receipt:032d}", rows)
        self.applications += ids
        return ids

    def _attach(self, connection: Connection, name: str, rows: dict[str, object]) -> None:
        connection.execute(text(_ATTACHMENT), rows | {"attachment": name})
        (self.data_dir / "attachments" / name).write_bytes(self._seal(PDF, name))

    def converse(self, conversation_id: str, state: dict[str, object]) -> None:
        """A conversation remembered."""
        key = self._fingerprint(conversation_id, "conversation")
        sealed = b64encode(self._seal(json.dumps(state).encode(), key)).decode()
        with self.engine.begin() as connection:
            connection.execute(text(_CONVERSATION), {"key": key, "state": sealed, "at": AT})

    def _rows(self, answers: dict[str, object], receipt: int) -> dict[str, object]:
        plain = {k: v for k, v in answers.items() if k not in PERSONAL}
        personal = {k: v for k, v in answers.items() if k in PERSONAL}
        sealed = self._seal(json.dumps(personal).encode(), "personal")
        number = f"CD20261120-{receipt:06d}-0"
        id_ = uuid.uuid4().hex
        view = {
            "id": id_,
            "form": "personal",
            "form_version": "2026-11",
            "status": "submitted",
            "step": None,
            "answers": plain,
            "missing": [],
            "receipt": number,
            "created_at": "2026-11-20T08:00:00Z",
            "updated_at": "2026-11-20T08:00:00Z",
        }
        return {
            "id": id_,
            "plain": json.dumps(plain, ensure_ascii=False),
            "personal": b64encode(sealed).decode(),
            "token_hash": hashlib.sha256(id_.encode()).hexdigest(),
            "applicant_key": self._fingerprint(str(answers["id_number"]), "applicant"),
            "phone_key": self._fingerprint(str(answers["phone"])[-4:], "phone-last4"),
            "receipt": number,
            "view": json.dumps(view, ensure_ascii=False),
            "body_hash": hashlib.sha256(b"").hexdigest(),
            "at": AT,
        }

    def _seal(self, plain: bytes, purpose: str) -> bytes:
        nonce = os.urandom(12)
        return nonce + AESGCM(self._derive(b"seal")).encrypt(nonce, plain, purpose.encode())

    def _fingerprint(self, value: str, purpose: str) -> str:
        message = f"{purpose}:{value}".encode()
        return hmac.new(self._derive(b"fingerprint"), message, hashlib.sha256).hexdigest()

    def _derive(self, use: bytes) -> bytes:
        root = hashlib.sha256(self.secret.encode()).digest()
        return HKDFExpand(SHA256(), 32, use).derive(root)


_APPLICATION = """
INSERT INTO applications (id, form, form_version, product, status, channel, token_hash, answers,
  personal, consent_version, consented_at, applicant_key, phone_key, receipt, reasons,
  created_at, updated_at)
VALUES (:id, 'personal', '2026-11', 'personal_startup_loan', 'submitted', 'api', :token_hash,
  :plain, :personal, '2026-11', :at, :applicant_key, :phone_key, :receipt, '[]', :at, :at)
"""
_SUBMISSION = """
INSERT INTO idempotency_keys (key, application_id, body_hash, response, created_at)
VALUES ('k1', :id, :body_hash, :view, :at)
"""
_ATTACHMENT = """
INSERT INTO attachments (id, application_id, media_type, size, created_at)
VALUES (:attachment, :id, 'application/pdf', 25, :at)
"""
_CONVERSATION = """
INSERT INTO conversations (key, version, state, updated_at) VALUES (:key, 1, :state, :at)
"""
