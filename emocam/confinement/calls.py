"""The system calls that EmoCam's processes give up, by what they are for.

Not a list of what may be called: the libraries that decode pictures and run models may change what
they need with each version, and a process that dies of that has protected nobody. What is listed
are the ways out of a process, the ways into another one, and the ways around this list.
"""

from __future__ import annotations

import os

from emocam.confinement.seccomp import Case, all_set, differs, ends_with, none_set

NETWORK = (
    "socket connect bind listen accept accept4 sendto sendmsg sendmmsg recvfrom recvmsg recvmmsg"
)
PROGRAMS = "execve execveat fork vfork"
OTHER_PROCESSES = (
    "ptrace process_vm_readv process_vm_writev process_madvise pidfd_open pidfd_getfd kcmp kill "
    "tkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal"
)
#: Memory and queues that another process can find.
SHARED_MEMORY = (
    "shmget shmat shmctl msgget msgsnd msgrcv semget semop mq_open memfd_create memfd_secret"
)
SYSTEM = (
    "mount umount2 pivot_root chroot unshare setns fsopen fsmount fsconfig fspick move_mount "
    "open_tree init_module finit_module delete_module kexec_load kexec_file_load reboot swapon "
    "swapoff bpf perf_event_open userfaultfd keyctl add_key request_key quotactl acct syslog "
    "personality settimeofday clock_settime adjtimex clock_adjtime sethostname setdomainname "
    "setuid setgid setreuid setregid setresuid setresgid setgroups capset iopl ioperm"
)
#: By what an X11 client hears from its display; it speaks by writev, and opens nothing new.
DISPLAY = ("recvfrom", "recvmsg")
#: To make and change entries of folders. A file that is written has been opened before.
FILES = (
    "creat mkdir mkdirat mknod mknodat link linkat symlink symlinkat rename renameat renameat2 "
    "unlink unlinkat rmdir truncate ftruncate fallocate chmod fchmod fchmodat fchmodat2 chown "
    "fchown lchown fchownat setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr "
    "utime utimes utimensat futimesat open_by_handle_at"
)
#: Ways around: rings take their calls from memory, and openat2 its flags. Refused as unknown
#: (ENOSYS), so that libraries take the older way.
#: clone3 has its flags in memory too; threads start by clone as before.
AROUND = "io_uring_setup io_uring_enter io_uring_register openat2 clone3"
_CLONE_THREAD = 0x00010000
#: They type into a terminal in the user's name (TIOCSTI) or paste there (TIOCLINUX).
_TYPING = (0x5412, 0x541C)


def given_up(shows: bool = False) -> list[str]:
    """The names of the calls that are refused.

    Args:
        shows: whether there is a connection to a display.
    """
    groups = (NETWORK, PROGRAMS, OTHER_PROCESSES, SHARED_MEMORY, SYSTEM, FILES)
    names = " ".join(groups).split()
    return [name for name in names if not (shows and name in DISPLAY)]


def cases() -> list[Case]:
    """Calls that are needed, and refused with some arguments."""
    return [
        none_set("clone", 0, _CLONE_THREAD),  # what fork() is: no thread but another process
        differs("tgkill", 0, os.getpid()),  # what abort() is, when it is this process
        differs("prlimit64", 0, 0),
        *(ends_with("ioctl", 1, request) for request in _TYPING),
        *(all_set("open", 1, os.O_CREAT), all_set("openat", 2, os.O_CREAT)),
    ]
