"""A program that is its process's whole work ends at once, and with all that it should leave behind."""

import os
import subprocess
import sys

import pytest

from fcn_course.cli.process import run_and_exit

HEAD = "import atexit, os, sys, threading, time\nfrom fcn_course.cli.process import run_and_exit\n"


def run(body, **options):
    """A process that runs ``main`` of these lines."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    program = f"{HEAD}def main():\n{lines}run_and_exit(main)\n"
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.run([sys.executable, "-c", program], text=True, check=False, **options)


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("return 0", 0, ""),
        ("return None", 0, ""),
        ("return 3", 3, ""),
        ("sys.exit()", 0, ""),
        ("sys.exit(2)", 2, ""),
        ("sys.exit('what was wrong')", 1, "what was wrong\n"),
    ],
)
def test_the_status_is_that_of_main(body, status, said):
    done = run(body)
    assert (done.returncode, done.stderr) == (status, said)


def test_an_error_that_nobody_caught_is_told_as_always():
    done = run("raise KeyError('why')")
    assert done.returncode == 1 and done.stderr.startswith("Traceback") and done.stderr.endswith("KeyError: 'why'\n")


def test_what_was_printed_and_what_should_run_at_the_end_is_not_lost():
    done = run("atexit.register(print, 'at the end')\nprint('printed', end=' ')\nreturn 5")
    assert (done.returncode, done.stdout) == (5, "printed at the end\n")


def test_a_thread_that_still_works_is_waited_for():
    body = "threading.Thread(target=lambda: (time.sleep(0.3), print('done'))).start()\nreturn 0"
    assert run(body).stdout == "done\n"


def test_nothing_is_taken_apart():
    body = "class Told:\n    def __del__(self, write=os.write):\n        write(1, b'gone')\nsys.kept = Told()\n"
    assert run(body).stdout == ""
    assert run(body + "sys.exit('Python ends as always')").stdout == "gone"


@pytest.mark.skipif(sys.platform == "win32", reason="pipes close otherwise there")
def test_output_that_nobody_reads_any_more_ends_as_python_ends_it():
    reader = subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.PIPE)
    reader.wait()
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = run("print('into the void')\nreturn 0", stdout=reader.stdin, env=buffered)
    reader.stdin.close()
    assert done.returncode == 120 and "BrokenPipeError" in done.stderr


def test_garbage_is_still_looked_for():
    assert run("import gc\nprint(gc.isenabled(), gc.get_threshold()[0])").stdout == "True 10000\n"


class Streams:
    """Stands for standard output, which was closed."""

    def flush(self):
        raise ValueError("I/O operation on closed file")


@pytest.mark.parametrize(("result", "out", "left"), [(3, None, [3]), (0, Streams(), []), (None, None, [0])])
def test_the_last_thing_that_runs_ends_the_process(monkeypatch, result, out, left):
    registered, ended = [], []
    monkeypatch.setattr("atexit.register", registered.append)
    monkeypatch.setattr("gc.set_threshold", lambda *numbers: None)
    monkeypatch.setattr("os._exit", ended.append)
    with pytest.raises(SystemExit) as asked:
        run_and_exit(lambda: result)
    assert asked.value.code == (result or 0)
    if out is not None:
        monkeypatch.setattr(sys, "stdout", out)
    registered[0]()
    monkeypatch.undo()
    assert ended == left
