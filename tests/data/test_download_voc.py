"""VOC2012 from servers that fail and from a tar, by two at once, and by processes that are killed. Free of torch."""

import errno
import io
import re
import shutil
import subprocess
import sys
import tarfile
import threading
import time
from types import SimpleNamespace

import pytest

from fcn_course import cli
from fcn_course.data import download, locking
from fcn_course.data.download import NoRoomError, UnpackError, unpack, voc
from tests.support.file_server import DEAD, serving
from tests.support.kill_download import INNER, kill_rounds, make_tar, small_voc, start, wanted_for

FILES = small_voc(3)
TAR = voc.VOC2012.name


@pytest.fixture
def server(tmp_path):
    with serving(make_tar(tmp_path / "made.tar", FILES)) as server:
        yield server


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The data folder, not there yet."""
    monkeypatch.setenv("FCN_COURSE_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def get(server, folder, monkeypatch):
    """``voc2012`` of the small tar that the server has then; the first of its addresses is dead."""

    def get(where=None, progress=False, **options):
        monkeypatch.setattr(voc, "VOC2012", wanted_for(server.content, DEAD, f"{server.url}/ranges"))
        return download.voc2012(where, progress, **options)

    return get


def seen(folder):
    """What lies there, but for the lock."""
    return sorted(path.name for path in folder.iterdir() if path.name != voc.LOCK)


def holds_all(made):
    found = {path.relative_to(made).as_posix(): path.read_bytes() for path in made.rglob("*") if path.is_file()}
    return {f"{INNER}/{name}": content for name, content in found.items()} == FILES


def test_what_is_wanted_is_what_was_published():
    assert (voc.VOC2012.size, voc.VOC2012.md5) == (1999639040, "6cd6e144f989b92b3379bac3b3de84fd")
    assert re.fullmatch("e14f7632[0-9a-f]{56}", voc.VOC2012.sha256)
    assert all(url.endswith(f"/{TAR}") for url in voc.VOC2012.urls)
    assert voc.VOC2012.urls[0].startswith("https://thor.robots.ox.ac.uk/")  # VOC's own, and not to be read on the way


def test_it_is_fetched_unpacked_and_then_left_alone(server, get, folder):
    made = get()
    assert made == folder / "VOCdevkit" / "VOC2012" and holds_all(made)
    assert seen(folder) == ["VOCdevkit", TAR]
    asked = len(server.asked)
    (folder / TAR).unlink()
    shutil.rmtree(folder / "VOCdevkit" / "VOC2012" / "JPEGImages")
    (made / "JPEGImages").mkdir()
    assert get() == made and len(server.asked) == asked  # nor is anything done to it


def test_a_tar_placed_by_hand_needs_no_server(server, get, tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    (folder / TAR).write_bytes(server.content)
    assert holds_all(get(folder))
    assert server.asked == []


@pytest.mark.fault("the tar that lies there was cut", "the hashes tell before anything is unpacked; it is fetched anew")
def test_a_damaged_tar_is_never_unpacked(server, get, folder):
    folder.mkdir()
    (folder / TAR).write_bytes(server.content[:-1024])
    assert holds_all(get()) and len(server.asked) == 1


@pytest.mark.fault("the disk has room for the tar, not for its content", "it is said before the first byte")
def test_room_for_the_content_is_looked_for_before_the_download(server, get, folder, monkeypatch):
    size = len(server.content)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: SimpleNamespace(free=2 * size))
    with pytest.raises(NoRoomError, match=r"needs .* MB of disk, and .* MB are free at .*data; make room there"):
        get()
    assert server.asked == [] and not (folder / TAR).exists()
    monkeypatch.setattr(shutil, "disk_usage", lambda place: SimpleNamespace(free=size * 22 // 10))
    assert holds_all(get())


def add(archive, name, kind=tarfile.REGTYPE, link=""):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, link
    archive.addfile(member, io.BytesIO(b""))


REFUSED = "nothing is unpacked, the message names it"


@pytest.mark.parametrize(
    "name, kind, link",
    [
        pytest.param(
            "/{}/stolen", tarfile.REGTYPE, "", marks=pytest.mark.fault("a tar with an absolute path", REFUSED)
        ),
        pytest.param("../../stolen", tarfile.REGTYPE, "", marks=pytest.mark.fault("a tar with a path of ..", REFUSED)),
        pytest.param(f"{INNER}/JPEGImages/../../../../stolen", tarfile.REGTYPE, ""),
        pytest.param(
            f"{INNER}/stolen",
            tarfile.SYMTYPE,
            "../../..",
            marks=pytest.mark.fault("a tar with a link outside", REFUSED),
        ),
        pytest.param(f"{INNER}/stolen", tarfile.SYMTYPE, "/etc/passwd"),
        pytest.param(
            f"{INNER}/stolen",
            tarfile.LNKTYPE,
            "../../made.tar",
            marks=pytest.mark.fault("a tar with a hard link outside", REFUSED),
        ),
        pytest.param(
            f"{INNER}/stolen", tarfile.CHRTYPE, "", marks=pytest.mark.fault("a tar with a device file", REFUSED)
        ),
        pytest.param(f"{INNER}/stolen", tarfile.FIFOTYPE, ""),
    ],
)
def test_a_tar_that_reaches_out_is_refused(server, get, folder, tmp_path, name, kind, link):
    with tarfile.open(tmp_path / "made.tar", "a") as archive:
        add(archive, name.format(tmp_path), kind, link)
    server.content = (tmp_path / "made.tar").read_bytes()
    with pytest.raises(UnpackError, match=r"is not unpacked: .*stolen.*No honest tar"):
        get()
    assert seen(folder) == [TAR] and seen(tmp_path) == ["data", "made.tar"]


def test_a_tar_of_something_else_is_told(tmp_path):
    make_tar(tmp_path / "made.tar", {"other/a.jpg": b"abcd"})
    with pytest.raises(UnpackError, match=f"holds no folder {INNER}; it is another tar"):
        unpack(tmp_path / "made.tar", INNER, tmp_path, progress=False)
    assert seen(tmp_path) == ["made.tar"]


@pytest.mark.parametrize("content", [b"", b"no tar", "half"])
def test_a_damaged_tar_is_told_and_nothing_of_it_kept(tmp_path, content):
    whole = make_tar(tmp_path / "made.tar", small_voc(3, 5000))
    (tmp_path / "made.tar").write_bytes(whole[: len(whole) // 2] if content == "half" else content)
    with pytest.raises(UnpackError, match=r"is damaged .*; delete it and get it again"):
        unpack(tmp_path / "made.tar", INNER, tmp_path, progress=False)
    assert seen(tmp_path) == ["made.tar"]


@pytest.mark.parametrize(
    "stop, raised",
    [
        (KeyboardInterrupt(), KeyboardInterrupt),
        (OSError(errno.EIO, "broken disk"), OSError),
        pytest.param(
            OSError(errno.ENOSPC, "disk full"),
            NoRoomError,
            marks=pytest.mark.fault(
                "the disk fills during unpacking", "it is said; the tar is kept, of the rest nothing"
            ),
        ),
    ],
)
def test_an_interrupted_unpack_leaves_the_tar_alone(server, get, folder, monkeypatch, stop, raised):
    whole, count = tarfile.TarFile.makefile, []

    def stopping(archive, member, path):
        count.append(member)
        if len(count) > 5:
            raise stop
        whole(archive, member, path)

    with monkeypatch.context() as patched:
        patched.setattr(tarfile.TarFile, "makefile", stopping)
        with pytest.raises(raised) as caught:
            get()
    if raised is NoRoomError:
        assert re.search(
            r"the disk filled up while .*tar was unpacked.* are free again\..*make room", str(caught.value)
        )
    assert seen(folder) == [TAR]
    asked = len(server.asked)
    assert holds_all(get()) and len(server.asked) == asked


@pytest.mark.fault("an unpacking was killed", "its folder looks unfinished, and is removed at the next start")
def test_what_a_killed_unpack_left_is_removed(get, folder):
    (folder / "unpacking-killed" / "VOCdevkit" / "VOC2012" / "JPEGImages").mkdir(parents=True)
    assert holds_all(get())
    assert seen(folder) == ["VOCdevkit", TAR]


def test_what_was_killed_at_its_very_end_is_removed_too(server, get, folder):
    made = get()
    (folder / "unpacking-killed" / "VOCdevkit").mkdir(parents=True)
    asked = len(server.asked)
    assert get() == made and holds_all(made) and len(server.asked) == asked
    assert seen(folder) == ["VOCdevkit", TAR]


@pytest.mark.fault("the process is killed at any moment", "started again it goes on, and ends with every file right")
def test_killed_at_random_moments_it_ends_with_the_right_files(tmp_path):
    assert len(kill_rounds(tmp_path, kills=3)) == 3


@pytest.mark.fault("two processes want VOC2012 at once", "one fetches it, the other waits, says so, and finds it done")
def test_two_at_once(server, folder, capfd, monkeypatch):
    wanted = wanted_for(server.content, f"{server.url}/stall")
    told, said, by_hand = threading.Event(), locking.say, folder / "unpacking-by-the-other"

    def say(text, aloud=True):
        said(text, aloud)
        told.set()

    monkeypatch.setattr(locking, "say", say)
    with start(wanted, folder) as other:
        while not server.asked:  # now it holds the lock, and the server has fallen silent
            assert other.poll() is None
            time.sleep(0.01)
        by_hand.mkdir()
        results = []
        waiting = threading.Thread(target=lambda: results.append(download.voc2012(folder, True, wanted=wanted)))
        waiting.start()
        assert told.wait(10) and by_hand.is_dir() and not results
        server.released.set()
        waiting.join(10)
        assert other.wait(10) == 0
    assert f"another process is getting VOC2012 into {folder}; waiting until it is done" in capfd.readouterr().err
    assert results == [folder / "VOCdevkit" / "VOC2012"] and holds_all(results[0])
    assert [path for path, header in server.asked if header is None] == ["/stall"]


@pytest.mark.fault("the process that held the lock was killed", "the lock goes with it, and the next goes on at once")
def test_a_lock_does_not_outlive_its_process(server, get, folder):
    with start(wanted_for(server.content, f"{server.url}/stall"), folder) as other:
        while not (folder / f"{TAR}.part").exists():
            assert other.poll() is None
            time.sleep(0.01)
        other.kill()
        other.wait()
    assert holds_all(get())


@pytest.mark.fault("half a VOC2012 lies there, unpacked by hand", "it is said what is missing, and nothing overwritten")
def test_a_half_folder_of_somebody_elses_is_told(server, get, folder):
    (folder / INNER / "JPEGImages").mkdir(parents=True)
    with pytest.raises(FileExistsError, match=r"is there, but SegmentationClass, ImageSets/Segmentation missing in it"):
        get()
    assert server.asked == [] and seen(folder) == ["VOCdevkit"]


@pytest.mark.fault("nothing can be written in the data folder", "it is said, and how to name another one")
def test_a_folder_that_cannot_be_written_is_told(server, get, folder):
    folder.write_text("a file where a folder belongs")
    with pytest.raises(PermissionError, match=r"nothing can be written in .*data .*no process can be getting VOC2012"):
        get()
    assert server.asked == []


def test_the_bars_show_rates_and_the_time_that_is_left(get, capsys):
    get(progress=True)
    said = capsys.readouterr().err
    assert re.search(r"VOCtrainval.*100%.*\[\d\d:\d\d<\d\d:\d\d, .*B/s\]", said)
    assert re.search(r"unpacking: .*100%.*\[\d\d:\d\d<\d\d:\d\d, .*B/s\]", said)
    assert "is not needed any more" in said


def test_a_tar_of_ones_own_is_unpacked_and_stays(server, get, folder, tmp_path):
    assert holds_all(get(source=tmp_path / "made.tar"))
    assert seen(folder) == ["VOCdevkit"] and (tmp_path / "made.tar").read_bytes() == server.content
    assert server.asked == []


def test_a_folder_with_the_tar_in_it_stands_for_the_tar(server, get, folder, tmp_path):
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / TAR).write_bytes(server.content)
    assert holds_all(get(source=tmp_path / "stick"))
    assert seen(tmp_path / "stick") == [TAR] and seen(folder) == ["VOCdevkit"]


@pytest.mark.fault(
    "--from names a tar that was cut, or another one", "it is said what is wrong with it; it stays as it is"
)
def test_a_wrong_tar_of_ones_own_is_refused(server, get, folder, tmp_path):
    for content, found in (
        (server.content[:-1], "it has .* bytes, not"),
        (bytes(len(server.content)), "its MD5 begins"),
    ):
        (tmp_path / "made.tar").write_bytes(content)
        with pytest.raises(
            ValueError, match=f"made.tar is not {TAR} as it was published: {found}.*or leave out --from"
        ):
            get(source=tmp_path / "made.tar")
        assert (tmp_path / "made.tar").read_bytes() == content and seen(folder) == []


def test_the_command_takes_a_tar_of_ones_own(server, folder, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(voc, "VOC2012", wanted_for(server.content, DEAD))
    assert cli.main(["data", "voc2012", "--from", str(tmp_path / "made.tar")]) == 0
    assert capsys.readouterr().out == f"voc2012: {folder / INNER}\n"
    with pytest.raises(SystemExit):
        cli.main(["data", "minivoc", "--from", "x"])
    assert "unrecognized arguments: --from x" in capsys.readouterr().err


def test_the_command_tells_each_address_and_its_reason(server, folder, monkeypatch, capsys):
    monkeypatch.setattr(voc, "VOC2012", wanted_for(server.content, DEAD, f"{server.url}/page"))
    assert cli.main(["data", "voc2012"]) == 2
    said = capsys.readouterr().err
    assert f"fcn-course data: {TAR} could not be fetched:\n  {DEAD}: " in said and "it sent a web page" in said
    assert "Traceback" not in said


def test_a_python_that_cannot_unpack_safely_says_how_to_do_it_by_hand(get, folder, monkeypatch):
    monkeypatch.delattr(tarfile, "data_filter")
    with pytest.raises(RuntimeError, match=re.escape(f"tar -xf '{folder / TAR}' -C '{folder}'")):
        get()


def test_a_download_needs_no_torch():
    code = "import sys, fcn_course.data.download; assert not {'torch', 'numpy', 'PIL'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
