"""Attributes and access lists of a file that is replaced, on a real file system."""

import errno
import os
import struct
from pathlib import Path

import pytest

from creditsui.adapters import attributes
from creditsui.adapters.atomic import replace

ACL, DEFAULT = "system.posix_acl_access", "system.posix_acl_default"
USER_OBJ, USER, GROUP_OBJ, MASK, OTHER = 0x01, 0x02, 0x04, 0x10, 0x20
NOBODY, UNDEFINED = 65534, 0xFFFFFFFF


def acl(user: int, group: int, mask: int) -> bytes:
    """`NOBODY` may do `user`, the group `group`, both no more than `mask`; others nothing."""
    entries = ((USER_OBJ, 6, UNDEFINED), (USER, user, NOBODY), (GROUP_OBJ, group, UNDEFINED), (MASK, mask, UNDEFINED),
               (OTHER, 0, UNDEFINED))  # fmt: skip
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


def set_or_skip(path: Path, name: str, value: bytes) -> None:
    try:
        os.setxattr(path, name, value)
    except (OSError, AttributeError) as error:
        pytest.skip(f"attributes cannot be set here: {error}")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_bytes(b"old")
    path.chmod(0o640)
    return path


def test_what_the_owner_noted_on_a_file_stays_on_it(path: Path) -> None:
    set_or_skip(path, "user.origin", b"\x00mine\xff")
    replace(path, b"new", unless_changed=b"old")
    assert path.read_bytes() == b"new" and os.getxattr(path, "user.origin") == b"\x00mine\xff"


def test_who_may_use_a_file_by_its_access_list_may_use_the_new_one_and_nobody_else(path: Path) -> None:
    told = acl(user=4, group=0, mask=4)
    set_or_skip(path, ACL, told)
    assert path.stat().st_mode & 0o777 == 0o640  # where there is a list, its mask stands in the place of the group
    replace(path, b"new")
    assert os.getxattr(path, ACL) == told and path.stat().st_mode & 0o777 == 0o640


def test_a_folder_that_opens_its_new_files_does_not_open_one_that_is_replaced(path: Path) -> None:
    set_or_skip(path.parent, DEFAULT, acl(user=6, group=6, mask=6))
    replace(path, b"new")
    assert os.listxattr(path) == [] and path.stat().st_mode & 0o777 == 0o640
    fresh = path.with_name("fresh")
    fresh.touch()
    assert ACL in os.listxattr(fresh)  # else this proves nothing


@pytest.mark.parametrize("name", ["user.origin", ACL])
def test_what_decides_over_access_or_is_the_owners_is_kept_or_nothing_is_written(
    path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_or_skip(path, name, acl(4, 0, 4))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(os, "setxattr", full)
    with pytest.raises(OSError, match="no room"):
        replace(path, b"new")
    assert path.read_bytes() == b"old"
    assert [one.name for one in path.parent.iterdir() if one.suffix == ".tmp"] == []


def test_a_label_of_the_system_that_may_not_be_set_hinders_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(errno.EPERM, "not you")

    monkeypatch.setattr(os, "listxattr", lambda path: ["security.selinux"])
    monkeypatch.setattr(os, "getxattr", lambda path, name: b"label")
    monkeypatch.setattr(os, "setxattr", denied)
    replace(path, b"new")
    assert path.read_bytes() == b"new"


def test_a_file_system_or_a_system_without_attributes_is_no_hindrance(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise OSError(errno.ENOTSUP, "none here")

    monkeypatch.setattr(os, "listxattr", none)
    replace(path, b"new")
    monkeypatch.delattr(os, "listxattr")
    replace(path, b"newer")
    assert path.read_bytes() == b"newer"


def test_an_attribute_that_cannot_be_read_at_all_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(os, "listxattr", broken)
    with pytest.raises(OSError, match="broken"):
        attributes.keep(path, path)
