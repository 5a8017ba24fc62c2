"""Scratch folders: gone with their owner, however it ended."""

import gc
import subprocess
import sys
from pathlib import Path

from data.scratch import Scratch

ROOT = Path(__file__).resolve().parents[3]


def test_a_folder_goes_when_nobody_refers_to_it(tmp_path: Path):
    scratch = Scratch(tmp_path)
    folder = scratch.folder
    (folder / "rows").write_text("1")
    del scratch
    gc.collect()
    assert not folder.exists()


def test_folders_in_use_stay(tmp_path: Path):
    first, second = Scratch(tmp_path), Scratch(tmp_path)
    assert first.folder.is_dir()
    assert first.folder != second.folder
    first.close()
    first.close()
    assert not first.folder.exists()
    assert second.folder.is_dir()


def test_the_folder_of_a_killed_process_is_swept_by_the_next_one(tmp_path: Path):
    killed = "import os, signal, pathlib; from data.scratch import Scratch; s = Scratch(pathlib.Path(os.sys.argv[1])); os.kill(os.getpid(), signal.SIGKILL)"
    subprocess.run([sys.executable, "-c", killed, str(tmp_path)], cwd=ROOT, check=False)
    (left,) = (tmp_path / "scratch").iterdir()
    kept = Scratch(tmp_path)
    assert not left.exists()
    assert list((tmp_path / "scratch").iterdir()) == [kept.folder]
