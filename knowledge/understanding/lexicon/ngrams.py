"""Character n-grams, by which texts are compared without a model."""

from collections import Counter


def ngrams(text: str) -> Counter[str]:
    """Character 1- to 3-grams, digits folded, with marks for start and end."""
    folded = "^" + "".join("0" if c.isdigit() else c for c in text.lower() if not c.isspace()) + "$"
    return Counter(folded[i : i + n] for n in (1, 2, 3) for i in range(len(folded) - n + 1))
