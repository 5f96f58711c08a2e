"""Random JSON files and contracts for them: regular records, and every kind of record that is not."""

import json
import random

from batches import column, contract

_TEXTS = ["a", "name 7", "", " b ", "é", "\U0001f600", 'quote "', "back\\slash", "new\nline", "2026-01-02", "2026-01-02T03:04:05Z", "true", "12.50", "\u2028"]
_NUMBERS = ["0", "-0", "7", "1.10", "1e3", "1E+2", "12345678901234567890123.4500", "-5.0", "1700000000000", "99999999999", "0.0"]
_NESTED = ["{}", "[]", '{"k": [1, {"z": null}]}', '[\n1]', '"\\u0041\\/"', '"\\u0000"', '{"b": "x"}', '{"b": 5}', "[7, 8]"]
_FAULTS = ['"\\ud800"', "01", "nul", "'a'", '"\x01"', "NaN", "{", "}", '"', "1,", "", '"\\x"', "-", "[" * 105 + "]" * 105, '{"a":' * 104 + "1" + "}" * 104]
_MEMBERS = ["id", "name", "a", "at", "note", "größe", 'odd "']
_PATHS = ["id", "name", "a", "a.b", "at", "note", "größe", "['odd \"']", "note.k[0]", "a[0]", "missing"]


class Files:
    """Makes contracts and documents from one seed."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)
        chance = self.chance
        self.odd = chance.choice([0, 0, 0.02, 0.2])
        self.faulty = chance.choice([0, 0, 0.01, 0.1])
        self.shape = chance.choice(["lines", "lines", "document", "star", "concatenated", "lines of records"])
        self.has_simple_paths = chance.random() < 0.7
        # In most files a member has values of one kind.
        self.kinds = {name: chance.choice(["text", "number", "mixed"]) for name in _MEMBERS}

    def contract(self) -> dict:
        """A compiled contract."""
        chance = self.chance
        paths = _PATHS[:4] + _PATHS[4:7] if self.has_simple_paths else _PATHS
        around = {"star": ["$1", "../x", "$document.made"], "lines of records": ["../x", "$document.made"], "document": ["$document.made", "$value"]}
        paths = [*paths, *([chance.choice(around[self.shape])] if self.shape in around and chance.random() < 0.5 else [])]
        columns = []
        for number, path in enumerate(chance.sample(paths, chance.randrange(1, 6))):
            kind = chance.choice(["varchar(40)", "varchar(40)", "integer", "decimal(8,2)", "super", "timestamp", "boolean", "double precision", "date"])
            more = {}
            if kind == "varchar(40)":
                more = chance.choice([{}, {}, {"as": "json"}, {"case": "lower"}, {"empty": "keep"}])
            if kind == "timestamp" and chance.random() < 0.3:
                more["parse"] = "epoch_millis"
            if chance.random() < 0.1:
                more["null"] = ["7", "a"]
            columns.append(column(f"c{number}", kind, **{"from": path}, **more))
        records = {"document": "rows", "star": "shops.*.rows", "lines of records": "rows"}.get(self.shape)
        form = {
            "type": "json", "records": records, "concatenated": self.shape == "concatenated", "lines": self.shape.startswith("lines"),
        }  # fmt: skip
        return contract(form, columns, unknown_columns=chance.choice(["warn", "warn", "warn", "refuse"]))

    def document(self) -> bytes:
        """A file's bytes."""
        chance = self.chance
        count = chance.choice([0, 1, 5, 40, 300])
        records = [self._record() for _ in range(count)]
        if self.shape == "lines":
            ends = ["\n", "\r\n"] if chance.random() < 0.3 else ["\n"]
            text = "".join(record.replace("\n", " ") + chance.choice(ends) for record in records)
        elif self.shape == "concatenated":
            text = "".join(record + chance.choice(["", "\n", " ", "\n\n"]) for record in records)
        elif self.shape == "document":
            text = f'{{"made": {self._value("at")}, "rows": [{chance.choice([",", ", ", chr(10) + ","]).join(records)}]}}'
        else:
            parts = [records[at : at + 7] for at in range(0, len(records), 7)]
            shops = [f'{{"x": {self._value("name")}, "made": {self._value("at")}, "rows": [{",".join(part)}]}}' for part in parts]
            text = "\n".join(shops) if self.shape == "lines of records" else f'{{"made": 1, "shops": [{",".join(shops)}]}}'
        data = text.encode("utf-8", "surrogatepass")
        if chance.random() < 0.02:
            data = data[: chance.randrange(len(data) + 1)]
        return data if chance.random() < 0.97 else data.replace(b"a", b"\xff", 1)

    def _record(self) -> str:
        chance = self.chance
        names = [name for name in _MEMBERS if chance.random() < 0.7]
        if chance.random() < self.odd:
            names += [chance.choice([*_MEMBERS, "unknown"])]
        blank = chance.choice(["", " "])
        members = ",".join(f"{blank}{self._name(name)}:{blank}{self._value(name)}" for name in names)
        text = f"{{{members}}}"
        if chance.random() < self.odd:
            text = chance.choice([f" {text}", f"{text} ", "5", "null", '"text"', "[1, 2]", f"{text}{text}", f"{text},{text}", " ", "\t", f"{{\n{members}}}"])
        if chance.random() < self.faulty:
            at = chance.randrange(len(text) + 1)
            text = text[:at] + chance.choice([*_FAULTS, ""]) + text[at + chance.choice([0, 0, 1, 5]) :]
        return text

    def _name(self, name: str) -> str:
        return json.dumps(name, ensure_ascii=self.chance.random() < 0.2)

    def _value(self, name: str) -> str:
        chance = self.chance
        if chance.random() < self.odd:
            return chance.choice([*_NESTED, "true", "false", "null"])
        kind = self.kinds.get(name, "mixed")
        if kind == "mixed":
            kind = chance.choice(["text", "number", "null"])
        if kind == "null" or chance.random() < 0.05:
            return "null"
        return chance.choice(_NUMBERS) if kind == "number" else json.dumps(chance.choice(_TEXTS), ensure_ascii=chance.random() < 0.3)
