"""Machines that make it hard: odd folders, no home, no letters but ASCII, one core, no network, little memory."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from fcn_course import cli
from fcn_course.data.paths import CHECKOUT
from fcn_course.nets.devices import autocast, bfloat16_is_quicker, choose_device, describe_device, memory_format
from tests.tools import little_memory, no_network, other_pythons

FOLDER = "Übung 数据 (1)"
LIMITED = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the system keeps no bound of RLIMIT_DATA")

ASK = """
import socket, subprocess, sys
def ask(what):
    try:
        what()
        return "through"
    except OSError as error:
        return error.errno
server = socket.create_server(("127.0.0.1", 0))
port = server.getsockname()[1]
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
print([
    ask(lambda: socket.create_connection(("192.0.2.1", 80), timeout=1)),
    ask(lambda: socket.getaddrinfo("a.test", 80)),
    ask(lambda: socket.socket().connect(("192.0.2.1", 80))),
    ask(lambda: udp.sendto(b"a", ("192.0.2.1", 53))),
    socket.socket().connect_ex(("192.0.2.1", 80)),
    ask(lambda: socket.create_connection(("localhost", port))),
    ask(lambda: socket.create_connection(("127.0.0.1", port))),
    ask(lambda: udp.sendto(b"a", ("127.0.0.1", port))),
])
ask(lambda: socket.socketpair()[0].send(b"a"))
if len(sys.argv) < 2:
    subprocess.run([sys.executable, __file__, "child"], check=True)
"""


@pytest.fixture(scope="module")
def hard(tmp_path_factory):
    """All of it at once, in one process: starting torch takes seconds."""
    home = tmp_path_factory.mktemp("hard")
    folder, asked = home / FOLDER, home / "asked"
    folder.mkdir()
    (home / "file").touch()
    hardships = {
        "HOME": str(home / "file" / "home"),  # below a file nothing can be made, not even by root
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "FCN_COURSE_DATA": str(folder / "data"),
        "FCN_COURSE_REFUSED": str(asked),
        "CUDA_VISIBLE_DEVICES": "",
    }
    environment = no_network.environment(os.environ) | hardships
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "MPLCONFIGDIR", "TORCH_HOME"):  # which would be other homes
        environment.pop(name, None)
    command = [sys.executable, str(CHECKOUT / "tests" / "support" / "hard_machine.py"), str(folder)]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    out, err = done.stdout.decode(), done.stderr.decode(errors="replace")
    assert done.returncode == 0, out + err
    said = json.loads(out.rpartition("SAID ")[2])
    return said | {"folder": folder, "out": out, "asked": asked.read_text() if asked.exists() else ""}


@pytest.mark.fault(
    "a folder with spaces, brackets and letters of two other scripts", "drawn, trained, predicted, reported"
)
def test_a_folder_may_have_any_name(hard):
    assert hard["epochs"] == 1 and hard["commands"] == [0, 0, 0]
    made = {path.relative_to(hard["folder"]).as_posix() for path in hard["folder"].rglob("*") if path.is_file()}
    wanted = {"run/best.pt", "run/last.pt", "run/run.json", "run/history.csv", "report/report.html"}
    assert wanted | {f"masks/{FOLDER}_mask.png", f"masks/{FOLDER}_overlay.png", "VOC2012/.complete.json"} <= made


@pytest.mark.fault("the home folder cannot be written", "all goes on: what is written goes where one says")
def test_no_home_is_needed(hard):
    assert hard["commands"] == [0, 0, 0] and "The course can run." in hard["out"]


@pytest.mark.fault("locale C, without Python's UTF-8 mode", "all goes on; files and words are UTF-8")
def test_locale_c_is_enough(hard):
    assert hard["encoding"] == ("ascii" if sys.platform == "linux" else "utf-8")
    assert f"written: {hard['folder']}" in hard["out"] and "—" in hard["out"]
    about = json.loads((hard["folder"] / "run" / "run.json").read_text(encoding="utf-8"))
    assert Path(about["train"]["path"]) == (hard["folder"] / "VOC2012").resolve()


@pytest.mark.fault("a terminal that cannot write a letter", "? in its place")
@pytest.mark.parametrize("encoding, written", [("cp1252", "Ü – ?".encode("cp1252")), ("ascii", "Ü – 数".encode())])
def test_a_terminals_letters_are_enough(monkeypatch, encoding, written):
    stream = io.TextIOWrapper(io.BytesIO(), encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    cli._let_all_letters_out()
    print("Ü – 数", end="", flush=True)
    assert stream.buffer.getvalue() == written


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system does not let a process choose its cores")
@pytest.mark.fault("one core", "all goes on, in one thread")
def test_one_core_is_enough(hard):
    assert hard["cores"] == hard["threads"] == hard["epochs"] == 1


@pytest.mark.fault(
    "every connection is refused", "the course asks for none: not when imported, drawing, training or scoring"
)
def test_nothing_opens_a_connection(hard):
    assert hard["asked"] == "" and hard["modules"] > 150


@LIMITED
@pytest.mark.fault("memory does not suffice for a step", "it is said by what a step can be made smaller")
def test_little_memory_is_told(hard):
    kind, words = hard["memory"]
    assert kind == "MemoryError" and "--accumulate 2" in words and "\n" not in words


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """What a process under the refusal, and its child, got: their answers, and what was recorded."""
    folder = tmp_path_factory.mktemp("asked")
    (folder / "ask.py").write_text(ASK)
    environment = no_network.environment(os.environ) | {"FCN_COURSE_REFUSED": str(folder / "record")}
    out = subprocess.run(
        [sys.executable, folder / "ask.py"], env=environment, capture_output=True, text=True, check=True
    ).stdout
    return sorted(out.splitlines()), (folder / "record").read_text()


def test_the_network_is_refused_in_a_process_and_its_child_and_this_machine_is_not(asked):
    import errno

    refused = errno.ENETUNREACH
    assert asked[0] == [str([*[refused] * 5, *["through"] * 3])] * 2


def test_who_asked_for_the_network_is_recorded(asked):
    assert asked[1].count("192.0.2.1\n") == 8 and asked[1].count("a.test\n") == 2 and "ask.py" in asked[1]


def test_the_refusal_forgets_proxies_and_keeps_the_path():
    base = {"PYTHONPATH": "mine", "HTTPS_PROXY": "http://localhost:1", "http_proxy": "a", "OTHER": "b"}
    path = os.pathsep.join([str(no_network.REFUSING), "mine"])
    assert no_network.environment(base) == {"PYTHONPATH": path, "OTHER": "b", "UV_OFFLINE": "1"}


@LIMITED
@pytest.mark.parametrize("size, status, told", [(600_000_000, 1, "MemoryError"), (50_000_000, 0, "")])
def test_what_asks_for_more_than_there_is_is_refused(size, status, told):
    command = [sys.executable, "-m", "tests.tools.little_memory", "--gb", "0.5", sys.executable, "-c"]
    command.append(f"print(len(bytearray({size})))")
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == status and told in done.stderr
    assert "0.5 GB were allowed" in done.stderr and done.stdout == ("" if status else f"{size}\n")


def test_little_memory_wants_a_command(capsys):
    pytest.importorskip("resource")
    with pytest.raises(SystemExit):
        little_memory.main([])
    assert "say what to run" in capsys.readouterr().err


@pytest.mark.fault("no GPU", "the CPU is taken")
def test_without_a_gpu_the_cpu_is_taken(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert choose_device() == torch.device("cpu")


@pytest.mark.fault("a GPU without bfloat16", "it computes in float32")
def test_a_gpu_without_bfloat16_computes_in_float32(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: False)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "Old Chip")
    bfloat16_is_quicker.cache_clear()
    try:
        device = choose_device()
        assert device.type == "cuda" and describe_device(device) == "Old Chip in float32"
        with monkeypatch.context() as here:
            here.setattr("fcn_course.nets.devices.torch.autocast", lambda kind, dtype, enabled: (kind, enabled))
            assert autocast(device) == ("cuda", False)
    finally:
        bfloat16_is_quicker.cache_clear()


@pytest.mark.fault("Apple's MPS", "it is taken, in float32, with pictures plane by plane")
def test_mps_is_taken(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    device = choose_device()
    assert describe_device(device) == "mps in float32" and memory_format(device) == torch.contiguous_format


def test_another_python_gets_an_environment_of_its_own_and_none_is_downloaded():
    make, fill, tests = other_pythons.commands("3.12", "highest", [])
    assert (
        make[-1] == str(CHECKOUT / ".venv-3.12")
        and ".venv-3.12" in tests[0]
        and fill[fill.index("--python") + 1] == tests[0]
    )
    assert tests[-4:] == list(other_pythons.QUICK)
    oldest = other_pythons.commands("3.11", "lowest-direct", ["tests/data"])
    assert oldest[0][-1] == str(CHECKOUT / ".venv-3.11-lowest-direct") and oldest[2][-1] == "tests/data"
    settings = other_pythons.settings({"VIRTUAL_ENV": "a", "PATH": "b"})
    assert settings == {"PATH": "b", "UV_PYTHON_DOWNLOADS": "never"}


def test_a_python_that_is_not_here_is_said_not_to_be(monkeypatch, capsys):
    monkeypatch.setattr(other_pythons, "found", lambda python: python == "3.13")
    monkeypatch.setattr(other_pythons, "run", lambda *_: 1)
    assert other_pythons.main(["--python", "3.12"]) == 0
    assert other_pythons.main(["--python", "3.12", "--python", "3.13"]) == 1
    told = capsys.readouterr().out.splitlines()[-2:]
    assert told == ["Python 3.12: not here, not tried", "Python 3.13: FAILED (exit 1)"]


def test_a_test_that_ends_its_process_ends_the_run(tmp_path):
    for name in "abcd":
        body = "os.abort()" if name == "b" else "pass"
        (tmp_path / f"test_{name}.py").write_text(
            f"import os\n\n\ndef test_it():\n    {body}\n\n\ndef test_too(): pass\n"
        )
    command = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "-n", "2", str(tmp_path)]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 1 and "crashed while running" in done.stdout and "test_b.py" in done.stdout
