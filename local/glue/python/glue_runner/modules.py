"""`--additional-python-modules`: zips of wheels, of which the packages are those of this machine's environment."""

import importlib.metadata
import os
import re
import zipfile

_LIST = "wheels/requirements.txt"
#: What Glue 6.0 can install: CPython 3.13 on Linux, x86_64.
_INSTALLABLE = re.compile(
    r"-(?:cp313-cp313|cp3\d+-abi3|(?:py2\.)?py3-none)-(?:any|(?:manylinux\w+\.?)*manylinux\w+_x86_64)\.whl$"
)


class ModulesMissing(Exception):
    """Glue's installer would end with an error."""


def check(files: list) -> None:
    """Each of `files` ({"path", "name"}), an archive or the folder that becomes one, lists exact versions; this machine's
    environment must have them. One that holds wheels must hold one for each, as Glue's Python takes it.

    Raises ModulesMissing.
    """
    for file in files:
        names, text = _contents(file)
        pins = dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE))
        if not pins:
            raise ModulesMissing(f"{file['name']} has no {_LIST} with exact versions")
        wheels = [os.path.basename(name) for name in names if name.endswith(".whl")]
        for name, version in pins.items():
            if wheels and not any(_is_for(wheel, name, version) for wheel in wheels):
                raise ModulesMissing(
                    f"{file['name']} has no wheel of {name}=={version} for CPython 3.13 on x86_64, and no index is asked"
                )
            if _installed(name) != version:
                found = _installed(name) or "none"
                raise ModulesMissing(f"{file['name']} has {name} {version}, this machine's environment {found}: run set-up")


def _contents(file: dict) -> tuple[list, str]:
    """The names inside, and the text of the list."""
    path = file["path"]
    if not os.path.isdir(path):
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            return names, archive.read(_LIST).decode() if _LIST in names else ""
    folder, listed = os.path.join(path, "wheels"), os.path.join(path, _LIST)
    names = os.listdir(folder) if os.path.isdir(folder) else []
    if not os.path.isfile(listed):
        return names, ""
    with open(listed, encoding="utf-8") as opened:
        return names, opened.read()


def _is_for(wheel: str, name: str, version: str) -> bool:
    normal = re.sub(r"[-_.]+", "_", name).lower()
    return wheel.lower().startswith(f"{normal}-{version}-") and _INSTALLABLE.search(wheel) is not None


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
