"""`--extra-py-files`: what a job may import beside its script."""

import hashlib
import os
import shutil
import zipfile


def prepare(files: list, folder: str) -> list:
    """Entries for sys.path, one a file of `files` ({"path", "name"}). A path that is a folder becomes the zip archive
    that it is on AWS. The results lie in `folder` under a name made from the contents, so a changed file is another
    entry, and no import of an earlier run can be taken for it."""
    return [_entry(file["path"], file["name"], folder) for file in files]


def _entry(path: str, name: str, folder: str) -> str:
    members = _members(path)
    target = os.path.join(folder, _digest(members, name))
    entry = target if name.endswith(".py") else os.path.join(target, name)
    if os.path.exists(target):
        return entry
    half_made = f"{target}.{os.getpid()}"
    os.makedirs(half_made, exist_ok=True)
    if os.path.isdir(path):
        with zipfile.ZipFile(os.path.join(half_made, name), "w", zipfile.ZIP_STORED) as archive:
            for inside, source in members:
                archive.write(source, inside)
    else:
        shutil.copyfile(path, os.path.join(half_made, name))
    os.rename(half_made, target)
    return entry


def _members(path: str) -> list:
    """(name inside, file), sorted."""
    if not os.path.isdir(path):
        return [("", path)]
    found = []
    for parent, folders, names in os.walk(path):
        folders[:] = [one for one in folders if one != "__pycache__"]
        for name in names:
            source = os.path.join(parent, name)
            found.append((os.path.relpath(source, path).replace(os.sep, "/"), source))
    return sorted(found)


def _digest(members: list, name: str) -> str:
    digest = hashlib.sha256(name.encode())
    for inside, source in members:
        with open(source, "rb") as file:
            contents = file.read()
        digest.update(f"\0{inside}\0{len(contents)}\0".encode())
        digest.update(contents)
    return digest.hexdigest()[:24]
