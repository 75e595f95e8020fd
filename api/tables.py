"""All tables of the API, for what works on every one: migrations, the rotation of keys."""

from api.applications import tables as applications
from api.branches import tables as branches
from api.conversations import tables as conversations
from api.db.base import Base
from api.documents import tables as documents
from api.faq import tables as faq
from api.keys import tables as keys
from api.limits import tables as limits
from api.privacy import tables as privacy
from api.questions import tables as questions
from api.staff import tables as staff

FEATURES = (
    applications,
    branches,
    conversations,
    documents,
    faq,
    keys,
    limits,
    privacy,
    questions,
    staff,
)
metadata = Base.metadata
