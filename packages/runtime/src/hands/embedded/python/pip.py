"""What pip is where nothing can be downloaded: wheels of pure Python that lie in the project, put where Python finds them."""

import os
import re
import sys
import zipfile

HELP = """usage: pip install [-t DIR] [--no-deps] [-f DIR] [-r FILE] WHEEL-OR-NAME ...
       pip list [-t DIR]
       pip --version

Nothing is downloaded here: put wheels of pure Python (…-none-any.whl) in the project and name them, or a folder of them with -f.
What is installed without -t DIR is gone with this sandbox; with -t vendor and PYTHONPATH=vendor it stays in the project.
"""


class Wrong(Exception):
    """One sentence for whoever typed it."""


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def split(path):
    """Name and version of a wheel."""
    parts = os.path.basename(path)[:-4].split("-")
    if len(parts) < 5:
        raise Wrong(f"{os.path.basename(path)} is not a valid wheel filename.")
    if parts[-2:] != ["none", "any"]:
        raise Wrong(f"{os.path.basename(path)} holds native code, which does not run in this sandbox; only …-none-any.whl does.")
    return normal(parts[0]), parts[1]


def order(version):
    return [(1, int(part)) if part.isdigit() else (0, part) for part in re.split(r"[.\-+]", version)]


class Install:
    def __init__(self, default):
        self.target = default
        self.deps = True
        self.folders = []
        self.wanted = []
        self.quiet = False

    def read(self, words):
        rest = list(words)
        while rest:
            word = rest.pop(0)
            name, _, inline = word.partition("=") if word.startswith("--") else (word, "", "")
            if name in ("-t", "--target", "-f", "--find-links", "-r", "--requirement"):
                if not inline and not rest:
                    raise Wrong(f"{name} option requires 1 argument")
                self.option(name, inline or rest.pop(0))
            elif name == "--no-deps":
                self.deps = False
            elif name in ("-q", "--quiet"):
                self.quiet = True
            elif name in ("--no-index", "--user", "--break-system-packages", "--no-cache-dir", "-U", "--upgrade", "--disable-pip-version-check"):
                # As it is here anyway.
                continue
            elif name.startswith("-"):
                raise Wrong(f"no such option: {name}")
            else:
                self.wanted.append(word)

    def option(self, name, value):
        if name in ("-t", "--target"):
            self.target = value
        elif name in ("-f", "--find-links"):
            self.folders.append(value)
        else:
            with open(value) as file:
                lines = [line.split("#")[0].strip() for line in file]
            self.read([word for line in lines if line for word in line.split()])

    def find(self, requirement):
        if requirement.endswith(".whl"):
            if not os.path.isfile(requirement):
                raise Wrong(f"Could not open requirements file or wheel: {requirement} does not exist.")
            return requirement
        match = re.match(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*(?:==\s*([\w.+!-]+))?$", requirement.strip())
        if match is None and os.path.exists(requirement):
            raise Wrong(f"{requirement} is not a wheel; building one needs a real machine. Its folder can be named in PYTHONPATH.")
        name = normal(match[1] if match else re.split(r"[\s<>=!~;\[(]", requirement.strip())[0])
        found = [
            os.path.join(folder, file)
            for folder in self.folders
            for file in os.listdir(folder)
            if file.endswith("-none-any.whl") and split(file)[0] == name
        ]
        if match is not None and match[2]:
            found = [file for file in found if split(file)[1] == match[2]]
        if not found:
            raise Wrong(
                f"No matching distribution found for {requirement}: nothing is downloaded in this sandbox. "
                "Put a wheel of pure Python in the project and name it, or its folder with -f."
            )
        return max(found, key=lambda file: order(split(file)[1]))

    def run(self):
        if not self.wanted:
            raise Wrong('You must give at least one requirement to install (see "pip help install")')
        done = []
        left = list(self.wanted)
        have = set(installed(self.target))
        while left:
            wheel = self.find(left.pop(0))
            name, version = split(wheel)
            if name in [one for one, _ in done]:
                continue
            needs = self.unpack(wheel)
            done.append((name, version))
            if self.deps:
                left += [need for need in needs if normal(re.match(r"[A-Za-z0-9._-]+", need)[0]) not in have]
        if not self.quiet:
            print("Successfully installed " + " ".join(f"{name}-{version}" for name, version in done))
        return 0

    def unpack(self, wheel):
        if not self.quiet:
            print(f"Processing {wheel}")
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if name.startswith("/") or ".." in name.split("/"):
                    raise Wrong(f"{wheel} holds {name!r}, which leads out of its folder; nothing of it was installed.")
            os.makedirs(self.target, exist_ok=True)
            archive.extractall(self.target)
            about = next((name for name in archive.namelist() if name.endswith(".dist-info/METADATA")), None)
            lines = archive.read(about).decode().split("\n\n")[0].splitlines() if about else []
        needs = [line.split(":", 1)[1].strip() for line in lines if line.startswith("Requires-Dist:")]
        return [need.split(";")[0].strip() for need in needs if "extra ==" not in need and here(need)]


def here(need):
    """Whether a requirement is one here: markers that name another Python or another system are none of ours."""
    _, _, marker = need.partition(";")
    found = re.fullmatch(r"\s*python_version\s*(<|<=)\s*['\"]3\.(\d+)['\"]\s*", marker)
    return not (found or "win32" in marker or "Windows" in marker)


def installed(folder):
    """Names and versions in a folder."""
    names = os.listdir(folder) if os.path.isdir(folder) else []
    found = [name[: -len(".dist-info")].rsplit("-", 1) for name in names if name.endswith(".dist-info")]
    return {normal(name): version for name, version in found}


def main(words, default):
    """Gives the exit code. @param default folder for what is installed without -t"""
    try:
        verb, *rest = words or ["help"]
        if verb in ("--version", "-V"):
            print("pip of this sandbox (python 3.14)")
            return 0
        if verb in ("help", "--help", "-h"):
            print(HELP, end="")
            return 0
        if verb not in ("install", "list"):
            raise Wrong(f"pip {verb} is not in this sandbox; there are pip install for wheels that lie in the project and pip list")
        line = Install(default)
        line.read(rest)
        if verb == "install":
            return line.run()
        for name, version in sorted(installed(line.target).items()):
            print(f"{name}=={version}")
        return 0
    except (Wrong, OSError, zipfile.BadZipFile) as error:
        sys.stderr.write(f"ERROR: {error}\n")
        return 1
