"""What a program of the sandbox's Python runs in. Made once, when the app is built: the memory of an interpreter that has read this
file is what every run starts with (`docs/design/python.md`)."""

import asyncio
import builtins
import codecs
import io
import linecache
import os
import socket
import subprocess
import sys
import threading
import time
import warnings
import zipimport

STDLIB = "/lib/python314.zip"
VERSION = "%d.%d.%d" % sys.version_info[:3]
MACHINE = "is not in this sandbox; it needs a real machine"

# Compiled when the memory is made: compiling what a run imports takes longer than running it.
COMPILED = """
argparse ast base64 bisect calendar cmd collections.__init__ configparser contextlib contextvars copy csv dataclasses datetime decimal
_pydecimal difflib doctest email.__init__ enum fileinput fnmatch fractions functools gettext glob graphlib gzip hashlib heapq hmac
html.__init__ html.entities html.parser importlib.__init__ importlib.abc importlib.resources.__init__ inspect ipaddress itertools
json.__init__ json.decoder json.encoder json.scanner json.tool keyword locale logging.__init__ numbers operator opcode _opcode_metadata
pathlib.__init__ pathlib._local pathlib._os pathlib.types pickle _compat_pickle pkgutil pprint queue random re.__init__ re._casefix re._compiler
re._constants re._parser reprlib runpy secrets shlex shutil signal statistics string.__init__ struct tempfile textwrap timeit token
tokenize tomllib.__init__ tomllib._parser tomllib._re tomllib._types traceback types typing unittest.__init__ unittest.__main__
unittest._log unittest.async_case unittest.case unittest.loader unittest.main unittest.mock unittest.result unittest.runner
unittest.signals unittest.suite unittest.util urllib.__init__ urllib.parse uuid weakref zipfile.__init__ zipfile._path.__init__
zipfile._path.glob _colorize _weakrefset annotationlib dis ctypes.__init__ bz2 lzma compression.__init__ compression._common.__init__
compression._common._streams zoneinfo.__init__ zoneinfo._common zoneinfo._tzpath _strptime quopri
""".split()

codes = {}
compile_source = zipimport._compile_source


def compile_once(path, source):
    """In place of zipimport's own: the same code, from what was compiled before where it was."""
    if path not in codes:
        return compile_source(path, source)
    return codes[path]


def compile_common():
    """Compiles what programs import most."""
    importer = zipimport.zipimporter(STDLIB)
    for name in COMPILED:
        path = name.replace(".", "/") + ".py"
        try:
            source = importer.get_data(path)
        except OSError:
            # Written in C here.
            continue
        full = STDLIB + "/" + path
        codes[full] = compile_source(full, source)
    zipimport._compile_source = compile_once


class Refused(OSError):
    """What a real machine has and the sandbox has not; an OSError, because programs expect one there."""


def refuse(what):
    def refused(*_args, **_named):
        raise Refused(f"{what} {MACHINE}")

    return refused


class Selector:
    """Waits for nothing but the time: there is no file here that becomes ready."""

    def select(self, timeout):
        if timeout is not None and timeout > 0:
            time.sleep(timeout)
        elif timeout is None:
            raise RuntimeError("the event loop waits for something that cannot happen in this sandbox: nothing is scheduled any more")
        return []

    def close(self):
        """Nothing is held."""


class Loop(asyncio.base_events.BaseEventLoop):
    """An event loop that runs in the middle of a function, as on a real machine: timers, tasks, queues, no sockets and no processes."""

    def __init__(self):
        super().__init__()
        self._selector = Selector()

    def _process_events(self, event_list):
        """There are none."""

    def _write_to_self(self):
        """Nobody waits elsewhere."""

    def run_in_executor(self, executor, func, *args):
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future


class Policy(asyncio.events._BaseDefaultEventLoopPolicy):
    _loop_factory = Loop


def start_thread(self, *_args, **_named):
    raise RuntimeError(f"can't start new thread: threading {MACHINE}; asyncio is here")


def settle():
    """Makes this interpreter one of a command line. Called when the memory is made."""
    compile_common()
    asyncio.run = asyncio.runners.run
    asyncio.events._set_event_loop_policy(Policy())
    asyncio.events._set_running_loop(None)
    threading.Thread.start = start_thread
    subprocess.Popen.__init__ = refuse("starting a process (subprocess)")
    subprocess.Popen.__del__ = lambda self: None
    for name in ("system", "popen", "fork", "forkpty", "posix_spawn", "posix_spawnp", "execv", "execve"):
        if hasattr(os, name):
            setattr(os, name, refuse(f"starting a process (os.{name})"))
    for name in ("connect", "connect_ex", "bind", "listen", "sendto"):
        setattr(socket.socket, name, refuse("the network (socket)"))
    socket.getaddrinfo = refuse("the network (socket)")
    sys.dont_write_bytecode = True
    sys.executable = "/usr/bin/python3"
    sys.path_importer_cache.clear()
    linecache.clearcache()


started = {}


def prepare(told, sleep):
    """What differs from run to run; then the interpreter runs its command line, which is {@link begin}."""
    import json

    started.update(json.loads(told))
    os.environ.clear()
    os.environ.update(started["env"])
    time.sleep = pause(sleep)
    if hasattr(time, "tzset"):
        time.tzset()
    if "random" in sys.modules:
        sys.modules["random"].seed()
    os.chdir(started["cwd"])
    sys.stdout.reconfigure(line_buffering="stdout" in started["terminals"])


def pause(sleep):
    def wait(seconds):
        """As time.sleep."""
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        sleep(float(seconds))

    return wait


def begin():
    main(started["words"])
    # The interpreter ends as it should, with what is still to be written, only where it is told to.
    raise SystemExit(0)


class Usage(Exception):
    """A command line that cannot be run."""


class Line:
    """A command line of `python3`, understood."""

    def __init__(self):
        self.kind = "stdin"
        self.target = None
        self.args = [""]
        self.isolated = False
        self.environment = True
        self.safe = False
        self.unbuffered = False
        self.quiet = False
        self.interactive = False
        self.warnings = []


HELP = """usage: python3 [option] ... [-c cmd | -m mod | file | -] [arg] ...

  -c cmd, -m mod, -B, -E, -I, -P, -q, -s, -u, -W arg, -X utf8, -V, -h

CPython %s with its standard library, in this sandbox: the files of the workspace, no network, no threads, no processes.
Packages are what the project has in its own folders; pip installs wheels that lie there.
""" % VERSION


def parse(words):
    line = Line()
    rest = list(words)
    while rest and rest[0].startswith("-") and rest[0] != "-":
        word = rest.pop(0)
        if word == "--":
            break
        if word in ("--version", "--help"):
            word = {"--version": "-V", "--help": "-h"}[word]
        if word.startswith("--"):
            raise Usage(f"unknown option {word}")
        if take(line, word[1:], rest):
            return line
    if rest and rest[0] != "-":
        line.kind = "file"
        line.target = rest[0]
        line.args = rest
    elif rest:
        line.args = rest
    return line


def take(line, letters, rest):
    """One word of switches. True: what is to be run is known, the rest are its arguments."""
    for at, letter in enumerate(letters):
        if letter in "cmWX":
            value = letters[at + 1 :]
            if not value:
                if not rest:
                    raise Usage(f"Argument expected for the -{letter} option")
                value = rest.pop(0)
            if letter == "W":
                line.warnings.append(value)
            elif letter == "X":
                if value not in ("utf8", "utf8=1", "frozen_modules=off", "frozen_modules=on"):
                    raise Usage(f"-X {value} is not in this sandbox")
            else:
                line.kind = {"c": "command", "m": "module"}[letter]
                line.target = value
                line.args = ["-" + letter, *rest]
                return True
            return False
        if letter == "V":
            line.kind = "version"
            return True
        if letter in "h?":
            line.kind = "help"
            return True
        if letter == "I":
            line.isolated = line.safe = True
            line.environment = False
        elif letter == "E":
            line.environment = False
        elif letter == "P":
            line.safe = True
        elif letter == "u":
            line.unbuffered = True
        elif letter == "q":
            line.quiet = True
        elif letter in "Bs":
            pass
        elif letter in "bdiOSvxR":
            raise Usage(f"the option -{letter} is not in this sandbox")
        else:
            raise Usage(f"Unknown option: -{letter}")
    return False


def fresh_main():
    """A `__main__` in which nothing is yet."""
    module = sys.modules["__main__"]
    names = module.__dict__
    names.clear()
    names.update(
        __name__="__main__", __doc__=None, __package__=None, __loader__=None, __spec__=None, __builtins__=builtins, __annotations__={}
    )
    del names["__annotations__"]
    return names


def run_text(text, name, file=None):
    names = fresh_main()
    if file is not None:
        names["__file__"] = file
        names["__cached__"] = None
    code = compile(text, name, "exec", dont_inherit=True)
    if file is None:
        lines = (text if isinstance(text, str) else text.decode("utf-8", "replace")).splitlines(keepends=True)
        linecache._register_code(code, "".join(lines), name)
    exec(code, names)


def run_file(line):
    path = line.target
    if os.path.isdir(path) or zipped(path):
        import runpy

        sys.path[0] = path
        runpy._run_module_as_main("__main__", alter_argv=False) if main_in(path) else no_main(path)
        return
    try:
        with io.open_code(os.path.abspath(path)) as file:
            text = file.read()
    except OSError as error:
        sys.stderr.write(f"python3: can't open file '{os.path.join(os.getcwd(), path)}': [Errno {linux(error.errno)}] {error.strerror}\n")
        raise SystemExit(2)
    if not line.safe:
        sys.path[0] = os.path.dirname(os.path.realpath(path))
    run_text(text, os.path.abspath(path), os.path.abspath(path))


def linux(number):
    import errno

    return {"ENOENT": 2, "EACCES": 13, "EISDIR": 21, "ENOTDIR": 20}.get(errno.errorcode.get(number), number)


def zipped(path):
    import zipfile

    return os.path.isfile(path) and not path.endswith((".py", ".pyw")) and zipfile.is_zipfile(path)


def main_in(path):
    import importlib.util

    return importlib.util.find_spec("__main__") is not None if zipped(path) else os.path.exists(os.path.join(path, "__main__.py"))


def no_main(path):
    sys.stderr.write(f"python3: can't find '__main__' module in {path!r}\n")
    raise SystemExit(1)


NOT_HERE = {
    "http.server": f"python3: serving (http.server) {MACHINE}\n",
    "venv": "python3: environments (venv) are not in this sandbox: packages are what the project has in its own folders\n",
    "virtualenv": "python3: environments (virtualenv) are not in this sandbox: packages are what the project has in its own folders\n",
    "ensurepip": "python3: ensurepip is not in this sandbox; pip installs wheels that lie in the project\n",
    "idlelib": "python3: windows (idlelib) are not in this sandbox\n",
    "tkinter": "python3: windows (tkinter) are not in this sandbox\n",
}


def run_module(line):
    name = line.target
    if name in NOT_HERE or name.split(".")[0] in ("idlelib", "tkinter"):
        sys.stderr.write(NOT_HERE.get(name) or NOT_HERE[name.split(".")[0]])
        raise SystemExit(1)
    if name == "pip":
        import _pip

        raise SystemExit(_pip.main(line.args[1:], user_packages()))
    import runpy

    fresh_main()
    runpy._run_module_as_main(name)


def run_stdin(line):
    if sys.stdin.isatty():
        return talk(line)
    run_text(sys.stdin.buffer.read(), "<stdin>")


def talk(line):
    """The prompt of a person."""
    import code

    names = fresh_main()
    banner = "" if line.quiet else f"Python {sys.version.split(' (')[0]} in the sandbox of this tab\nCtrl-D ends it."
    code.interact(banner=banner, local=names, exitmsg="")


KINDS = {"command": lambda line: run_text(line.target, "<string>"), "module": run_module, "file": run_file, "stdin": run_stdin}


def settle_paths(line):
    first = [] if line.safe or line.isolated else [os.getcwd() if line.kind == "module" else ""]
    given = os.environ.get("PYTHONPATH", "") if line.environment else ""
    own = [path for path in sys.path if path.startswith("/lib/")]
    sys.path[:] = [*first, *[os.path.abspath(path) for path in given.split(os.pathsep) if path], *own, user_packages()]


def user_packages():
    """Where pip puts packages that nobody gave another place."""
    return os.path.join(os.environ.get("HOME", "/home/user"), ".local/lib/python3.14/site-packages")


def settle_line(line):
    settle_paths(line)
    sys.argv[:] = line.args
    if line.kind == "module":
        sys.argv[0] = "-m"
    if line.unbuffered or (line.environment and os.environ.get("PYTHONUNBUFFERED")):
        sys.stdout.reconfigure(write_through=True)
    told = line.warnings
    if line.environment:
        told = [one for one in os.environ.get("PYTHONWARNINGS", "").split(",") if one] + told
    sys.warnoptions[:] = told
    if told:
        warnings._processoptions(told)


def main(words):
    """Runs a command line of `python3`."""
    try:
        line = parse(words)
    except Usage as wrong:
        sys.stderr.write(f"{wrong}\nusage: python3 [option] ... [-c cmd | -m mod | file | -] [arg] ...\nTry `python3 -h' for more information.\n")
        raise SystemExit(2)
    if line.kind == "version":
        print(f"Python {VERSION}")
        return
    if line.kind == "help":
        sys.stdout.write(HELP)
        return
    sys.orig_argv[:] = ["python3", *words]
    settle_line(line)
    try:
        KINDS[line.kind](line)
    except SystemExit:
        raise
    except BaseException as error:
        tell(error)
        if isinstance(error, KeyboardInterrupt):
            raise SystemExit(130)
        raise SystemExit(1)


def tell(error):
    """As the interpreter tells what nobody caught, without what is above the program."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename in ("<sandbox>", "<frozen runpy>", STDLIB + "/runpy.py"):
        trace = trace.tb_next
    sys.stdout.flush()
    sys.excepthook(type(error), error.with_traceback(trace), trace)
