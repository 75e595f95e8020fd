"""Errors of the knowledge package; see knowledge.kit.errors for the tree."""

from knowledge.kit.errors import ChuangdaiError


class KnowledgeError(ChuangdaiError):
    """Something is wrong with documents, parameters or the index."""

    code = "knowledge"


class CorpusError(KnowledgeError):
    """A corpus document breaks a rule of the corpus; the message lists every breach."""

    code = "corpus_invalid"


class ParameterError(KnowledgeError):
    """A parameter file breaks a rule; the message lists every breach."""

    code = "parameters_invalid"


class DocumentNotFoundError(KnowledgeError):
    """No live document has that id."""

    code = "document_not_found"


class ClauseNotFoundError(KnowledgeError):
    """A citation names a clause the corpus does not hold."""

    code = "clause_not_found"


class LlmNotUsableError(KnowledgeError):
    """A language model is configured, but not completely, or its packages are missing."""

    code = "llm_not_usable"


class UnknownRegionError(KnowledgeError):
    """A region was given that is no administrative division of China."""

    code = "unknown_region"


class ModelError(KnowledgeError):
    """A model cannot be read, or what it needs is not installed."""

    code = "model_unusable"


class IndexFailedError(KnowledgeError):
    """The vector store cannot be opened, searched or written; it can be made anew."""

    code = "index_failed"


class IndexInUseError(KnowledgeError):
    """Another process owns the index."""

    code = "index_in_use"
