"""Random XML files and contracts for them: regular records, and every kind of record that is not."""

import random

from batches import column, contract

_TEXTS = ["a", "name 7", "", " b ", "&amp;", "x &lt; y", "&#233;&#x1F600;", "é", "1 > 0", "tab\there", "line\nbreak", "12.50", "{}", "&#13;\r\n", "]]"]
_SPECIALS = ["<![CDATA[<b>&amp;]]>", "<!-- <row> -->", "<?p x?>", "<![CDATA[]]>", "a<!-- c -->b"]
_FAULTS = ["&nbsp;", "<b>", "</b>", "&", "<row>", "]]>", "<!-- -- -->", "\x01", "&#0;", "<", "<a b=c/>", "<q:a/>"]
_NAMES = ["name", "a", "b", "note", "other"]


class Files:
    """Makes contracts and documents from one seed."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)
        chance = self.chance
        # Some documents are clean, some have one kind of oddity, some all.
        self.odd = chance.choice([0, 0, 0.02, 0.2])
        self.faulty = chance.choice([0, 0, 0.01, 0.1])
        self.prefix = chance.choice(["", "", "", "p:"])
        self.names = chance.choice([["row"], ["row"], ["row", "item"]])
        self.bound = chance.random() < 0.2
        self.line_end = chance.choice(["\n", "\n", "", "\r\n"])

    def contract(self) -> dict:
        """A compiled contract."""
        chance = self.chance
        own = "n:" if self.bound else chance.choice(["", "", "x:"])
        paths = ["@id", "@kind", f"{own}name", f"{own}a/{own}b", f"{own}a/@c", f"{own}a/{own}b/@c", f"{own}note", "$element", "../@kind", "/all/@kind"]
        if chance.random() < 0.1:
            paths += ["string(note)", "count(*)", "preceding-sibling::row[1]/@id"]
        columns = []
        for number, path in enumerate(chance.sample(paths, chance.randrange(1, 6))):
            kind = chance.choice(["varchar(40)", "varchar(40)", "integer", "decimal(8,2)", "super", "char(3)"])
            more = {"empty": "keep"} if chance.random() < 0.2 else {}
            if kind == "varchar(40)" and chance.random() < 0.2:
                more["as"] = "json"
            if chance.random() < 0.1:
                more["trim"] = False
            columns.append(column(f"c{number}", kind, **{"from": path}, **more))
        record = [f"n:{name}" if self.bound else name for name in self.names]
        form = {"type": "xml", "record": record, "namespaces": {"n": "urn:n"} if self.bound else {}}
        return contract(form, columns, unknown_columns=chance.choice(["warn", "warn", "warn", "refuse"]))

    def document(self) -> bytes:
        """A file's bytes."""
        chance = self.chance
        declared = ' xmlns="urn:n"' if self.bound and not self.prefix else ""
        declared += ' xmlns:p="urn:n" xmlns:r="urn:r"' if self.prefix or chance.random() < 0.2 else ""
        head = chance.choice(["", '<?xml version="1.0"?>', "<!DOCTYPE all>", "<!-- <row> -->"])
        groups = "".join(self._group() for _ in range(chance.choice([1, 1, 1, 3, 12])))
        text = f'{head}<{self.prefix}all kind="k"{declared}>{groups}</{self.prefix}all>'
        if chance.random() < 0.02:
            text = text[: chance.randrange(len(text))]
        return text.encode() if chance.random() < 0.99 else text.encode().replace(b"a", b"\xff", 1)

    def _group(self) -> str:
        chance = self.chance
        records = []
        for _ in range(chance.choice([0, 1, 5, 30])):
            records.append(self._record())
            records.append(self.line_end if chance.random() > self.odd else chance.choice(["text", "<!-- c -->", "<x/>", " \t", "<![CDATA[ ]]>"]))
        body = "".join(records)
        if chance.random() < 0.5:
            return body
        kind = chance.choice(["", ' kind="g"', ' kind="&amp;"', " xmlns:s='urn:s'"])
        return f"<{self.prefix}group{kind}>{body}</{self.prefix}group>"

    def _record(self) -> str:
        chance = self.chance
        name = self.prefix + chance.choice(self.names)
        if chance.random() < self.odd / 4:
            name = "r:" + name.rpartition(":")[2]
        attributes = "".join(self._attribute(each) for each in chance.sample(["id", "kind", "other"], chance.choice([0, 1, 1, 2])))
        if chance.random() < self.odd:
            attributes += chance.choice([" xmlns='urn:m'", " xmlns:z='urn:z'", " p:id='9'", " xml:lang='en'", " id='twice'", " at='10:11'", " x='>'", "\n"])
        if chance.random() < 0.1:
            return f"<{name}{attributes}/>"
        children = "".join(self._child(each, 0) for each in _NAMES if chance.random() < 0.6)
        text = f"<{name}{attributes}>{children}</{name}>"
        if chance.random() < self.faulty:
            at = chance.randrange(len(text))
            text = text[:at] + chance.choice([*_FAULTS, ""]) + text[at + chance.choice([0, 0, 1, 5]) :]
        return text

    def _attribute(self, name: str) -> str:
        chance = self.chance
        value = chance.choice([text for text in _TEXTS if "<" not in text])
        quote = '"' if chance.random() > self.odd else "'"
        blank = " " if chance.random() > self.odd else chance.choice(["  ", "\n", "\t"])
        return f"{blank}{name}{chance.choice(['=', '=', ' = '])}{quote}{value}{quote}"

    def _child(self, name: str, depth: int) -> str:
        chance = self.chance
        tag = self.prefix + name
        if chance.random() < self.odd / 4:
            tag = chance.choice(["r:", "u:", "xml:"]) + name
        attributes = self._attribute("c") if chance.random() < 0.2 else ""
        if chance.random() < 0.1:
            return f"<{tag}{attributes}/>"
        inner = chance.choice(_TEXTS)
        if chance.random() < self.odd:
            inner = chance.choice([*_SPECIALS, "<x>" * 105 + "</x>" * 105, f"<{self.prefix}row id='5'/>" if chance.random() < 0.1 else "z"])
        if (name == "a" and depth == 0) or chance.random() < self.odd:
            inner = "".join(self._child("b", depth + 1) for _ in range(chance.choice([1, 1, 1, 0, 2]))) if depth < 3 else inner
        once = f"<{tag}{attributes}>{inner}</{tag}>"
        return once * 2 if chance.random() < self.odd else once
