"""All tables of the API, for migrations."""

from api.applications import tables as applications
from api.branches import tables as branches
from api.conversations import tables as conversations
from api.db.base import Base
from api.documents import tables as documents

FEATURES = (applications, branches, conversations, documents)
metadata = Base.metadata
