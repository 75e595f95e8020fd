"""Makes the parts that the API is served by."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from api.applications.attachment_files import AttachmentFiles
from api.applications.attachments import AttachmentStore
from api.applications.finding import ApplicationFinder
from api.applications.personal_data import PersonalApplications
from api.applications.ports import EligibilityRules
from api.applications.preferred_branch import PreferredBranch
from api.applications.service import ApplicationService
from api.branches.service import BranchService
from api.branches.setup import branch_service
from api.conversations.retention import forget_conversations
from api.conversations.routes import ConversationStore
from api.db.engine import Database
from api.documents.registry import DocumentRegistry
from api.documents.store import DocumentStore
from api.faq.store import FaqStore
from api.keys.vault import Vault
from api.limits.quotas import Quotas
from api.limits.tally import Tally
from api.metrics import Metrics
from api.privacy.service import PrivacyService
from api.privacy.settings import RetentionSettings
from api.questions.log import QuestionLog
from api.questions.retention import forget_questions
from api.readiness import Readiness
from api.services import Services
from api.settings import ApiSettings
from api.staff.hashing import PasswordHashes
from api.staff.logins import StaffLogins, session_rules
from api.staff.service import StaffService
from api.storage import make_vault
from api.work import WorkPool
from knowledge.documents import PolicyDocument


def make_services(
    settings: ApiSettings,
    documents: Mapping[str, PolicyDocument],
    rules: EligibilityRules,
    metrics: Metrics,
    now: Callable[[], datetime],
) -> Services:
    """Everything that the routes of the API ask for, on one database.

    Raises:
        KeyUnreadableError: the data directory's keys cannot be read or made.
    """
    database, vault = Database(settings.url), make_vault(settings)
    work = WorkPool(settings, metrics)
    services = Services(
        database,
        vault,
        metrics,
        work,
        Readiness(database, settings.data_dir),
        QuestionLog(database, now, work, metrics.count_questions),
        branch_service(database, settings, now, work),
        make_privacy(database, vault, settings, now),
    )
    _add_documents(services, documents, now)
    _add_staff(services, settings, now)
    _add_applications(services, settings, rules, now)
    return services


def make_privacy(
    database: Database, vault: Vault, settings: ApiSettings, now: Callable[[], datetime]
) -> PrivacyService:
    """What serves people's rights to their data, for the API and for commands."""
    return PrivacyService(
        database,
        PersonalApplications(database, vault, _attachment_files(vault, settings, now)),
        {
            "conversation": partial(forget_conversations, database),
            "question": partial(forget_questions, database),
        },
        RetentionSettings(),
        now,
    )


def _add_documents(
    services: Services, documents: Mapping[str, PolicyDocument], now: Callable[[], datetime]
) -> None:
    database = services.get(Database)
    registry = DocumentRegistry(database, now)

    def live_documents() -> Mapping[str, PolicyDocument]:
        live = registry.live
        return {i: d for i, d in documents.items() if live is None or i in live}

    services.add(registry, DocumentStore(database, now), FaqStore(database, live_documents, now))


def _add_staff(services: Services, settings: ApiSettings, now: Callable[[], datetime]) -> None:
    database, hashes = services.get(Database), PasswordHashes()
    count = services.get(Metrics).count_login
    services.add(
        StaffService(database, now, hashes),
        StaffLogins(database, now, hashes, session_rules(settings), count),
    )


def _add_applications(
    services: Services,
    settings: ApiSettings,
    rules: EligibilityRules,
    now: Callable[[], datetime],
) -> None:
    database, vault = services.get(Database), services.get(Vault)
    quotas = Quotas(Tally(database, vault, now), settings)
    preferred = PreferredBranch(services.get(BranchService))
    applications = ApplicationService(database, vault, rules, preferred, quotas, now)
    files = _attachment_files(vault, settings, now)
    services.add(
        applications,
        ApplicationFinder(applications, database, vault, quotas, now),
        AttachmentStore(database, vault, files, settings, quotas, now),
        ConversationStore(database, vault, quotas, now),
    )


def _attachment_files(
    vault: Vault, settings: ApiSettings, now: Callable[[], datetime]
) -> AttachmentFiles:
    """The files that applicants handed in."""
    return AttachmentFiles(vault, settings.data_dir / "attachments", now)
