"""What the network says of one text, by the names it has in the model file."""

from enum import StrEnum


class Output(StrEnum):
    """The order is that of the file."""

    SENTENCE = "sentence"  # unit vector of the text as the encoder makes it
    QUESTION = "question"  # unit vector to search with, of the message itself
    QUESTION_WHOLE = "question_whole"  # the same, of the message and what was said before
    PASSAGE = "passage"  # unit vector to be found by
    TAGS = "tags"  # for each character: outside, and begin and inside of each role
    ACT = "act"
    WHO = "who"  # nobody named, then each of Who
    GOES_ON = "goes_on"
    MATTERS = "matters"
    FORMS = "forms"  # for each matter
    ORDER = "order"  # where each matter is asked about, from 0 to 1
    PLAINNESS = "plainness"  # how plain it is that any matter is asked about
