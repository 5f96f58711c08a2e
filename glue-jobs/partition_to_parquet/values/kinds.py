"""What a raw value can be. Plain `str` is text (CSV, XML, a JSON string); the others keep a JSON value's literal."""

# Unicode's White_Space property.
WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"


class Number(str):
    """The literal of a JSON number, such as 1.10 or 1e3."""


class Truth(str):
    """The literal of a JSON boolean: true or false."""


class Nested(str):
    """The JSON text of an object or array."""


class Several(str):
    """An XPath found several nodes where the column can hold one; the text says how many, `json` is a list of them."""

    json: str

    def __new__(cls, text: str, json: str = "") -> "Several":
        made = super().__new__(cls, text)
        made.json = json
        return made


class Faulty(str):
    """What a reader found instead of a value; the text is the message, `code` the reject's."""

    code: str

    def __new__(cls, message: str, code: str = "malformed_record") -> "Faulty":
        made = super().__new__(cls, message)
        made.code = code
        return made


class Double(Number):
    """A number that XPath computed: from 2^53 on it stands for several, and only a floating type can hold it."""


class Bare(str):
    """The text that an XPath function made, such as string(v): in super it is JSON itself, as text from CSV is."""


class Marked(str):
    """The text of an XML element that has attributes too; `json` is the JSON text of both, for super."""

    json: str

    def __new__(cls, text: str, json: str) -> "Marked":
        made = super().__new__(cls, text)
        made.json = json
        return made


def quoted(text: str) -> str:
    """A value as messages show it: in quotes, cut after 100 characters."""
    return f"'{text}'" if len(text) <= 100 else f"'{text[:100]}…'"
