"""Patterns of Java's regular expressions whose meaning RE2 shares, spelled for RE2.

`rlike` only asks whether a pattern is found, so that greed and backtracking do not matter. What both know, but read
otherwise (`.`, `$`, `\\s`), is written out; the rest is left to Spark.
"""

import re

import pyarrow as pa
import pyarrow.compute as pc

from .types import NotPlain

# What `.` does not take, and before which, at the end of a text, `$` also holds.
_LINE_ENDS = r"\n\r\x{85}\x{2028}\x{2029}"
_ESCAPES = {"d": "0-9", "w": "A-Za-z0-9_", "s": r" \t\n\x0b\f\r", "t": r"\t", "n": r"\n", "r": r"\r"}
_PLAIN = re.compile(r"[A-Za-z0-9 _\-:;/@#,=<>!\"'%&~`]|[^\x00-\x7f]")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_QUANTIFIER = re.compile(r"(?:[*+?]|\{\d{1,3}(?:,\d{0,3})?\})\??(?![*+?{])")


_SPECIAL = set(".^$*+?()[]{}|\\-")


def translate(pattern: str) -> str:
    """The pattern for RE2, in which `$` is the very end of the text. Raises NotPlain."""
    translated = _Translator(pattern).whole()
    try:
        pc.match_substring_regex(pa.array([""]), translated)
    except pa.ArrowInvalid as error:
        raise NotPlain(f"the pattern '{pattern}'") from error
    return translated


def find(texts: pa.Array, translated: str) -> pa.Array:
    """Which texts hold the pattern. Java's `$` also stands before a line end that ends the text."""
    found = pc.match_substring_regex(texts, translated)
    if translated.endswith(r"\z") or r"\z|" in translated:
        chomped = pc.replace_substring_regex(texts, rf"(?:\r\n|[{_LINE_ENDS}])\z", "")
        found = pc.or_(found, pc.match_substring_regex(chomped, translated))
    return found


def _literal(char: str) -> str:
    return f"\\{char}" if char in _SPECIAL else char


class _Translator:
    def __init__(self, pattern: str):
        self.pattern, self.at, self.depth = pattern, 0, 0

    def whole(self) -> str:
        done = self.alternatives()
        if self.at < len(self.pattern):
            raise self.declined()
        return done

    def declined(self) -> NotPlain:
        return NotPlain(f"the pattern '{self.pattern}'")

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def take(self) -> str:
        char = self.peek()
        if not char:
            raise self.declined()
        self.at += 1
        return char

    def alternatives(self) -> str:
        parts = []
        while self.peek() and self.peek() != ")":
            parts.append("|" if self.peek() == "|" and self.take() else self.atom())
        return "".join(parts)

    def atom(self) -> str:
        char = self.take()
        if char == "^":
            # Java lets a quantifier stand behind an anchor, RE2 reads it otherwise.
            return self.unquantified("\\A")
        if char == "$":
            if self.depth or self.peek() not in ("", "|"):
                raise self.declined()
            return r"\z"
        if char == "(":
            kind = "(?:" if self.pattern.startswith("?:", self.at) and (self.take(), self.take()) else "("
            if self.peek() == "?":
                raise self.declined()
            self.depth += 1
            found = f"{kind}{self.alternatives()}{self.take()}"
            self.depth -= 1
        elif char == "[":
            found = self.members()
        elif char == ".":
            found = f"[^{_LINE_ENDS}]"
        elif char == "\\":
            found = f"[{self.escape()}]"
        elif _PLAIN.fullmatch(char):
            found = _literal(char)
        else:
            raise self.declined()
        if quantifier := _QUANTIFIER.match(self.pattern, self.at):
            self.at = quantifier.end()
            return found + quantifier[0]
        return found

    def unquantified(self, found: str) -> str:
        if self.peek() in ("*", "+", "?", "{") and self.peek():
            raise self.declined()
        return found

    def escape(self) -> str:
        """What stands behind a backslash, as members of a class."""
        char = self.take()
        if char in _ESCAPES:
            return _ESCAPES[char]
        if _PUNCTUATION.fullmatch(char):
            return _literal(char)
        raise self.declined()

    def members(self) -> str:
        """A class in brackets: characters, ranges, escapes."""
        negated = "^" if self.peek() == "^" and self.take() else ""
        found = []
        while (char := self.take()) != "]":
            if char == "\\":
                found.append(self.escape())
                if self.peek() == "-" and self.pattern[self.at + 1 : self.at + 2] != "]":
                    raise self.declined()
                continue
            if char == "-" and found and self.peek() != "]":
                raise self.declined()
            if (not _PLAIN.fullmatch(char) and char not in ".+*?$(){}") or (char == "&" and self.peek() == "&"):
                raise self.declined()
            if self.peek() == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("]", ""):
                self.take()
                last = self.take()
                if not (char.isascii() and char.isalnum() and last.isascii() and last.isalnum() and char <= last):
                    raise self.declined()
                found.append(f"{char}-{last}")
                continue
            found.append(_literal(char))
        if not found:
            raise self.declined()
        return f"[{negated}{''.join(found)}]"
