"""Which language somebody wrote in, for the reply: Dutch or English, and Dutch where that is not plain."""

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

DUTCH, ENGLISH = "nl", "en"
SURE = 0.95
FEWEST_WORDS = 3
"""A word or two are often the same in both, or a name."""


def detect(story: str) -> str:
    if len(story.split()) < FEWEST_WORDS:
        return DUTCH
    language, share = model().classify(story)
    return ENGLISH if language == ENGLISH and share >= SURE else DUTCH


@cache
def model() -> LanguageIdentifier:
    """It takes a second to read: asked for at the start, so that no reporter waits for it."""
    found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    found.set_languages([DUTCH, ENGLISH])
    return found
