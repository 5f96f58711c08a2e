"""What a raw value can be. Plain `str` is text (CSV, XML, a JSON string); the others keep a JSON value's literal."""


class Number(str):
    """The literal of a JSON number, such as 1.10 or 1e3."""


class Truth(str):
    """The literal of a JSON boolean: true or false."""


class Nested(str):
    """The JSON text of an object or array."""


class Several(str):
    """An XPath found several nodes where the column can hold one; the text says how many."""


def quoted(text: str) -> str:
    """A value as messages show it: in quotes, cut after 100 characters."""
    return f"'{text}'" if len(text) <= 100 else f"'{text[:100]}…'"
