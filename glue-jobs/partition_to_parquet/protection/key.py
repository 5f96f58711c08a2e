"""The key of `protect: hash`. It is read where it is needed and never travels: no argument, task, log or file holds it."""

import hmac
from typing import Any, Protocol

# HMAC-SHA-256 gains nothing from more than 64 bytes; fewer than 32 could be guessed from hashes of known texts.
LEAST_BYTES = 32
_VERSION_DIGITS = 12


class KeyUnusable(Exception):
    """There is no key, or it is too short. A failure: a redrive goes on once the secret has one."""


class Key(Protocol):
    """Instances travel to the tasks, so they must pickle, without the key itself where it is worth anything."""

    def value(self) -> bytes:
        """The key's bytes. Raises KeyUnusable."""
        ...


class SecretKey:
    """The key in Secrets Manager. The version that the first reader finds is the one that all tasks of a run read."""

    def __init__(self, secret: str):
        """`secret` is its ARN or name."""
        self.secret = secret
        self.version: str | None = None

    def value(self) -> bytes:
        # Which version is the present one is asked for each run: a process of the Lambda lives through many.
        self.version = self.version or _read(self.secret, None)
        if (self.secret, self.version) not in _HELD:
            _read(self.secret, self.version)
        found = _HELD[self.secret, self.version]
        if len(found) < LEAST_BYTES:
            raise KeyUnusable(f"the secret {self.secret} contains a key of {len(found)} bytes; put one of at least {LEAST_BYTES} into it")
        return found


# What this process has read, by secret and version.
_HELD: dict[tuple[str, str], bytes] = {}


def _read(secret: str, version: str | None) -> str:
    """Reads a version of the secret (None: the present one). Returns which it is."""
    import boto3

    more: dict[str, Any] = {"VersionId": version} if version else {}
    answer = boto3.client("secretsmanager").get_secret_value(SecretId=secret, **more)
    text = answer.get("SecretString")
    _HELD[secret, answer["VersionId"]] = text.encode() if text is not None else answer.get("SecretBinary", b"")
    return answer["VersionId"]


class GivenKey:
    """A key that is worth nothing, for what is shown and not kept, and for tests."""

    def __init__(self, key: bytes):
        self.key = key

    def value(self) -> bytes:
        return self.key


def version_of(key: bytes) -> str:
    """Names a key without telling it: the same key has the same version wherever it is kept."""
    return hmac.digest(key, b"sluice: version of the key", "sha256").hex()[:_VERSION_DIGITS]
