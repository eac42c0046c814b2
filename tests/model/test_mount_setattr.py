# SPDX-License-Identifier: BSD-3-Clause
"""When MOUNT_ATTR_IDMAP is accepted: every recorded situation the model can be put into."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

import pytest

from kfuncviz.model.capability import CAP_FULL_SET, cap_mask
from kfuncviz.model.cred import Cred, MntNamespace, Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import Inode, Path, SuperBlock, VfsMount
from kfuncviz.model.idmap import IdMap
from kfuncviz.model.mnt_idmapping import nop_mnt_idmap
from kfuncviz.model.mount_tree import attach, copy_tree, open_tree
from kfuncviz.model.namespace import (
    AT_EMPTY_PATH,
    AT_RECURSIVE,
    MOUNT_ATTR_IDMAP,
    MOUNT_ATTR_RDONLY,
    OtherFd,
    UsernsFd,
    mount_setattr,
    open_tree_attr,
)
from kfuncviz.model.open import Open, do_sys_open
from kfuncviz.model.releases import Release, release
from kfuncviz.model.stat import vfs_statx
from kfuncviz.model.statmount import statmount_mnt_idmap
from kfuncviz.model.uidgid import gid_t, kgid_t, kuid_t, uid_t
from kfuncviz.model.user_namespace import UserNamespace, init_user_ns, make_kgid, make_kuid
from tests.recorded import files, lines

CASES = [
    json.loads(line)
    for line in (FilePath(__file__).parents[1] / "data" / "kernel-mount-setattr.jsonl")
    .read_text()
    .splitlines()
]
#: Who asks unless it is said, on which kernel; and the filesystem that is asked about: see
#: :func:`asking`.
ROOT = Task()
DISK = "tmpfs"


@contextmanager
def asking(kernel: Release, disk: str) -> Iterator[None]:
    """Ask this kernel, about this filesystem where no other is named."""
    global ROOT, DISK
    before = ROOT, DISK
    ROOT, DISK = Task(kernel=kernel), disk
    try:
        yield
    finally:
        ROOT, DISK = before


def space(
    uid: str | None = "0 10000 10000",
    gid: str | None = "",
    parent: UserNamespace | None = None,
    owner: int = 0,
) -> UserNamespace:
    gid = uid if gid == "" else gid
    return UserNamespace(
        "ns", parent or init_user_ns, owner=kuid_t(owner), group=kgid_t(owner),
        uid_map=IdMap(uid) if uid else None, gid_map=IdMap(gid) if gid else None,
    )  # fmt: skip


class World:
    """A filesystem attached in the caller's mount namespace, with a file ``f`` of 0:0 in it."""

    def __init__(self, fs_type: str = "", owner: UserNamespace = init_user_ns) -> None:
        self.sb = SuperBlock(owner, fs_type=fs_type or DISK)
        self.file = Inode(self.sb, 0o100644)
        self.dir = Inode(self.sb, 0o040755)
        self.sb.s_root.entries = {"f": self.file, "d": self.dir}
        self.attached = VfsMount(self.sb.s_root, mnt_ns=ROOT.mnt_ns)

    def clone(self) -> VfsMount:
        return copy_tree(Path(self.attached, self.sb.s_root))

    def owner(self, mnt: VfsMount, inode: Inode | None = None) -> list[int]:
        stat = vfs_statx(ROOT, Path(mnt, inode or self.file))
        return [stat.uid, stat.gid]


def attached_to_root(mnt: VfsMount) -> VfsMount:
    """Attach a mount to the root of the mount namespace of those who ask."""
    attach(mnt, VfsMount(SuperBlock().s_root, mnt_ns=ROOT.mnt_ns), None)
    return mnt


def err(
    mnt: VfsMount, fd: UsernsFd, task: Task | None = None, inode: Inode | None = None, **kw: Any
) -> Any:
    try:
        mount_setattr(task or ROOT, Path(mnt, inode or mnt.mnt_root), userns_fd=fd, **kw)
    except KernelError as error:
        return error.name
    return None


def simple(
    fd: UsernsFd | Callable[[], UserNamespace], fs_type: str = "", **kw: Any
) -> dict[str, Any]:
    world = World(fs_type)
    mnt = world.clone()
    answer = err(mnt, fd() if callable(fd) else fd, **kw)
    return {"err": answer, "owner": world.owner(mnt)}


def attached(after: bool = False) -> dict[str, Any]:
    world = World()
    mnt = world.attached
    if after:
        mnt = world.clone()
        attached_to_root(mnt)
    return {"err": err(mnt, space()), "owner": world.owner(mnt)}


def unmounted() -> dict[str, Any]:
    mnt = World().clone()
    attached_to_root(mnt)
    mnt.mnt_ns = None
    return {"err": err(mnt, space())}


def twice(second: UserNamespace | None = None) -> dict[str, Any]:
    world, ns = World(), space()
    mnt = world.clone()
    assert err(mnt, ns) is None
    return {"err": err(mnt, second or ns), "owner": world.owner(mnt)}


def cloned() -> dict[str, Any]:
    world = World()
    mnt = world.clone()
    assert err(mnt, space()) is None
    attached_to_root(mnt)
    return {"err": None, "owner": world.owner(copy_tree(Path(mnt, mnt.mnt_root)))}


def below(kind: str) -> dict[str, Any]:
    world = World()
    mnt = world.clone()
    answer = err(mnt, space(), inode=world.dir if kind == "dir" else world.file)
    return {"err": answer, "owner": world.owner(mnt)}


def file_mount() -> dict[str, Any]:
    world = World()
    mnt = copy_tree(Path(world.attached, world.file))
    return {"err": err(mnt, space()), "owner": world.owner(mnt)}


def writer(count: int) -> dict[str, Any]:
    world = World()
    mnt = world.clone()
    mnt.writers = count
    return {"err": err(mnt, space()), "owner": world.owner(mnt)}


def made(before: bool) -> dict[str, Any]:
    """A file whose owner is 10000 (made before) or 0 (made through the idmapped mount)."""
    world = World()
    mnt = world.clone()
    assert err(mnt, space()) is None
    inode = Inode(world.sb, 0o100644, *([10000] * 2 if before else [0] * 2))
    return {"err": None, "owner_idmapped": world.owner(mnt, inode),
            "owner_plain": world.owner(world.attached, inode)}  # fmt: skip


def recursive(
    below: str = "tmpfs", before: UserNamespace | None = None, recurse: int = AT_RECURSIVE
) -> dict[str, Any]:
    """A tmpfs with something mounted in it, which may be idmapped before."""
    world, sub = World("tmpfs"), World(below)
    mounted = sub.clone()
    if before:
        err(mounted, before)
    attach(mounted, world.attached, None)
    mnt = copy_tree(Path(world.attached, world.sb.s_root), recursive=True)
    answer = err(mnt, space(), flags=AT_EMPTY_PATH | recurse)
    return {"err": answer, "owner": world.owner(mnt), "submount_owner": sub.owner(mnt.children[0])}


def two_mounts() -> dict[str, Any]:
    world, ns = World(), space()
    first, second = world.clone(), world.clone()
    return {"err": err(first, ns), "second": err(second, ns), "owner": world.owner(second)}


def nested() -> dict[str, Any]:
    parent = space("0 100000 65536")
    return simple(space("0 101000 10", "0 102000 10", parent))


def read_only_superblock() -> dict[str, Any]:
    world = World("tmpfs")
    world.sb.rdonly = True
    return {"err": err(world.clone(), space())}


def cleared(idmapped: bool, **kw: Any) -> dict[str, Any]:
    world = World()
    mnt = world.clone()
    if idmapped:
        assert err(mnt, space()) is None
    answer = err(mnt, space(), attr_clr=MOUNT_ATTR_IDMAP, **kw)
    return {"err": answer, "owner": world.owner(mnt)}


def tree_attr(
    fd: UsernsFd, before: UserNamespace | None = None, detached: bool = False, **kw: Any
) -> dict[str, Any]:
    """open_tree_attr(2) of an attached mount, or of a clone that is idmapped before."""
    world = World()
    mnt = world.attached
    if before:
        mnt = world.clone()
        assert err(mnt, before) is None
        if not detached:
            attached_to_root(mnt)
    try:
        mnt = open_tree_attr(ROOT, Path(mnt, mnt.mnt_root), userns_fd=fd, **kw)
    except KernelError as error:
        return {"err": error.name, "owner": None}
    return {"err": None, "owner": world.owner(mnt)}


def without_sys_admin() -> dict[str, Any]:
    task = replace(ROOT, cred=Cred.of(0, 0, caps=cap_mask("-CAP_SYS_ADMIN")))
    return {"err": err(World().clone(), space(), task)}


def container_root(own_mount_ns: bool, filesystem: str, using: str) -> dict[str, Any]:
    """Root of a user namespace; whose filesystem, and which namespace it maps with."""
    box = space("0 100000 65536")
    task = replace(ROOT, cred=Cred.of(100000, 100000, user_ns=box, caps=CAP_FULL_SET))
    if own_mount_ns:
        task = replace(task, mnt_ns=MntNamespace("box", box))
    child = space("0 101000 10", "0 101000 10", box, owner=100000)
    sibling = space("0 200000 10", owner=7)
    own = filesystem == "own"
    world = World("tmpfs" if own else "", box if own else init_user_ns)
    world.file.i_uid, world.file.i_gid = kuid_t(100000), kgid_t(100000)
    mnt = world.clone()
    if own and own_mount_ns and using == "child":
        # The filesystem comes from fsmount(2), and is cloned to have a mount for each.
        world.attached.mnt_ns, world.attached.was_attached = None, False
        try:
            open_tree(task, Path(world.attached, world.sb.s_root))
        except KernelError as error:
            return {"err": error.name, "at": "preparation"}
    answer = err(mnt, {"own": box, "child": child, "sibling": sibling}[using], task)
    stat = vfs_statx(task, Path(mnt, world.file))
    return {"err": answer, "owner": [stat.uid, stat.gid]}


def init_root(using: str) -> dict[str, Any]:
    box = space("0 100000 65536")
    inner = space("0 101000 10", "0 101000 10", box)
    owner = inner if using == "parent" else box
    with_ns = {"own": box, "init": init_user_ns, "sibling": space("0 200000 10"), "parent": box}
    world = World("tmpfs", owner)
    root = world.sb.s_root
    root.i_uid, root.i_gid = from_root(owner)
    mnt = world.clone()
    return {"err": err(mnt, with_ns[using]), "root_owner": world.owner(mnt, root)}


def from_root(ns: UserNamespace) -> tuple[kuid_t, kgid_t]:
    return make_kuid(ns, uid_t(0)), make_kgid(ns, gid_t(0))


def plain_user(*caps: str) -> dict[str, Any]:
    """uid 1000, with some capabilities in the initial namespace."""
    task = replace(ROOT, cred=Cred.of(1000, 1000, caps=cap_mask([*caps])))
    return {"err": err(World().clone(), space(), task)}


def own_user_of_host() -> dict[str, Any]:
    """An unprivileged user in namespaces of its own, and a filesystem of the host."""
    box = space("0 1000 1", owner=1000)
    task = replace(ROOT, cred=Cred.of(1000, 1000, user_ns=box, caps=CAP_FULL_SET),
                   mnt_ns=MntNamespace("box", box))  # fmt: skip
    return {"err": err(World().clone(), space("0 1000 1", parent=box, owner=1000), task)}


def read_only_too() -> dict[str, Any]:
    mnt = World().clone()
    answer = err(mnt, space(), attr_set=MOUNT_ATTR_IDMAP | MOUNT_ATTR_RDONLY)
    task = replace(ROOT, cred=Cred.of(10000, 10000))
    with pytest.raises(KernelError) as caught:
        do_sys_open(task, mnt, "new", Open.WRITE | Open.CREAT)
    return {"err": answer, "create": caught.value.name}


def clone_of_idmapped() -> dict[str, Any]:
    world = World()
    mnt = world.clone()
    assert err(mnt, space()) is None
    attached_to_root(mnt)
    clone = copy_tree(Path(mnt, mnt.mnt_root))
    return {"err": err(clone, space("0 20000 5")), "owner": world.owner(clone)}


def filesystem(fs_type: str) -> dict[str, Any]:
    world = World(fs_type)
    mnt = world.clone()
    return {"err": err(mnt, space()), "root_owner": world.owner(mnt, world.sb.s_root)}


NS = space
SITUATIONS: dict[str, Callable[[], dict[str, Any]]] = {
    "s000": lambda: simple(NS()),
    "s001": lambda: simple(NS(), "tmpfs"),
    "s002": lambda: simple(NS("0 1000 1", "0 2000 1")),
    "s003": lambda: simple(NS("0 0 4294967295")),
    "s005": lambda: simple(NS("\n".join(f"{2 * i} {2 * i} 1" for i in range(340)))),
    "s006": read_only_too,
    "s007": lambda: simple(NS()),
    "s010": lambda: recursive(recurse=0),
    "s017": clone_of_idmapped,
    "s020": attached,
    "s021": attached,
    "s022": attached,
    "s025": lambda: below("dir"),
    "s030": lambda: writer(0),
    "s035": lambda: simple(init_user_ns),
    "s037": lambda: simple(-9),
    "s038": lambda: simple(9999),
    "s039": lambda: simple(0x7FFFFFFF),
    "s041": lambda: simple(7 + (1 << 32)),
    "s044": lambda: simple(OtherFd("pipe")),
    "s046": lambda: simple(OtherFd("mnt namespace")),
    "s048": lambda: simple(OtherFd("net namespace")),
    "s050": lambda: simple(OtherFd("ipc namespace")),
    "s052": lambda: simple(OtherFd("time namespace")),
    "s053": lambda: simple(OtherFd("O_PATH")),
    "s063": lambda: simple(NS(), attr_set=MOUNT_ATTR_IDMAP | 1 << 40),
    "s066": lambda: simple(NS(), size=0),
    "s068": lambda: simple(NS(), size=31),
    "s069": lambda: simple(NS(), size=32),
    "s070": lambda: simple(NS(), size=40),
    "s073": lambda: simple(NS(), size=4097),
    "s080": lambda: tree_attr(NS("0 20000 5"), before=NS()),
    "s081": lambda: tree_attr(NS("0 20000 5"), before=NS(), attr_clr=MOUNT_ATTR_IDMAP),
    "s082": lambda: tree_attr(-1, before=NS(), attr_set=0, attr_clr=MOUNT_ATTR_IDMAP),
    "s083": lambda: tree_attr(NS(), clone=False),
    "s085": lambda: tree_attr(NS("0 20000 5"), before=NS(), detached=True),
    "s086": plain_user,
    "s088": lambda: plain_user("CAP_SYS_ADMIN"),
    "s090": lambda: container_root(own_mount_ns=True, filesystem="init", using="child"),
    "s093": lambda: container_root(own_mount_ns=True, filesystem="own", using="sibling"),
    "s095": lambda: init_root("sibling"),
    "s097": lambda: init_root("parent"),
    "s098": lambda: container_root(own_mount_ns=False, filesystem="own", using="child"),
    "s099": own_user_of_host,
    "s126": lambda: recursive("ramfs"),
    "s127": lambda: recursive(before=NS()),
    "s004": lambda: simple(NS("5 10005 1")),
    "s008": lambda: simple(NS()),
    "s009": recursive,
    "s011": lambda: writer(0),
    "s012": lambda: simple(-1, attr_set=MOUNT_ATTR_RDONLY),
    "s013": lambda: simple(-1, attr_set=0),
    "s014": twice,
    "s015": lambda: twice(NS("0 20000 5")),
    "s016": cloned,
    "s018": cloned,
    "s019": attached,
    "s023": lambda: attached(after=True),
    "s024": unmounted,
    "s026": lambda: below("dir"),
    "s027": lambda: below("file"),
    "s028": file_mount,
    "s029": lambda: writer(1),
    "s031": lambda: writer(0),
    "s032": lambda: made(before=True),
    "s033": lambda: made(before=False),
    "s034": read_only_superblock,
    "s036": lambda: simple(-1),
    "s040": lambda: simple(0x80000000),
    "s042": lambda: simple(OtherFd("regular file")),
    "s043": lambda: simple(OtherFd("directory")),
    "s045": lambda: simple(OtherFd("pidfd")),
    "s047": lambda: simple(OtherFd("pid namespace")),
    "s049": lambda: simple(OtherFd("uts namespace")),
    "s051": lambda: simple(OtherFd("cgroup namespace")),
    "s054": lambda: simple(OtherFd("O_PATH")),
    "s055": lambda: simple(NS(None, None)),
    "s056": lambda: simple(NS("0 10000 10000", None)),
    "s057": lambda: simple(NS(None, "0 10000 10000")),
    "s058": nested,
    "s059": two_mounts,
    "s060": lambda: cleared(idmapped=True, attr_set=0),
    "s061": lambda: cleared(idmapped=False, attr_set=0),
    "s062": lambda: cleared(idmapped=False),
    "s064": lambda: simple(NS(), flags=AT_EMPTY_PATH | 1),
    "s067": lambda: simple(NS(), size=8),
    "s071": lambda: simple(NS(), size=64),
    "s072": lambda: simple(NS(), size=4096),
    "s074": lambda: simple(NS(), size=40, nonzero_tail=True),
    "s077": lambda: simple(NS(), propagation=1 << 20 | 1 << 18),
    "s078": lambda: simple(NS(), propagation=1 << 18),
    "s079": lambda: tree_attr(NS()),
    "s084": lambda: tree_attr(init_user_ns),
    "s087": without_sys_admin,
    "s089": lambda: container_root(own_mount_ns=False, filesystem="init", using="own"),
    "s091": lambda: container_root(own_mount_ns=True, filesystem="own", using="child"),
    "s092": lambda: container_root(own_mount_ns=True, filesystem="own", using="own"),
    "s094": lambda: init_root("own"),
    "s096": lambda: init_root("init"),
}
#: Situations about path look-up, which the model's mount_setattr is given the result of.
NOT_MODELLED = {
    "s065": "an empty path needs AT_EMPTY_PATH",
    "s075": "a bad pointer is EFAULT",
    "s076": "a bad directory descriptor fails before the mount is looked at",
    "s125": "an overlay whose layers are idmapped mounts",
}


def model_says(case: dict[str, Any]) -> dict[str, Any]:
    of_type = case["cat"] == "filesystem" and case["id"] not in SITUATIONS
    return filesystem(case["desc"]) if of_type else SITUATIONS[case["id"]]()


def disagreeing(cases: Iterable[dict[str, Any]]) -> list[str]:
    wrong = []
    for case in cases:
        err = case["result"]["err"] or ""
        if case["id"] in NOT_MODELLED or err.startswith("not testable"):
            continue
        got, said = model_says(case), case["result"]
        # Of a refused type the model has no real root directory.
        keys = [key for key in said if key != "root_owner" or said["err"] is None]
        wrong += [
            f"{case['id']} {case['desc']}: {key}: kernel {said[key]}, model {got.get(key)}"
            for key in keys
            if got.get(key) != said[key]
        ]
    return wrong


def test_the_kernel_and_the_model_agree() -> None:
    with asking((6, 18, 44), "tmpfs"):
        wrong = disagreeing(CASES)
    assert not wrong, "\n".join(wrong[:10])


@pytest.mark.parametrize(
    "path", files("mount-setattr"), ids=lambda path: path.name.removesuffix(".jsonl.gz")
)
def test_other_kernels_and_the_model_agree(path: FilePath) -> None:
    *version, disk = path.name.split(".")[:4]
    cases = list(lines(path))
    assert len(cases) > 75
    with asking(release(".".join(version)), disk):
        wrong = disagreeing(cases)
    assert not wrong, "\n".join(wrong[:10])


def test_every_recorded_situation_is_accounted_for() -> None:
    cases = [*CASES, *(case for path in files("mount-setattr") for case in lines(path))]
    known = {*SITUATIONS, *NOT_MODELLED} | {c["id"] for c in cases if c["cat"] == "filesystem"}
    assert {case["id"] for case in cases} == known


def idmapped_mount() -> tuple[World, VfsMount]:
    world = World()
    mnt = world.clone()
    assert err(mnt, space()) is None
    attached_to_root(mnt)
    return world, mnt


def test_open_tree_attr_replaces_and_clears_on_a_clone() -> None:
    world, mnt = idmapped_mount()
    at = Path(mnt, mnt.mnt_root)
    assert world.owner(open_tree_attr(ROOT, at, userns_fd=space("0 20000 5"))) == [20000, 20000]
    plain = open_tree_attr(ROOT, at, attr_set=0, attr_clr=MOUNT_ATTR_IDMAP)
    assert plain.mnt_idmap is nop_mnt_idmap
    assert world.owner(mnt) == [10000, 10000]
    with pytest.raises(KernelError, match="EINVAL"):
        open_tree_attr(ROOT, at, clone=False, attr_set=0, attr_clr=MOUNT_ATTR_IDMAP)


def test_open_tree_attr_is_new_in_6_15() -> None:
    _, mnt = idmapped_mount()
    with pytest.raises(KernelError, match=r"since 6\.15"):
        open_tree_attr(Task(kernel=(6, 14)), Path(mnt, mnt.mnt_root), userns_fd=space())


def test_a_failing_recursive_request_changes_nothing() -> None:
    world, sub = World(), World("ramfs")
    world.attached.children = [VfsMount(sub.sb.s_root, mnt_ns=ROOT.mnt_ns)]
    mnt = copy_tree(Path(world.attached, world.sb.s_root), recursive=True)
    assert err(mnt, space(), flags=AT_EMPTY_PATH | AT_RECURSIVE) == "EINVAL"
    assert mnt.mnt_idmap is nop_mnt_idmap


@pytest.mark.parametrize(
    ("kernel", "answer"), [((6, 8), None), ((6, 9), "EINVAL"), ((6, 18), "EINVAL")]
)
def test_unwritten_maps_by_release(kernel: tuple[int, int], answer: str | None) -> None:
    mnt = World("xfs").clone()
    assert err(mnt, space(None, None), Task(kernel=kernel)) == answer


@pytest.mark.parametrize(
    ("fs_type", "kernel", "answer"),
    [("tmpfs", (6, 2), "EINVAL"), ("tmpfs", (6, 3), None), ("ext4", (5, 12), None),
     ("btrfs", (5, 14), "EINVAL"), ("btrfs", (5, 15), None), ("ext3", (6, 18), "EINVAL")],
)  # fmt: skip
def test_filesystems_by_release(fs_type: str, kernel: tuple[int, int], answer: str | None) -> None:
    assert err(World(fs_type).clone(), space(), Task(kernel=kernel)) == answer


def test_a_filesystem_nothing_is_known_of_is_no_guess() -> None:
    with pytest.raises(KernelError, match="nothing is known of filesystem type 'qnx4'"):
        mount_setattr(ROOT, Path(m := World("qnx4").clone(), m.mnt_root), userns_fd=space())


def test_statmount_shows_whole_rows_of_the_callers_map_only() -> None:
    ns = space("0 10000 5\n100 10500 10\n50 20000 1")
    mnt = World().clone()
    assert statmount_mnt_idmap(ROOT, mnt) is None
    assert err(mnt, ns) is None
    assert statmount_mnt_idmap(ROOT, mnt) == ["0 10000 5", "100 10500 10", "50 20000 1"]

    def seen_by(rows: str) -> list[str] | None:
        return statmount_mnt_idmap(Task(cred=Cred.of(10000, 10000, user_ns=space(rows))), mnt)

    assert seen_by("0 10000 1000") == ["0 0 5", "100 500 10"]
    assert seen_by("0 10000 3") == []
