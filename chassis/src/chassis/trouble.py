"""What a person can mend."""


class Trouble(Exception):
    """Its text says what is wrong and what to do; a command ends with it, and not with a traceback."""
