"""Opens an index in a process of its own, where it may die: ``probe.py FOLDER COLLECTION``.

Ends with 0 when the vectors that are asked for are found. It imports nothing of the project,
so that it runs as a file wherever the project is installed.
"""

import sys

SAMPLES = 64
ALIKE = 0.01


def try_out(folder: str, name: str) -> bool:
    """Whether each vector of a sample is the nearest to itself."""
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(folder, Settings(anonymized_telemetry=False))
    if name not in [collection.name for collection in client.list_collections()]:
        return True
    collection = client.get_collection(name)
    ids = collection.get(include=[])["ids"]
    step = max(1, len(ids) // SAMPLES)
    sample = collection.get(ids=ids[::step], include=["embeddings"])["embeddings"]
    if not ids or sample is None:
        return not ids
    found = collection.query(query_embeddings=sample, n_results=1, include=["distances"])
    return all(row and row[0] < ALIKE for row in found["distances"] or [[]])


if __name__ == "__main__":
    sys.exit(0 if try_out(sys.argv[1], sys.argv[2]) else 1)
