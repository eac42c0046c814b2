# SPDX-License-Identifier: BSD-3-Clause
# ruff: noqa: E501 - an answer is as long as its line
"""
Whole answers
=============

What somebody is told of a text, from the first word to the last: rows and settings, then after
``?`` what stands out and after ``!`` what is wrong.  Each block names the dialect and what is known
besides the text; LONG is a word of a hundred letters, SHORT what is shown of one.
"""

from __future__ import annotations

import pytest

from kfuncviz.dialects import Options, echo, findings, parse
from kfuncviz.dialects.subid import read_subids

ANSWERS = r"""
proc
> uid_map:
> 0 5 1
> gid_map =   0 6 1
the namespace, uids: inside = outside
  0 = 5 (1 id)
  1 id in all, the last: inside 0 = outside 5
the namespace, gids: inside = outside
  0 = 6 (1 id)
  1 id in all, the last: inside 0 = outside 6

proc
> 0 5 1 2
! line 1 column 1: EINVAL: '2' after the third number

proc attached
> 4294967301 5 2
> 9 8589934592 2
the mount, uids and gids: disk = mount
  5...6 = 5...6 (2 ids)
  9...10 = 0...1 (2 ids)
  4 ids in all, the last: disk 10 = mount 1
? the mount, uids: no row for disk 7...8 (2 ids): shown as 65534, which nobody owns
? the mount, gids: no row for disk 7...8 (2 ids): shown as 65534, which nobody owns
? line 1 column 1: 4294967301 is taken as 5, for the kernel keeps 32 bits of a number
? line 2 column 1: 8589934592 is taken as 0, for the kernel keeps 32 bits of a number

uid_map attached
> 0 5 1
the mount, uids: disk = mount
  0 = 5 (1 id)
  1 id in all, the last: disk 0 = mount 5

gid_map
> 0 100000 1000
> 1001 101001 64535
the namespace, gids: inside = outside
  0...999 = 100000...100999 (1000 ids)
  1001...65535 = 101001...165535 (64535 ids)
  65535 ids in all (1 fewer than the usual 65536), the last: inside 65535 = outside 165535
? the namespace, gids: no row for 1000 (1 id, off by one): chown to it is EINVAL; row 1 with a count of 1001 would hold it

statmount
> mnt_uidmap: 0 5 1 \0 7 8 2 \0
> mnt_gidmap: 0 5 1\0
the mount, uids: disk = mount
  0 = 5 (1 id)
  7...8 = 8...9 (2 ids)
  3 ids in all, the last: disk 8 = mount 9
the mount, gids: disk = mount
  0 = 5 (1 id)
  1 id in all, the last: disk 0 = mount 5
col 2 counts in the reader's user namespace; a row that has no ids there is left out

subuid
> a:100:5
> b:200:5
> c:202:1
> d:101:1
> :5:5
a may hand out uids 100...104 (5 ids)
b may hand out uids 200...204 (5 ids)
c may hand out uids 202 (1 id)
d may hand out uids 101 (1 id)
? line 3: 202...202 overlaps line 2 (b): two users share ids
? line 4: 101...101 overlaps line 1 (a): two users share ids
! line 5 column 1: the owner '' is not a login name or uid

subgid
>  0: alice 5 6
> 1: 7 9 1
alice may hand out gids 5...10 (6 ids)
7 may hand out gids 9 (1 id)
? line 2: 9...9 overlaps line 1 (alice): two users share ids

newuidmap self=1000:100
> newuidmap 5 0 1000 1
the namespace, uids: inside = outside
  0 = 1000 (1 id)
  1 id in all, the last: inside 0 = outside 1000

newuidmap self=1000:100 user=me subuid=me:1:1,me:3:1,me:5:1,me:7:1,me:9:1,me:11:1
> newuidmap 5 0 2 1 1 11 1
the namespace, uids: inside = outside
  0 = 2 (1 id)
  1 = 11 (1 id)
  2 ids in all, the last: inside 1 = outside 11
! line 1 column 15: EPERM: newuidmap: uid range [0-1) -> [2-3) not allowed; the ends do not count, and it is neither the own uid 1000 alone nor within 1, 3, 5, 7 and 2 ranges more

newgidmap self=1000:100
> newgidmap 5 0 100 1
the namespace, gids: inside = outside
  0 = 100 (1 id)
  1 id in all, the last: inside 0 = outside 100
newgidmap writes 'deny' to setgroups first, as only the own group is mapped

newgidmap self=1000:100 user=me subgid=me:100:1,me:200:5
> newgidmap 5 0 100 1
the namespace, gids: inside = outside
  0 = 100 (1 id)
  1 id in all, the last: inside 0 = outside 100

newgidmap self=1000:100 user=me subgid=me:200:5
> newgidmap 5 0 100 1 1 200 5
the namespace, gids: inside = outside
  0 = 100 (1 id)
  1...5 = 200...204 (5 ids)
  6 ids in all, the last: inside 5 = outside 204

newuidmap
> newuidmap 5 x 1 1
! line 1 column 13: INSIDE is 'x', not a whole number from 0 to 4294967295

newuidmap
> newuidmap 5 1 1 y
! line 1 column 17: COUNT is 'y', not a whole number from 0 to 4294967295

newuidmap
> newgidmap:
! line 1 column 1: want newuidmap PID INSIDE OUTSIDE COUNT ...

x-mount.idmap util_linux=2.38.1
> X-mount.idmap="u:1000:0:1 g:7:8:1"
the mount, uids: disk = mount
  1000 = 0 (1 id)
  1 id in all, the last: disk 1000 = mount 0
the mount, gids: disk = mount
  7 = 8 (1 id)
  1 id in all, the last: disk 7 = mount 8
? mount(8) before 2.39 takes the option, maps nothing and says nothing

x-mount.idmap util_linux=2.42.3
> b:1000:0:1
the mount, uids and gids: disk = mount
  1000 = 0 (1 id)
  1 id in all, the last: disk 1000 = mount 0
? the manual page of this version names the columns id-mount:id-host, the other way round; the program reads DISK:MOUNT (--after-manual reads what it says)

x-mount.idmap manual
> b:1000:0:1
the mount, uids and gids: disk = mount
  0 = 1000 (1 id)
  1 id in all, the last: disk 0 = mount 1000
? read after the words of the manual pages 2.39 to 2.42.3 (id-mount:id-host); the program takes what stands first for the id on the disk

x-mount.idmap
> mount -o "X-mount.idmap=u:1000:0:1, b:1000:0:1" /a /b
the mount, uids: disk = mount
  1000 = 0 (1 id)
  1 id in all, the last: disk 1000 = mount 0
? the mount has rows for uids alone: since Linux 6.9 the mount is refused with EINVAL, before that every gid was 65534
! line 1 column 36: a comma ends the option, and mount(8) drops what follows without a word; entries are parted by spaces (in fstab \040)

x-mount.idmap
> /LONG b:1:2:3LONG 1:2 u:1-2-3
the mount, uids and gids: disk = mount
  1...3 = 2...4 (3 ids)
  3 ids in all, the last: disk 3 = mount 4
the map of the user namespace /xxxxxxxxxxxxxxxxxxxSHORTER is attached to the mount
? line 1 column 110: 'SHORT' after the count is passed over
! line 1 column 211: '1:2' is not DISK:MOUNT:COUNT
! line 1 column 217: '1-2-3' is not DISK:MOUNT:COUNT; want 1:2:3

x-mount.idmap
> b:0:5:10 b:20:30:10 b:41:50:2
the mount, uids and gids: disk = mount
  0...9 = 5...14 (10 ids)
  20...29 = 30...39 (10 ids)
  41...42 = 50...51 (2 ids)
  22 ids in all, the last: disk 42 = mount 51
? the mount, uids: no row for disk 10...19 (10 ids): shown as 65534, which nobody owns
? the mount, uids: no row for disk 30...40 (11 ids): shown as 65534, which nobody owns
? the mount, gids: no row for disk 10...19 (10 ids): shown as 65534, which nobody owns
? the mount, gids: no row for disk 30...40 (11 ids): shown as 65534, which nobody owns

mount
> mount --bind --map-users /LONG --map-groups 1:2 --map-groups 5:6:x
the map of the user namespace /xxxxxxxxxxxxxxxxxxxSHORTER is attached to the mount
! line 1 column 141: '1:2' is not DISK:MOUNT:COUNT
! line 1 column 162: COUNT is 'x', not a whole number from 0 to 4294967295

unshare
>  0:1:2 5:6:7
the namespace, uids and gids: inside = outside
  0...1 = 1...2 (2 ids)
  5...11 = 6...12 (7 ids)
  9 ids in all, the last: inside 11 = outside 12
? the namespace, uids: no row for 2...4 (3 ids): chown to them is EINVAL; row 1 with a count of 5 would hold them
? the namespace, gids: no row for 2...4 (3 ids): chown to them is EINVAL; row 1 with a count of 5 would hold them

unshare
> 99999999999:1:1 1:99999999999:1
! line 1 column 1: INSIDE is '99999999999', not a whole number from 0 to 4294967295
! line 1 column 19: OUTSIDE is '99999999999', not a whole number from 0 to 4294967295

unshare self=1000:100 user=me subuid=me:100000:5,me:200000:6 subgid=me:7:7,me:20:9
> unshare --map-users=auto --map-group 5 --map-groups=subids
the namespace, uids: inside = outside
  0...4 = 100000...100004 (5 ids)
  5 ids in all, the last: inside 4 = outside 100004
the namespace, gids: inside = outside
  5 = 100 (1 id)
  7...13 = 7...13 (7 ids)
  20...28 = 20...28 (9 ids)
  17 ids in all, the last: inside 28 = outside 28
? the namespace, gids: no row for 6 (1 id, off by one): chown to it is EINVAL
? the namespace, gids: no row for 14...19 (6 ids): chown to them is EINVAL; row 2 with a count of 13 would hold them

unshare self=1000:100
> unshare --map-users 10:100000:5 --map-user 12 --map-groups 0,1 --map-groups 0:1
the namespace, uids: inside = outside
  12 = 1000 (1 id)
  10...11 = 100000...100001 (2 ids)
  13...14 = 100002...100003 (2 ids)
  5 ids in all, the last: inside 14 = outside 100003
? the namespace has rows for uids alone: a gid_map that nobody writes makes every gid 65534
? line 1 column 60: with commas OUTSIDE stands first, with colons INSIDE
? uid 12 inside is the caller's own: the block makes room and loses its last id, 100004 outside
! line 1 column 60: '0,1' is not OUTSIDE,INSIDE,COUNT
! line 1 column 77: '0:1' is not INSIDE:OUTSIDE:COUNT

unshare self=1000:100
> unshare --map-root-user
the namespace, uids: inside = outside
  0 = 1000 (1 id)
  1 id in all, the last: inside 0 = outside 1000
the namespace, gids: inside = outside
  0 = 100 (1 id)
  1 id in all, the last: inside 0 = outside 100

unshare self=1000:100
> unshare -c
the namespace, uids: inside = outside
  1000 = 1000 (1 id)
  1 id in all, the last: inside 1000 = outside 1000
the namespace, gids: inside = outside
  100 = 100 (1 id)
  1 id in all, the last: inside 100 = outside 100

unshare self=1000:100
> unshare -rU
the namespace, uids: inside = outside
  0 = 1000 (1 id)
  1 id in all, the last: inside 0 = outside 1000
the namespace, gids: inside = outside
  0 = 100 (1 id)
  1 id in all, the last: inside 0 = outside 100

unshare user=me
> unshare --map-auto
! line 1 column 9: --map-auto takes the ranges of /etc/subuid: --subuid FILE
! line 1 column 9: --map-auto takes the ranges of /etc/subgid: --subgid FILE

unshare
> unshare --map-group x --map-users=all
the namespace, uids: inside = outside
  0...4294967294 = 0...4294967294 (4294967295 ids)
  4294967295 ids in all, the last: inside 4294967294 = outside 4294967294
all: every id of the namespace it is run in, here the initial one
? the namespace has rows for uids alone: a gid_map that nobody writes makes every gid 65534
! line 1 column 21: --map-group is 'x', not a whole number from 0 to 4294967295

unshare util_linux=2.38
> unshare --map-users=0:1:1 --map-groups=7,5,1
the namespace, uids: inside = outside
  0 = 1 (1 id)
  1 id in all, the last: inside 0 = outside 1
the namespace, gids: inside = outside
  5 = 7 (1 id)
  1 id in all, the last: inside 5 = outside 7
? line 1 column 40: with commas OUTSIDE stands first, with colons INSIDE
! line 1 column 21: unshare before 2.39 knows OUTSIDE,INSIDE,COUNT alone

mount-idmapped
> --map-mount /LONG --map-caller b:0:1 --map-caller 5 --map-mount b:1:2
the map of the user namespace /xxxxxxxxxxxxxxxxxxxSHORTER is attached to the mount
! line 1 column 130: '0:1' is not INSIDE:OUTSIDE:COUNT
! line 1 column 147: want u, g or b first: b:INSIDE:OUTSIDE:COUNT
! line 1 column 163: '1:2' is not DISK:MOUNT:COUNT

mount-idmapped
> --map-mount u:0:5:1 g:0:5:1 /a u:7:8:9
the mount, uids: disk = mount
  0 = 5 (1 id)
  1 id in all, the last: disk 0 = mount 5
? the mount has rows for uids alone: since Linux 6.9 the mount is refused with EINVAL, before that every gid was 65534
! line 1 column 21: is taken for a path; each row needs a --map-mount of its own
! line 1 column 32: is taken for a path; each row needs a --map-mount of its own

oci
> {"uidMappings": [5, {"containerID": 0}, {"containerID": 0, "hostID": "x", "size": 1}, {"containerID": 0, "hostID": 5, "size": 1}]}
the container, uids: inside = outside
  0 = 5 (1 id)
  1 id in all, the last: inside 0 = outside 5
? the container has rows for uids alone: a gid_map that nobody writes makes every gid 65534
! uidMappings[0]: is no object of containerID, hostID, size
! uidMappings[1]: has no hostID and no size
! uidMappings[2].hostID: hostID is 'x', not a whole number from 0 to 4294967295

oci
> - {5: 1, ContainerID: 0, HostID: 5, Size: 1}
the container, uids and gids: inside = outside
  0 = 5 (1 id)
  1 id in all, the last: inside 0 = outside 5

oci
> mounts: [{options: [idmap], uidMappings: [{containerID: 0, hostID: 5, size: 1}]}, {destination: 5, options: [idmap]}, 7]
mounts[0], uids: disk = mount
  0 = 5 (1 id)
  1 id in all, the last: disk 0 = mount 5
mounts[1] 5 takes the container's map
? mounts[0] has rows for uids alone: since Linux 6.9 the mount is refused with EINVAL, before that every gid was 65534
! mounts[0]: has no gidMappings; both or none may be given

oci
> mounts: [{destination: LONG, options: [bind, idmap]}]
mounts[0] SHORT takes the container's map

oci crun=1.8
> mounts: [{options: [idmap]}, {destination: /b, options: [bind]}]
mounts[0] takes the container's map

oci crun=1.8
> mounts: [{uidMappings: [{containerID: 0, hostID: 5, size: 1}], gidMappings: [{containerID: 0, hostID: 6, size: 1}]}]
mounts[0], uids: disk = mount
  5 = 0 (1 id)
  1 id in all, the last: disk 5 = mount 0
mounts[0], gids: disk = mount
  6 = 0 (1 id)
  1 id in all, the last: disk 6 = mount 0
? mounts[0]: crun before 1.8.1 takes hostID for the id on the disk

oci crun=1.8.1
> mounts: [{uidMappings: [{containerID: 0, hostID: 5, size: 1}], gidMappings: [{containerID: 0, hostID: 6, size: 1}]}]
mounts[0], uids: disk = mount
  0 = 5 (1 id)
  1 id in all, the last: disk 0 = mount 5
mounts[0], gids: disk = mount
  0 = 6 (1 id)
  1 id in all, the last: disk 0 = mount 6

oci crun=0.21
> mounts: [{uidMappings: [{containerID: 0, hostID: 5, size: 1}], gidMappings: [{containerID: 0, hostID: 6, size: 1}]}]
mounts[0], uids: disk = mount
  5 = 0 (1 id)
  1 id in all, the last: disk 5 = mount 0
mounts[0], gids: disk = mount
  6 = 0 (1 id)
  1 id in all, the last: disk 6 = mount 0
? mounts[0]: crun before 1.8.1 takes hostID for the id on the disk

oci crun=1.14
> mounts: [{options: [idmap], uidMappings: [{containerID: 0, hostID: 5, size: 1}], gidMappings: [{containerID: 0, hostID: 6, size: 1}]}]
mounts[0], uids: disk = mount
  0 = 5 (1 id)
  1 id in all, the last: disk 0 = mount 5
mounts[0], gids: disk = mount
  0 = 6 (1 id)
  1 id in all, the last: disk 0 = mount 6

oci
> 5
! line 1 column 1: is no JSON object; want the whole config.json or its uidMappings

oci
> {"uidMappings": 5
! line 1 column 18: not JSON: expecting ',' delimiter

lxc
> lxc.arch = x86_64
> lxc.idmap = b 0 5 1
> lxc.rootfs.options = nosuid,idmap=container
> lxc.mount.entry = /s LONG none bind,idmap=container 0 0
> lxc.mount.entry = /t t none bind,idmap=/LONG 0 0
the container, uids and gids: inside = outside
  0 = 5 (1 id)
  1 id in all, the last: inside 0 = outside 5
mount rootfs, uids and gids: disk = mount
  0 = 5 (1 id)
  1 id in all, the last: disk 0 = mount 5
mount SHORT, uids and gids: disk = mount
  0 = 5 (1 id)
  1 id in all, the last: disk 0 = mount 5
rootfs takes the container's map
SHORT takes the container's map
a mount takes the map of /xxxxxxxxxxxxxxxxxxxSHORTER

lxc
> lxc.id_map = u 0 5
> lxc.idmap = 5
! line 1 column 16: '0 5' is not INSIDE OUTSIDE COUNT
! line 2 column 1: want lxc.idmap = u INSIDE OUTSIDE COUNT, u for uids, g for gids

lxc-usernsexec
> lxc-usernsexec -m b:0:1 -m u:0:5:1 -- id
the namespace, uids: inside = outside
  0 = 5 (1 id)
  1 id in all, the last: inside 0 = outside 5
? the namespace has rows for uids alone: a gid_map that nobody writes makes every gid 65534
! line 1 column 21: '0:1' is not INSIDE:OUTSIDE:COUNT

fuidshift
> fuidshift /x -t b:0:5:x g:1:2:3
the namespace, gids: inside = outside
  1...3 = 2...4 (3 ids)
  3 ids in all, the last: inside 3 = outside 4
? the namespace has rows for gids alone: a uid_map that nobody writes makes every uid 65534
! line 1 column 23: COUNT is 'x', not a whole number from 0 to 4294967295

podman rootless self=1000:1000 user=me subuid=me:100000:65536 subgid=me:100000:65536
> userns_mode: "keep-id"
the container, uids and gids: inside = intermediate = host
  0...999 = 1...1000 = 100000...100999 (1000 ids)
  1000 = 0 = 1000 (1 id)
  1001...65536 = 1001...65536 = 101000...165535 (64536 ids)
  65537 ids in all (1 more than the usual 65536), the last: inside 65536 = intermediate 65536
the program runs as 1000:1000 inside, unless --user says whom

podman rootless self=1000:1000 user=me subuid=me:100000:65536 subgid=me:100000:65536
> podman run --userns=keep-id:uid=99,gid=9,size=100
the container, uids: inside = intermediate = host
  0...98 = 1...99 = 100000...100098 (99 ids)
  99 = 0 = 1000 (1 id)
  100 = 100 = 100099 (1 id)
  101 ids in all, the last: inside 100 = intermediate 100
the container, gids: inside = intermediate = host
  0...8 = 1...9 = 100000...100008 (9 ids)
  9 = 0 = 1000 (1 id)
  10...100 = 10...100 = 100009...100099 (91 ids)
  101 ids in all, the last: inside 100 = intermediate 100
the program runs as 99:9 inside, unless --user says whom

podman rootless self=1000:1000 user=me subuid=me:100000:65536 subgid=me:100000:65536
> podman run --userns=nomap --uidmap
the container, uids and gids: inside = intermediate = host
  0...65535 = 1...65536 = 100000...165535 (65536 ids)
  65536 ids in all, the last: inside 65535 = intermediate 65536

podman
> [Container]
> UIDMap=0:1:5
> GIDMap=0:2:5
> User=LONG
> Volume=a:/b:idmap,z
the container, uids: inside = outside
  0...4 = 1...5 (5 ids)
  5 ids in all, the last: inside 4 = outside 5
the container, gids: inside = outside
  0...4 = 2...6 (5 ids)
  5 ids in all, the last: inside 4 = outside 6
volume /b, uids: disk = mount
  0...4 = 1...5 (5 ids)
  5 ids in all, the last: disk 4 = mount 5
volume /b, gids: disk = mount
  0...4 = 2...6 (5 ids)
  5 ids in all, the last: disk 4 = mount 6
the program runs as SHORT inside; --user maps nothing
volume /b takes the container's map

podman
> podman run --uidmap 0:1:5 --volume a:LONG:idmap -v idmap -v a=b:idmap
the container, uids and gids: inside = outside
  0...4 = 1...5 (5 ids)
  5 ids in all, the last: inside 4 = outside 5
volume SHORT, uids and gids: disk = mount
  0...4 = 1...5 (5 ids)
  5 ids in all, the last: disk 4 = mount 5
volume idmap, uids and gids: disk = mount
  0...4 = 1...5 (5 ids)
  5 ids in all, the last: disk 4 = mount 5
volume a=b:idmap, uids and gids: disk = mount
  0...4 = 1...5 (5 ids)
  5 ids in all, the last: disk 4 = mount 5
volume SHORT takes the container's map
volume idmap takes the container's map
volume a=b:idmap takes the container's map

podman
> podman run --gidmap 0:1:5 --mount type=bind,src=a,target=/b,idmap --mount type=bind,destination=/c,idmap --mount src=a,dst=/d,idmap
the container, uids and gids: inside = outside
  0...4 = 1...5 (5 ids)
  5 ids in all, the last: inside 4 = outside 5
volume /b, uids and gids: disk = mount
  0...4 = 1...5 (5 ids)
  5 ids in all, the last: disk 4 = mount 5
volume /c, uids and gids: disk = mount
  0...4 = 1...5 (5 ids)
  5 ids in all, the last: disk 4 = mount 5
volume /d, uids and gids: disk = mount
  0...4 = 1...5 (5 ids)
  5 ids in all, the last: disk 4 = mount 5
volume /b takes the container's map
volume /c takes the container's map
volume /d takes the container's map

podman
> 0:1000
the container, uids and gids: inside = outside
  0 = 1000 (1 id)
  1 id in all, the last: inside 0 = outside 1000

podman rootless
> 0:@1000
? what intermediate ids are on the host, --self and --subuid say
! line 1 column 1: @1000 is a host uid, which --self and --subuid make an intermediate one
! line 1 column 1: @1000 is a host gid, which --self and --subuid make an intermediate one

podman
> podman run --uidmap 0x:1:1 --uidmap 0:y:1 --uidmap 0:1:z --uidmap LONG
! line 1 column 21: CONTAINER is '0x', not a whole number from 0 to 4294967295
! line 1 column 39: FROM is 'y', not a whole number from 0 to 4294967295
! line 1 column 56: COUNT is 'z', not a whole number from 0 to 4294967295
! line 1 column 67: 'SHORT' is not CONTAINER:FROM:COUNT (COUNT may lack)

podman
> podman run --uidmap 0:1:5 --uidmap 3:10:5
the container, uids and gids: inside = outside
  0...4 = 1...5 (5 ids)
  3...7 = 10...14 (5 ids)
  10 ids in all, the last: inside 7 = outside 14
? the container, uids: row 2: 3 = 10 is 7 away, while row 1 is 1 away; with the same distance it would be 3 = 4
? the container, gids: row 2: 3 = 10 is 7 away, while row 1 is 1 away; with the same distance it would be 3 = 4
! line 1 column 36: EINVAL: uid map of the container: ids 3...4 of col 1 overlap row 1, which already maps 0...4; the next free id is 5
! line 1 column 36: EINVAL: gid map of the container: ids 3...4 of col 1 overlap row 1, which already maps 0...4; the next free id is 5

podman rootless self=0:0 user=root subuid=root:1:4294967294 subgid=root:1:4294967294
> podman run --uidmap +0:@5:1
the container, uids and gids: inside = intermediate = host
  0 = 5 = 5 (1 id)
  1 = 0 = 0 (1 id)
  2...5 = 1...4 = 1...4 (4 ids)
  6...4294967294 = 6...4294967294 = 6...4294967294 (4294967289 ids)
  4294967295 ids in all, the last: inside 4294967294 = intermediate 4294967294

podman rootless self=1000:1000 user=me subuid=me:100000:5 subgid=me:100000:5
> podman run --uidmap 0:4000000000:4294967295 --uidmap +5:0:1
the container, uids and gids: inside = intermediate = host
  0...4 = 4000000000...4000000004 = no id (5 ids)
  6...4294967294 = 4000000006...8294967294 = no id (4294967289 ids)
  5 = 0 = 1000 (1 id)
  4294967295 ids in all, the last: inside 4294967294 = intermediate 8294967294
! EINVAL: uid map of the container: outside 4000000006 with count 4294967289 runs past 4294967294, the last id; the most from here is 294967289
! EINVAL: gid map of the container: outside 4000000006 with count 4294967289 runs past 4294967294, the last id; the most from here is 294967289

podman rootless self=1000:1000 user=me subuid=me:100000:20 subgid=me:100000:20
> podman run --uidmap u3:0:1 --uidmap +10:5:3 --uidmap +g2:4:2
the container, uids: inside = intermediate = host
  3 = 0 = 1000 (1 id)
  10...12 = 5...7 = 100004...100006 (3 ids)
  0...2 = 1...3 = 100000...100002 (3 ids)
  4 = 4 = 100003 (1 id)
  5...9 = 8...12 = 100007...100011 (5 ids)
  13...20 = 13...20 = 100012...100019 (8 ids)
  21 ids in all, the last: inside 20 = intermediate 20
the container, gids: inside = intermediate = host
  11...12 = 6...7 = 100005...100006 (2 ids)
  2...3 = 4...5 = 100003...100004 (2 ids)
  0 = 0 = 1000 (1 id)
  1 = 1 = 100000 (1 id)
  4...5 = 2...3 = 100001...100002 (2 ids)
  6...10 = 8...12 = 100007...100011 (5 ids)
  13...20 = 13...20 = 100012...100019 (8 ids)
  21 ids in all, the last: inside 20 = intermediate 20
? the container, uids: row 2: 10 = 5 is -5 away, while row 5 is 3 away; with the same distance it would be 10 = 13
? the container, gids: row 4: 4 = 2 is -2 away, while row 2 is 2 away; with the same distance it would be 4 = 6

podman
> podman run --userns=auto:uidmapping=5:6:7,gidmapping=8:9:1,size=20
auto: podman looks for a free range when the container is made; which, only the container's /proc/PID/uid_map says
of the range uid 5 is 6 (7 from there)
of the range gid 8 is 9 (1 from there)

podman
> podman run --userns=ns:LONG --userns private --userns LONG --userns=host
the user namespace of SHORT
the user namespace of private
no user namespace of its own: inside is outside
! line 1 column 151: --userns 'SHORT' is none of host, keep-id, nomap, auto, ns, container

podman rootless self=1:1
> podman run --userns=keep-id:a=1,LONG=2
! line 1 column 21: 'a' is none of uid, gid, size

podman
> podman run --uidmap 0:5:10 --gidmap 0:100:10 -v a:/b:idmap=uids=@0-3-4;gids=@0-9-1#@5-20-1
the container, uids: inside = outside
  0...9 = 5...14 (10 ids)
  10 ids in all, the last: inside 9 = outside 14
the container, gids: inside = outside
  0...9 = 100...109 (10 ids)
  10 ids in all, the last: inside 9 = outside 109
volume /b, uids: disk = mount
  0...3 = 8...11 (4 ids)
  4 ids in all, the last: disk 3 = mount 11
volume /b, gids: disk = mount
  0 = 109 (1 id)
  1 id in all, the last: disk 0 = mount 109
! line 1 column 84: after @ stands a gid of the container, and its map has no row for 20

podman
> podman run --uidmap 0:5:10 --gidmap 0:100:10 -v "a:/b:idmap=uids=1-2; gids=x;x;gids=1-2-3#@7"
the container, uids: inside = outside
  0...9 = 5...14 (10 ids)
  10 ids in all, the last: inside 9 = outside 14
the container, gids: inside = outside
  0...9 = 100...109 (10 ids)
  10 ids in all, the last: inside 9 = outside 109
volume /b, gids: disk = mount
  1...3 = 2...4 (3 ids)
  3 ids in all, the last: disk 3 = mount 4
? volume /b has rows for gids alone: since Linux 6.9 the mount is refused with EINVAL, before that every uid was 65534
! line 1 column 66: '1-2' is not DISK-MOUNT-COUNT
! line 1 column 76: 'x' is not DISK-MOUNT-COUNT
! line 1 column 78: want uids=DISK-MOUNT-COUNT;gids=DISK-MOUNT-COUNT, rows parted by #
! line 1 column 92: '7' is not DISK-MOUNT-COUNT

podman rootless self=1000:1000 subuid=me:100000:9 subgid=me:100000:9
> podman run --uidmap 0:0:5 -v a:/b:idmap -v a:/c:idmap=uids=1-2-3;gids=1-2-3
the container, uids and gids: inside = intermediate = host
  0 = 0 = 1000 (1 id)
  1...4 = 1...4 = 100000...100003 (4 ids)
  5 ids in all, the last: inside 4 = intermediate 4
volume /c, uids and gids: disk = mount
  1...3 = 2...4 (3 ids)
  3 ids in all, the last: disk 3 = mount 4
volume /b takes the container's map
? only root may make idmapped mounts: rootless podman is refused with EPERM

podman-idmap crun=1.8
>  idmap=uids=1-2-3;x
the volume, uids: disk = mount
  2...4 = 1...3 (3 ids)
  3 ids in all, the last: disk 4 = mount 3
? the volume has rows for uids alone: since Linux 6.9 the mount is refused with EINVAL, before that every gid was 65534
? crun before 1.8.1 takes the second number for the id on the disk
! line 1 column 19: want uids=DISK-MOUNT-COUNT;gids=DISK-MOUNT-COUNT, rows parted by #

podman-idmap crun=1.8
> uids=1-2
! line 1 column 6: '1-2' is not DISK-MOUNT-COUNT

podman-idmap crun=1.7.2
> -v a:/b:ro,idmap=gids=1-2-3
the volume, gids: disk = mount
  2...4 = 1...3 (3 ids)
  3 ids in all, the last: disk 4 = mount 3
? the volume has rows for gids alone: since Linux 6.9 the mount is refused with EINVAL, before that every uid was 65534
? crun before 1.8.1 takes the second number for the id on the disk

docker-remap
> []
! line 1 column 1: want {"userns-remap": "user"} of daemon.json

docker-remap
> {"userns-remap": "LONG:5"}
! userns-remap: takes the lines of 'SHORT' in /etc/subuid: --subuid FILE with them
! userns-remap: takes the lines of '5' in /etc/subgid: --subgid FILE with them

docker-remap user=me
> {"userns-remap": 5}
! line 1 column 1: want {"userns-remap": "user"} of daemon.json

compose
> services:
>   LONG:
>     userns_mode: LONG
>     user: 1000
>     volumes: [5, {type: tmpfs}, /LONG, "~/x:/y", {source: ./a}]
>   b: 5
>   c: {user: LONG, userns_mode: host, volumes: [a]}
services.xxxxxxxxxxxSHORTER: userns_mode SHORT
services.xxxxxxxxxxxSHORTER runs as 1000 inside; user: maps nothing
services.xxxxxxxxxxxSHORTER: /xxxxxxxxxxxxxxxxxxxSHORTER keeps its owners, no map is attached
services.xxxxxxxxxxxSHORTER: ~/x keeps its owners, no map is attached
services.xxxxxxxxxxxSHORTER: ./a keeps its owners, no map is attached
services.c: userns_mode host
no user namespace of its own: inside is outside
services.c runs as SHORT inside; user: maps nothing
! services.xxxxxxxxxxxSHORTER.userns_mode: --userns 'SHORT' is none of host, keep-id, nomap, auto, ns, container

compose
> services: [
! line 1 column 12: not YAML: while parsing a flow node, expected the node content, but found '<stream end>'

rootlesskit
> newuidmap 5 [0 1000 1 1 100000]
the container, uids and gids: inside = outside
  0 = 1000 (1 id)
  1 id in all, the last: inside 0 = outside 1000
! line 1 column 23: '1 100000' is not INSIDE OUTSIDE COUNT

rootlesskit self=1000:1000 user=me subuid=me:100000:5 subgid=me:999:3
> rootlesskit bash
the container, uids: inside = outside
  0 = 1000 (1 id)
  1...5 = 100000...100004 (5 ids)
  6 ids in all, the last: inside 5 = outside 100004
the container, gids: inside = outside
  0 = 1000 (1 id)
  1 = 999 (1 id)
  2 = 1001 (1 id)
  3 ids in all, the last: inside 2 = outside 1001
? an own id within the own range is left out of it

incus
> incus config set c raw.idmap "both 1000 1000"
the container, uids and gids: inside = outside
  0...999 = 1000000...1000999 (1000 ids)
  1001...999999999 = 1001001...1000999999 (999998999 ids)
  1000 = 1000 (1 id)
  1000000000 ids in all, the last: inside 999999999 = outside 1000999999
for other ids the daemon's map: container 0 = host 1000000, 1000000000 ids

incus
> incus create images:x c -c raw.idmap='uid 5 6'
> incus config device add c d disk source=/a path=/b shift=true
the container, uids: inside = outside
  0...5 = 1000000...1000005 (6 ids)
  7...999999999 = 1000007...1000999999 (999999993 ids)
  6 = 5 (1 id)
  1000000000 ids in all, the last: inside 999999999 = outside 1000999999
the container, gids: inside = outside
  0...999999999 = 1000000...1000999999 (1000000000 ids)
  1000000000 ids in all, the last: inside 999999999 = outside 1000999999
the disk, uids: disk = mount
  0...5 = 1000000...1000005 (6 ids)
  7...999999999 = 1000007...1000999999 (999999993 ids)
  6 = 5 (1 id)
  1000000000 ids in all, the last: disk 999999999 = mount 1000999999
the disk, gids: disk = mount
  0...999999999 = 1000000...1000999999 (1000000000 ids)
  1000000000 ids in all, the last: disk 999999999 = mount 1000999999
for other ids the daemon's map: container 0 = host 1000000, 1000000000 ids
the disk: shift, takes the container's map

incus
> incus config device add c d disk source=/a path=/b shift=true
the container, uids and gids: inside = outside
  0...999999999 = 1000000...1000999999 (1000000000 ids)
  1000000000 ids in all, the last: inside 999999999 = outside 1000999999
the disk, uids and gids: disk = mount
  0...999999999 = 1000000...1000999999 (1000000000 ids)
  1000000000 ids in all, the last: disk 999999999 = mount 1000999999
the disk: shift, takes the container's map

incus
> u 0 1
> uid x 5
> gid 5 x
> uid x-5 6
> uid 5-x 6
> uid 1-2 5
> uid 1-2-x 5
> uid 9-LONG 5
> uid 7 8
the container, uids: inside = outside
  0...7 = 1000000...1000007 (8 ids)
  9...999999999 = 1000009...1000999999 (999999991 ids)
  8 = 7 (1 id)
  1000000000 ids in all, the last: inside 999999999 = outside 1000999999
the container, gids: inside = outside
  0...999999999 = 1000000...1000999999 (1000000000 ids)
  1000000000 ids in all, the last: inside 999999999 = outside 1000999999
for other ids the daemon's map: container 0 = host 1000000, 1000000000 ids
! line 1 column 1: want both|uid|gid HOST CONTAINER, host first
! line 2 column 1: host is 'x', not a whole number from 0 to 4294967295
! line 3 column 1: container is 'x', not a whole number from 0 to 4294967295
! line 4 column 1: host is 'x', not a whole number from 0 to 4294967295
! line 5 column 1: host is 'x', not a whole number from 0 to 4294967295
! line 6 column 1: 2 host ids for 1 of the container
! line 7 column 1: '1-2-x' is no range A-B
! line 8 column 1: host is 'SHORTER', not a whole number from 0 to 4294967295

incus
> raw.idmap
! nothing of incus is in this text; want both|uid|gid HOST CONTAINER, ranges A-B

incus
> raw.idmap: [
! line 1 column 13: not YAML: while parsing a flow node, expected the node content, but found '<stream end>'

incus
> security.idmap.isolated: 1
> security.idmap.base: 190000
> raw.idmap: 5
> devices: {a: 5, b: {shift: false}, c: {shift: TRUE}, 5: {shift: true}, LONG: {shift: "true"}}
the container, uids and gids: inside = outside
  0...65535 = 190000...255535 (65536 ids)
  65536 ids in all, the last: inside 65535 = outside 255535
devices.c, uids and gids: disk = mount
  0...65535 = 190000...255535 (65536 ids)
  65536 ids in all, the last: disk 65535 = mount 255535
devices.5, uids and gids: disk = mount
  0...65535 = 190000...255535 (65536 ids)
  65536 ids in all, the last: disk 65535 = mount 255535
devices.SHORT, uids and gids: disk = mount
  0...65535 = 190000...255535 (65536 ids)
  65536 ids in all, the last: disk 65535 = mount 255535
for other ids the daemon's map: container 0 = host 190000, 65536 ids
devices.c: shift, takes the container's map
devices.5: shift, takes the container's map
devices.SHORT: shift, takes the container's map
! raw.idmap: want both|uid|gid HOST CONTAINER, host first

incus
> security.idmap.isolated: "false"
> security.idmap.size: x
> security.idmap.base: 9
> devices: {a: {shift: true}}
! security.idmap.size: security.idmap.size is 'x', not a whole number from 0 to 4294967295

incus
> config: 5
> devices: [shift]
the container, uids and gids: inside = outside
  0...999999999 = 1000000...1000999999 (1000000000 ids)
  1000000000 ids in all, the last: inside 999999999 = outside 1000999999
for other ids the daemon's map: container 0 = host 1000000, 1000000000 ids

incus-volatile
> [5, {"Isuid": true, "Isgid": true, "Hostid": "x", "Nsid": -1, "Maprange": 1}, {"Isuid": 1, "Isgid": true, "Hostid": 5, "Nsid": 0, "Maprange": 1}]
the container, gids: inside = outside
  0 = 5 (1 id)
  1 id in all, the last: inside 0 = outside 5
? the container has rows for gids alone: a uid_map that nobody writes makes every uid 65534
! volatile.idmap[0]: is no object
! volatile.idmap[1].Nsid: Nsid is '-1', not a whole number from 0 to 4294967295
! volatile.idmap[1].Hostid: Hostid is 'x', not a whole number from 0 to 4294967295

nspawn
> [Exec]
> PrivateUsers=5:7
> PrivateUsersOwnership=chown
> [Files]
> Bind=/a:/b:idmap,ro
> BindReadOnly=/c::idmap
> Bind=/d:/e
the container, uids and gids: inside = outside
  0...6 = 5...11 (7 ids)
  7 ids in all, the last: inside 6 = outside 11
bind /b, uids and gids: disk = mount
  0...6 = 5...11 (7 ids)
  7 ids in all, the last: disk 6 = mount 11
bind /c, uids and gids: disk = mount
  0...6 = 5...11 (7 ids)
  7 ids in all, the last: disk 6 = mount 11
chown: the root directory is given to the container's range by chown -R
bind /b takes the container's map
bind /c takes the container's map
bind /e keeps its owners: host ids without a row show as 65534

nspawn
> [Exec]
> PrivateUsers=false
> PrivateUsersOwnership=auto
no user namespace of its own
auto: the root directory is idmapped, or where that fails given away by chown -R

nspawn owner=5:6
> systemd-nspawn --private-users=0 --private-users=7 --private-users-ownership=LONG --bind=LONG:/e:owneridmap --bind=/a:LONG:rootidmap
the container, uids and gids: inside = outside
  0...65535 = 7...65542 (65536 ids)
  65536 ids in all, the last: inside 65535 = outside 65542
bind SHORT, uids: disk = mount
  5 = 7 (1 id)
  1 id in all, the last: disk 5 = mount 7
bind SHORT, gids: disk = mount
  6 = 7 (1 id)
  1 id in all, the last: disk 6 = mount 7
no user namespace of its own
bind /e: the owner of SHORT is the owner of /e in the container, and nothing else is mapped
! line 1 column 78: ownership 'SHORT' is none of off, chown, map, foreign, auto

nspawn owner=5:6
> --private-users=identity --bind=/f::owneridmap
the container, uids and gids: inside = outside
  0...65535 = 0...65535 (65536 ids)
  65536 ids in all, the last: inside 65535 = outside 65535
bind /f: the owner of /f is the owner of /f in the container, and nothing else is mapped

nspawn
> systemd-nspawn -D x -U --private-users-ownership=map --private-users=5
the container, uids and gids: inside = outside
  0...65535 = 5...65540 (65536 ids)
  65536 ids in all, the last: inside 65535 = outside 65540
the root directory, uids and gids: disk = mount
  0...65535 = 5...65540 (65536 ids)
  65536 ids in all, the last: disk 65535 = mount 65540
-U is --private-users=pick, a free base is picked, a multiple of 65536 from 524288 to 1878982656; /proc/PID/uid_map has it
map: the root directory is idmapped with the container's map

homed
> uid: 60513
> gid: 524288
the home, uids: disk = mount
  0...60000 = 0...60000 (60001 ids)
  60514...65533 = 60514...65533 (5020 ids)
  524288...1879048191 = 524288...1879048191 (1878523904 ids)
  65534 = 60513 (1 id)
  1878588926 ids in all, the last: disk 1879048191 = mount 1879048191
? the home, uids: no row for disk 60001...60513 (513 ids): shown as 65534, which nobody owns
? the home has rows for uids alone: since Linux 6.9 the mount is refused with EINVAL, before that every gid was 65534
! line 2 column 6: 524288 is shown as it is already; homed gives 60001...60513

homed
> uid: 60001
> gid: 60000
the home, uids: disk = mount
  0...60000 = 0...60000 (60001 ids)
  60514...65533 = 60514...65533 (5020 ids)
  524288...1879048191 = 524288...1879048191 (1878523904 ids)
  65534 = 60001 (1 id)
  1878588926 ids in all, the last: disk 1879048191 = mount 1879048191
? the home, uids: no row for disk 60001...60513 (513 ids): shown as 65534, which nobody owns
? the home has rows for uids alone: since Linux 6.9 the mount is refused with EINVAL, before that every gid was 65534
! line 2 column 6: 60000 is shown as it is already; homed gives 60001...60513

homed
> uid: 0
! line 1 column 6: 0 is shown as it is already; homed gives 60001...60513

homed
> uid: 60000
! line 1 column 6: 60000 is shown as it is already; homed gives 60001...60513

homed
> uid: 60514
! line 1 column 6: 60514 is shown as it is already; homed gives 60001...60513

homed
> uid: 65533
! line 1 column 6: 65533 is shown as it is already; homed gives 60001...60513

homed
> uid: 524288
! line 1 column 6: 524288 is shown as it is already; homed gives 60001...60513

homed
> uid: 1879048191
! line 1 column 6: 1879048191 is shown as it is already; homed gives 60001...60513

homed
> uid: 1879048192
> gid: 60001
the home, uids: disk = mount
  0...60000 = 0...60000 (60001 ids)
  60514...65533 = 60514...65533 (5020 ids)
  524288...1879048191 = 524288...1879048191 (1878523904 ids)
  65534 = 1879048192 (1 id)
  1878588926 ids in all, the last: disk 1879048191 = mount 1879048191
the home, gids: disk = mount
  0...60000 = 0...60000 (60001 ids)
  60514...65533 = 60514...65533 (5020 ids)
  524288...1879048191 = 524288...1879048191 (1878523904 ids)
  65534 = 60001 (1 id)
  1878588926 ids in all, the last: disk 1879048191 = mount 1879048191
? the home, uids: no row for disk 60001...60513 (513 ids): shown as 65534, which nobody owns
? the home, gids: no row for disk 60001...60513 (513 ids): shown as 65534, which nobody owns

kubernetes
> kind: Deployment
> spec: {template: {spec: {hostUsers: false, securityContext: {runAsUser: 5, runAsGroup: 6, fsGroup: 7, supplementalGroups: [8], runAsNonRoot: true}, containers: [{securityContext: {runAsUser: LONG}}, 5, {securityContext: 5}]}}}
hostUsers: false: the pod gets 65536 ids, container 0...65535, on the host from 65536 * k on (k at least 1); which, /proc/self/uid_map in it says
spec.securityContext.runAsUser 5 is an id inside; it maps nothing
spec.securityContext.runAsGroup 6 is an id inside; it maps nothing
spec.securityContext.fsGroup 7 is an id inside; it maps nothing
spec.securityContext.supplementalGroups [8] is an id inside; it maps nothing
spec.securityContext.runAsNonRoot True is an id inside; it maps nothing
spec.containers[0].securityContext.runAsUser SHORTER is an id inside; it maps nothing

kubernetes
> spec: {hostUsers: LONG, containers: 5}
! spec.hostUsers: is 'SHORT', not true or false
! spec.containers: is no list

kubernetes
> {hostUsers: true}
no user namespace of its own: ids inside are the host's

kubernetes
> spec: 5
! spec: is no object

kubernetes
> 5
! line 1 column 1: is no object; want a pod

kubernetes
> [
! line 1 column 2: not JSON: expecting value

cri
> {"uids": [{"host_id": 5, "container_id": 0, "length": 2}], "gids": [{"host_id": 7, "container_id": 0}]}
the pod, uids: inside = outside
  0...1 = 5...6 (2 ids)
  2 ids in all, the last: inside 1 = outside 6
? the pod has rows for uids alone: a gid_map that nobody writes makes every gid 65534
! gids[0]: has no length

cri
> [{"host_id": 5, "container_id": 0, "length": 2}]
the pod, uids and gids: inside = outside
  0...1 = 5...6 (2 ids)
  2 ids in all, the last: inside 1 = outside 6

cri
> {"linux": {"security_context": {"namespace_options": {"userns_options": {"uids": [{"host_id": 5, "container_id": 1, "length": 2}], "gids": []}}}}}
the pod, uids: inside = outside
  1...2 = 5...6 (2 ids)
  2 ids in all, the last: inside 2 = outside 6
? the pod has rows for uids alone: a gid_map that nobody writes makes every gid 65534

kep-table
> | User namespace | Host | Count |
> |---|---|---|
> | 0 | 65536 | 10 |
> | x1 | 1 | 1 |
> | HOST | POD | N |
> | 655360 | 10 | 20 |
the pod, uids and gids: inside = outside
  0...9 = 65536...65545 (10 ids)
  10...29 = 655360...655379 (20 ids)
  30 ids in all, the last: inside 29 = outside 655379

kep-table
> | Pod | Host | Count |
> | 99999999991 | 99999999992 | 99999999993 |
> | HOST | POD | N |
> | 99999999994 | 99999999995 | 99999999996 |
> | 1 | 2 |
! line 2 column 3: POD is '99999999991', not a whole number from 0 to 4294967295
! line 2 column 17: HOST is '99999999992', not a whole number from 0 to 4294967295
! line 2 column 31: COUNT is '99999999993', not a whole number from 0 to 4294967295
! line 4 column 3: HOST is '99999999994', not a whole number from 0 to 4294967295
! line 4 column 17: POD is '99999999995', not a whole number from 0 to 4294967295
! line 4 column 31: COUNT is '99999999996', not a whole number from 0 to 4294967295
! line 5 column 1: '| 1 | 2 |' has not three columns: HOST, POD, COUNT

kep-table
> | 1 | 2 | 3 | 5555555555555555555555555555555555555555555555555555555555555555 |
! line 1 column 1: '| 1 | 2 | 3 | 5555555555555555555555555555555555555555555...' has not three columns: HOST, POD, COUNT

devcontainer
> {"runArgs": ["--uidmap=0:1:", 5, "--userns", "--user=LONG", "--uidmap", "0:1:2"]} /* open
the container, uids and gids: inside = outside
  0...1 = 1...2 (2 ids)
  2 ids in all, the last: inside 1 = outside 2
the program runs as SHORT inside; --user maps nothing
the remote user gets the number of whoever opens the container (on Linux)
! runArgs[0]: COUNT is '', not a whole number from 0 to 4294967295
! runArgs[3]: --userns '--user=xxxxxxxxxxxxxSHORTER' is none of host, keep-id, nomap, auto, ns, container

devcontainer
> {/* a
> b */ "remoteUser": "LONG", "containerUser": "c", "updateRemoteUserUID": false, "runArgs": 5,}
remoteUser SHORT is a user inside; it maps nothing
containerUser c is a user inside; it maps nothing
! runArgs: is no list

devcontainer
> {
> // one, "two"
> /* a */ "remoteUser" 5}
! line 3 column 22: not JSON: expecting ':' delimiter

bubblewrap self=1000:100
> bwrap --unshare-user --uid x --gid 0 sh
the sandbox, gids: inside = outside
  0 = 100 (1 id)
  1 id in all, the last: inside 0 = outside 100
? the sandbox has rows for gids alone: a uid_map that nobody writes makes every uid 65534
! line 1 column 28: --uid is 'x', not a whole number from 0 to 4294967295

bubblewrap
> bwrap --userns LONG sh
joins the user namespace of descriptor SHORT

libvirt
> <uid/><uid start = "0" target="5" count="1"/><gid count="y" start="x" target="0"/>
> <gid start="0" target="x" count="1"/><gid start="0" target="7" count="2"></gid>
virtiofsd, uids: inside = outside
  0 = 5 (1 id)
  1 id in all, the last: inside 0 = outside 5
virtiofsd, gids: inside = outside
  0...1 = 7...8 (2 ids)
  2 ids in all, the last: inside 1 = outside 8
! line 1 column 5: <uid> has no start, no target, no count
! line 1 column 68: start is 'x', not a whole number from 0 to 4294967295
! line 1 column 58: count is 'y', not a whole number from 0 to 4294967295
! line 2 column 24: target is 'x', not a whole number from 0 to 4294967295

virtiofsd
> virtiofsd --uid-map 0:1:20 --uid-map :0:1:2 --uid-map=,0,5,1, --gid-map :0:1: --gid-map
virtiofsd, uids: inside = outside
  0 = 5 (1 id)
  1 id in all, the last: inside 0 = outside 5
? virtiofsd has rows for uids alone: a gid_map that nobody writes makes every gid 65534
! line 1 column 21: want :INSIDE:OUTSIDE:COUNT: with the same character around
! line 1 column 38: want :INSIDE:OUTSIDE:COUNT: with the same character around
! line 1 column 74: '0:1' is not INSIDE:OUTSIDE:COUNT
! line 1 column 88: want :INSIDE:OUTSIDE:COUNT: with the same character around

virtiofsd
> --translate-uid map --translate-uid wrong:1:2:3 --translate-uid=guest:1:x:3 --translate-uid=guest:0:5:10
uids: guest 0...9 is stored as host 5...14, and not read back
! line 1 column 20: an id or count is '', not a whole number from 0 to 4294967295
! line 1 column 17: want TYPE:ID:ID:COUNT (forbid-guest:ID:COUNT), TYPE one of map, guest, host, squash-guest, squash-host, forbid-guest
! line 1 column 37: want TYPE:ID:ID:COUNT (forbid-guest:ID:COUNT), TYPE one of map, guest, host, squash-guest, squash-host, forbid-guest
! line 1 column 73: an id or count is 'x', not a whole number from 0 to 4294967295
! line 1 column 65: want TYPE:ID:ID:COUNT (forbid-guest:ID:COUNT), TYPE one of map, guest, host, squash-guest, squash-host, forbid-guest

virtiofsd
> --translate-gid=squash-host:5:7:3 --translate-gid=map:5 --translate-gid=map:5:6:1 --translate-gid=forbid-guest:0:1
the share, gids: disk = mount
  6 = 5 (1 id)
  1 id in all, the last: disk 6 = mount 5
gids: host 5...7 is all read as guest 7
gids: guest 0 may store nothing
? the share has rows for gids alone: a uid stays as it is
! line 1 column 55: '5' is not GUEST:HOST:COUNT

containerd
> ctr run --uidmap 0:1 --gidmap 0:5:1 i n
the container, gids: inside = outside
  0 = 5 (1 id)
  1 id in all, the last: inside 0 = outside 5
? the container has rows for gids alone: a uid_map that nobody writes makes every uid 65534
! line 1 column 18: '0:1' is not INSIDE:OUTSIDE:COUNT

storage.conf
> remap-uids = "0:1:2, 5:6:7"
> remap-gids = "0:x:2,1:2"
the storage, uids: inside = outside
  0...1 = 1...2 (2 ids)
  5...11 = 6...12 (7 ids)
  9 ids in all, the last: inside 11 = outside 12
? the storage, uids: no row for 2...4 (3 ids): chown to them is EINVAL; row 1 with a count of 5 would hold them
? the storage has rows for uids alone: a gid_map that nobody writes makes every gid 65534
! line 2 column 17: OUTSIDE is 'x', not a whole number from 0 to 4294967295
! line 2 column 21: '1:2' is not INSIDE:OUTSIDE:COUNT

multipass
> multipass mount --uid-map 500:x --gid-map 5 -u 1:2 -g 3:4 --uid-map 7:8:2 a b
the mount, uids: disk = mount
  1 = 2 (1 id)
  7...8 = 8...9 (2 ids)
  3 ids in all, the last: disk 8 = mount 9
the mount, gids: disk = mount
  3 = 4 (1 id)
  1 id in all, the last: disk 3 = mount 4
? multipass shows ids without a row as they are, and may deny them what mode bits grant
! line 1 column 31: INSTANCE is 'x', not a whole number from 0 to 4294967295
! line 1 column 43: '5' is not HOST:INSTANCE:COUNT (COUNT may lack)

multipass
> multipass mount --uid-map 5:6 --gid-map 7:8 a b
the mount, uids: disk = mount
  5 = 6 (1 id)
  1 id in all, the last: disk 5 = mount 6
the mount, gids: disk = mount
  7 = 8 (1 id)
  1 id in all, the last: disk 7 = mount 8
? multipass shows ids without a row as they are, and may deny them what mode bits grant

bindfs
> bindfs --map=5:@1/@2:3/4:x/y:7/99999999999 /a /b
the mount, uids: disk = mount
  3 = 4 (1 id)
  1 id in all, the last: disk 3 = mount 4
the mount, gids: disk = mount
  1 = 2 (1 id)
  1 id in all, the last: disk 1 = mount 2
? bindfs shows ids that are not named as they are, an idmapped mount as 65534
! line 1 column 14: want FROM/TO, or @FROM/@TO for groups, in numbers
! line 1 column 26: want FROM/TO, or @FROM/@TO for groups, in numbers
! line 1 column 32: mount is '99999999999', not a whole number from 0 to 4294967295

scenario
> userns: {A: {uid_map: [[0, 1000, 1], [1, 100000, 9]]}, B: {uid_map: [[0, 1, 5]], parent: A}, C: {uid_map: [[0, 7, 1]], gid_map: null, parent: D}, E: 5}
> mounts: {m: {userns: C}, n: 5}
userns.B, uids and gids: inside = intermediate = host
  0...4 = 1...5 = 100000...100004 (5 ids)
  5 ids in all, the last: inside 4 = intermediate 5
userns.C, uids: disk = mount
  0 = 7 (1 id)
  1 id in all, the last: disk 0 = mount 7
? userns.C has rows for uids alone: since Linux 6.9 the mount is refused with EINVAL, before that every gid was 65534

scenario
> userns: {A: {uid_map: [5, [1, 2, x], [3, 4, 5]]}}
userns.A, uids and gids: inside = outside
  3...7 = 4...8 (5 ids)
  5 ids in all, the last: inside 7 = outside 8
! userns.A.uid_map[0]: is no row of three numbers
! userns.A.uid_map[1][2]: count is 'x', not a whole number from 0 to 4294967295
! userns.A.gid_map[0]: is no row of three numbers
! userns.A.gid_map[1][2]: count is 'x', not a whole number from 0 to 4294967295

scenario
> userns: [
! line 1 column 10: not YAML: while parsing a flow node, expected the node content, but found '<stream end>'

scenario
> 5
! userns: is no object of namespaces

multipass
> mount -g 5
! line 1 column 10: '5' is not HOST:INSTANCE:COUNT (COUNT may lack)

lxc
> lxc.mount.entry = idmap=container
! nothing of lxc is in this text; want u|g INSIDE OUTSIDE COUNT

devcontainer
> {"runArgs": ["--uidmap=0:1:"]}
the remote user gets the number of whoever opens the container (on Linux)
! runArgs[0]: COUNT is '', not a whole number from 0 to 4294967295

compose
> services: {a: {userns_mode: keepid}}
services.a: userns_mode keepid
! services.a.userns_mode: --userns 'keepid' is none of host, keep-id, nomap, auto, ns, container

nspawn
> --private-users=9 --bind=/a:LONG:owneridmap
the container, uids and gids: inside = outside
  0...65535 = 9...65544 (65536 ids)
  65536 ids in all, the last: inside 65535 = outside 65544
bind SHORT: the owner of /a is the owner of SHORT in the container, and nothing else is mapped

podman-idmap crun=1.8.0
> uids=1-2-3
the volume, uids: disk = mount
  2...4 = 1...3 (3 ids)
  3 ids in all, the last: disk 4 = mount 3
? the volume has rows for uids alone: since Linux 6.9 the mount is refused with EINVAL, before that every gid was 65534
? crun before 1.8.1 takes the second number for the id on the disk

oci crun=1.8.0
> {"uidMappings": [{"containerID": 0, "hostID": 5, "size": 1}], "gidMappings": [{"containerID": 0, "hostID": 5, "size": 1}], "mounts": [{"destination": "/b", "options": ["idmap"]}]}
the container, uids and gids: inside = outside
  0 = 5 (1 id)
  1 id in all, the last: inside 0 = outside 5
mounts[0] /b, uids and gids: disk = mount
  0 = 5 (1 id)
  1 id in all, the last: disk 0 = mount 5
mounts[0] /b takes the container's map

incus
> $ incus config set c raw.idmap "uid 7 8": done
>   then: [
the container, uids: inside = outside
  0...7 = 1000000...1000007 (8 ids)
  9...999999999 = 1000009...1000999999 (999999991 ids)
  8 = 7 (1 id)
  1000000000 ids in all, the last: inside 999999999 = outside 1000999999
the container, gids: inside = outside
  0...999999999 = 1000000...1000999999 (1000000000 ids)
  1000000000 ids in all, the last: inside 999999999 = outside 1000999999
for other ids the daemon's map: container 0 = host 1000000, 1000000000 ids

incus
> security.idmap.base: x
! security.idmap.base: security.idmap.base is 'x', not a whole number from 0 to 4294967295

incus
> uid 1-2-LONG 5
the container, uids and gids: inside = outside
  0...999999999 = 1000000...1000999999 (1000000000 ids)
  1000000000 ids in all, the last: inside 999999999 = outside 1000999999
for other ids the daemon's map: container 0 = host 1000000, 1000000000 ids
! line 1 column 1: '1-2-xxxxxxxxxxxxxxxxSHORTER' is no range A-B

podman
>   userns_mode: 'nomap'
>
! line 1 column 17: nomap is for rootless podman, and depends on who runs it: --rootless, --self UID:GID, --subuid FILE

podman
> podman
! nothing of podman is in this text; want CONTAINER:FROM:COUNT (FROM on the host, rootless in the engine's namespace)

podman rootless self=1:1
> podman run --userns=keep-id:LONG=2
! line 1 column 21: 'SHORT' is none of uid, gid, size

podman
> podman run --uidmap 5:300:1 -v a:idmap -v a:/b:idmap=uids=@0-5-1;gids=@0-5-1
the container, uids and gids: inside = outside
  5 = 300 (1 id)
  1 id in all, the last: inside 5 = outside 300
volume idmap, uids and gids: disk = mount
  5 = 300 (1 id)
  1 id in all, the last: disk 5 = mount 300
volume /b, uids and gids: disk = mount
  0 = 300 (1 id)
  1 id in all, the last: disk 0 = mount 300
volume idmap takes the container's map

unshare
> unshare --map-group=
> -r
! line 1 column 21: --map-group is '', not a whole number from 0 to 4294967295
! line 2 column 1: maps the caller's own id: --self UID:GID
! line 2 column 1: maps the caller's own id: --self UID:GID

scenario
> userns: {A: {uid_map: [[true, 1, 1], [0, 1, 4294967296], [0, 1, 4294967295], {}]}}
userns.A, uids and gids: inside = outside
  0...4294967294 = 1...4294967295 (4294967295 ids)
  4294967295 ids in all, the last: inside 4294967294 = outside 4294967295
! userns.A.uid_map[0][0]: col 1 is 'True', not a whole number from 0 to 4294967295
! userns.A.uid_map[1][2]: count is '4294967296', not a whole number from 0 to 4294967295
! userns.A.uid_map[3]: is no row of three numbers
! userns.A.gid_map[0][0]: col 1 is 'True', not a whole number from 0 to 4294967295
! userns.A.gid_map[1][2]: count is '4294967296', not a whole number from 0 to 4294967295
! userns.A.gid_map[3]: is no row of three numbers
! userns.A.uid_map[2][0]: EINVAL: uid map of userns.A: outside 1 with count 4294967295 runs past 4294967294, the last id; the most from here is 4294967294
! userns.A.gid_map[2][0]: EINVAL: gid map of userns.A: outside 1 with count 4294967295 runs past 4294967294, the last id; the most from here is 4294967294

lxc
> lxc.idmap = u 0  100000	65536
> lxc.idmap = g LONG
the container, uids: inside = outside
  0...65535 = 100000...165535 (65536 ids)
  65536 ids in all, the last: inside 65535 = outside 165535
? the container has rows for uids alone: a gid_map that nobody writes makes every gid 65534
! line 2 column 15: 'SHORT' is not INSIDE OUTSIDE COUNT

uid_map
> 0 0 65536
the namespace, uids: inside = outside
  0...65535 = 0...65535 (65536 ids)
  65536 ids in all, the last: inside 65535 = outside 65535

uid_map
> 0 100000 165535
the namespace, uids: inside = outside
  0...165534 = 100000...265534 (165535 ids)
  165535 ids in all, the last: inside 165534 = outside 265534
? the namespace, uids: row 1: the count 165535 looks like the last id of col 2; 65536 ids from 100000 on are "0 100000 65536"

uid_map
> 0 100000 165536
the namespace, uids: inside = outside
  0...165535 = 100000...265535 (165536 ids)
  165536 ids in all, the last: inside 165535 = outside 265535
? the namespace, uids: row 1: the count 165536 looks like the last id of col 2; 65536 ids from 100000 on are "0 100000 65536"

uid_map
> 0 100000 165534
the namespace, uids: inside = outside
  0...165533 = 100000...265533 (165534 ids)
  165534 ids in all, the last: inside 165533 = outside 265533

uid_map
> 0 100000 165537
the namespace, uids: inside = outside
  0...165536 = 100000...265536 (165537 ids)
  165537 ids in all, the last: inside 165536 = outside 265536

uid_map
> 65536 0 2
the namespace, uids: inside = outside
  65536...65537 = 0...1 (2 ids)
  2 ids in all, the last: inside 65537 = outside 1
? the namespace, uids: row 1: the parent's own ids, from 0 on, are 65536 and more inside; with the columns the other way round it is "0 65536 2"

uid_map
> 0 100 5
> 9 105 5
> 50 500 5
the namespace, uids: inside = outside
  0...4 = 100...104 (5 ids)
  9...13 = 105...109 (5 ids)
  50...54 = 500...504 (5 ids)
  15 ids in all, the last: inside 54 = outside 504
? the namespace, uids: no row for 5...8 (4 ids): chown to them is EINVAL
? the namespace, uids: no row for 14...49 (36 ids): chown to them is EINVAL; row 2 with a count of 41 would hold them
? the namespace, uids: row 3: 50 = 500 is 450 away, while row 2 is 96 away; with the same distance it would be 50 = 146

uid_map
> 0 100000 10
> 10 165546 10
the namespace, uids: inside = outside
  0...9 = 100000...100009 (10 ids)
  10...19 = 165546...165555 (10 ids)
  20 ids in all, the last: inside 19 = outside 165555

uid_map
> 0 100000 10
> 10 165545 10
the namespace, uids: inside = outside
  0...9 = 100000...100009 (10 ids)
  10...19 = 165545...165554 (10 ids)
  20 ids in all, the last: inside 19 = outside 165554
? the namespace, uids: row 2: 10 = 165545 is 165535 away, while row 1 is 100000 away; with the same distance it would be 10 = 100010

uid_map
> 0 1000 1
> 1 100000 65537
the namespace, uids: inside = outside
  0 = 1000 (1 id)
  1...65537 = 100000...165536 (65537 ids)
  65538 ids in all (2 more than the usual 65536), the last: inside 65537 = outside 165536
? the namespace, uids: row 2 reaches 165536 of col 2, 1 past the end of the 65536 ids from 100000: newuidmap and newgidmap refuse it where /etc/subuid or /etc/subgid gives 100000:65536

uid_map
> 0 100000 2
> 2 165530 8
the namespace, uids: inside = outside
  0...1 = 100000...100001 (2 ids)
  2...9 = 165530...165537 (8 ids)
  10 ids in all, the last: inside 9 = outside 165537
? the namespace, uids: row 2: 2 = 165530 is 165528 away, while row 1 is 100000 away; with the same distance it would be 2 = 100002
? the namespace, uids: row 2 reaches 165537 of col 2, 2 past the end of the 65536 ids from 100000: newuidmap and newgidmap refuse it where /etc/subuid or /etc/subgid gives 100000:65536

uid_map
> 0 0 10
> 10 100000 65537
the namespace, uids: inside = outside
  0...9 = 0...9 (10 ids)
  10...65546 = 100000...165536 (65537 ids)
  65547 ids in all, the last: inside 65546 = outside 165536
? the namespace, uids: row 2 reaches 165536 of col 2, 1 past the end of the 65536 ids from 100000: newuidmap and newgidmap refuse it where /etc/subuid or /etc/subgid gives 100000:65536

uid_map
> 0 100000 65536
> 65536 165536 10
the namespace, uids: inside = outside
  0...65535 = 100000...165535 (65536 ids)
  65536...65545 = 165536...165545 (10 ids)
  65546 ids in all, the last: inside 65545 = outside 165545

uid_map
> 0 100000 66536
the namespace, uids: inside = outside
  0...66535 = 100000...166535 (66536 ids)
  66536 ids in all, the last: inside 66535 = outside 166535
? the namespace, uids: row 1 reaches 166535 of col 2, 1000 past the end of the 65536 ids from 100000: newuidmap and newgidmap refuse it where /etc/subuid or /etc/subgid gives 100000:65536

uid_map
> 0 100000 66537
the namespace, uids: inside = outside
  0...66536 = 100000...166536 (66537 ids)
  66537 ids in all, the last: inside 66536 = outside 166536

uid_map
> 0 100000 999
the namespace, uids: inside = outside
  0...998 = 100000...100998 (999 ids)
  999 ids in all, the last: inside 998 = outside 100998

uid_map
> 0 100000 1000
the namespace, uids: inside = outside
  0...999 = 100000...100999 (1000 ids)
  1000 ids in all, the last: inside 999 = outside 100999
? the namespace, uids: no row for 1000...65535 (64536 ids): chown to them is EINVAL; most images use 0...65535

uid_map
> 0 100000 65535
the namespace, uids: inside = outside
  0...65534 = 100000...165534 (65535 ids)
  65535 ids in all (1 fewer than the usual 65536), the last: inside 65534 = outside 165534
? the namespace, uids: no row for 65535 (1 id, off by one): chown to it is EINVAL; most images use 0...65535

uid_map
> 1 100000 2000
the namespace, uids: inside = outside
  1...2000 = 100000...101999 (2000 ids)
  2000 ids in all, the last: inside 2000 = outside 101999

uid_map
> 0 5 1
> 1 100000 10
> 11 100012 5
> 16 100015 5
the namespace, uids: inside = outside
  0 = 5 (1 id)
  1...10 = 100000...100009 (10 ids)
  11...15 = 100012...100016 (5 ids)
  16...20 = 100015...100019 (5 ids)
  21 ids in all, the last: inside 20 = outside 100019
? the namespace, uids: row 3: 11 = 100012 is 100001 away, while row 2 is 99999 away; with the same distance it would be 11 = 100010
! line 4 column 1: EINVAL: uid map of the namespace: ids 100015...100016 of col 2 overlap row 3, which already maps 100012...100016; the next free id is 100017

uid_map
> 5 1005 10
> 20 1020 1
> 30 1031 5
> 40 2040 2
the namespace, uids: inside = outside
  5...14 = 1005...1014 (10 ids)
  20 = 1020 (1 id)
  30...34 = 1031...1035 (5 ids)
  40...41 = 2040...2041 (2 ids)
  18 ids in all, the last: inside 41 = outside 2041
? the namespace, uids: no row for 15...19 (5 ids): chown to them is EINVAL; row 1 with a count of 15 would hold them
? the namespace, uids: no row for 21...29 (9 ids): chown to them is EINVAL
? the namespace, uids: no row for 35...39 (5 ids): chown to them is EINVAL; row 3 with a count of 10 would hold them
? the namespace, uids: row 3: 30 = 1031 is 1001 away, while row 1 is 1000 away (off by one); with the same distance it would be 30 = 1030
? the namespace, uids: row 4: 40 = 2040 is 2000 away, while row 3 is 1001 away; with the same distance it would be 40 = 1041

uid_map
> 0 100000 10
> 12 100010 10
> 22 100023 5
the namespace, uids: inside = outside
  0...9 = 100000...100009 (10 ids)
  12...21 = 100010...100019 (10 ids)
  22...26 = 100023...100027 (5 ids)
  25 ids in all, the last: inside 26 = outside 100027
? the namespace, uids: no row for 10...11 (2 ids): chown to them is EINVAL
? the namespace, uids: row 3: 22 = 100023 is 100001 away, while row 2 is 99998 away; with the same distance it would be 22 = 100020

subuid
> a:1:1
> b:5:5
> b:5:9
> c:9:1
> a:1:1
a may hand out uids 1 (1 id)
b may hand out uids 5...9 (5 ids)
b may hand out uids 5...13 (9 ids)
c may hand out uids 9 (1 id)
a may hand out uids 1 (1 id)
? line 3: 5...13 overlaps line 2 (b): the same ids are counted twice
? line 4: 9...9 overlaps line 3 (b): two users share ids
? line 5: 1...1 overlaps line 1 (a): the same ids are counted twice

subuid
> a:1:5
> b:3:2
> c:5:1
> d:6:1
a may hand out uids 1...5 (5 ids)
b may hand out uids 3...4 (2 ids)
c may hand out uids 5 (1 id)
d may hand out uids 6 (1 id)
? line 2: 3...4 overlaps line 1 (a): two users share ids
? line 3: 5...5 overlaps line 1 (a): two users share ids

subuid
> a:1:5
> b:1:9
> c:8:1
a may hand out uids 1...5 (5 ids)
b may hand out uids 1...9 (9 ids)
c may hand out uids 8 (1 id)
? line 2: 1...9 overlaps line 1 (a): two users share ids
? line 3: 8...8 overlaps line 2 (b): two users share ids

subuid
> a:0-9999999999
> a:0 9
> LONG 1 2
> LONG:1
> LONG	:1:x
! line 1 column 1: 'a:0-9999999999' has 2 of three fields owner:start:count
! line 2 column 1: 'a:0 9' has 2 of three fields owner:start:count; want a:0:9
! line 3 column 1: 'SHORT' has 1 of three fields owner:start:count; want SHORT:1:2
! line 4 column 1: 'SHORT' has 2 of three fields owner:start:count
! line 5 column 1: the owner 'SHORT' is not a login name or uid

scenario
> userns: {E: 5, A: {uid_map: [[0, 1000, 1]]}, B: {uid_map: [[0, 0, 1]], parent: A}, C: {uid_map: [[0, 0, 1]], parent: B}}
! userns: has more than one parent: A, B; between host and container may be one namespace

scenario
> userns: {E: 5, A: {uid_map: [[0, 1000, 1]]}, B: {uid_map: [[0, 0, 1]], parent: A}}
> mounts: {m: {userns: A}}
userns.A, uids and gids: disk = mount
  0 = 1000 (1 id)
  1 id in all, the last: disk 0 = mount 1000
userns.B, uids and gids: inside = intermediate = host
  0 = 0 = 1000 (1 id)
  1 id in all, the last: inside 0 = intermediate 0
"""
LONG = "x" * 100
CUT = {LONG[:57] + "...": "SHORT", LONG[:37] + "...": "SHORTER"}
BLOCKS = [block.split("\n") for block in ANSWERS.strip("\n").split("\n\n")]


def options(words: list[str]) -> Options:
    """What a block's first line says besides the dialect."""
    given: dict[str, object] = {}
    for word in words:
        name, _, value = word.partition("=")
        match name:
            case "self":
                given["own"] = tuple(map(int, value.split(":")))
            case "owner":
                given[name] = tuple(map(int, value.split(":")))
            case "crun" | "util_linux":
                given[name] = tuple(map(int, value.split(".")))
            case "subuid" | "subgid":
                given[name] = tuple(read_subids(value.replace(",", "\n").encode()).ranges)
            case _:
                given[name] = value or True
    return Options(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: " ".join(block[:2]))
def test_everything_that_is_said_of_a_text(block: list[str]) -> None:
    name, *words = block[0].split()
    text = "\n".join(line[2:] for line in block if line.startswith(">"))
    parsed = parse(name, text.replace("LONG", LONG), options(words))
    wrong, odd = (f"! {each}" for each in parsed.problems), (f"? {f}" for f in findings(parsed))
    said = "\n".join([*echo(parsed), *odd, *wrong])
    for long, shown in CUT.items():
        said = said.replace(long, shown)
    assert said.split("\n") == [line for line in block[1:] if not line.startswith(">")]
