#!/bin/sh
# Process 1 of the guest once the host's root file system is there: runs the session, waits for
# orphans as any init must, and switches off.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
busybox ip link set lo up
python=$(busybox sed -n 's/^python=//p' /mnt/out/guest.conf)
"$python" -I -u "$(dirname "$0")/session.py" &
session=$!
wait $session
echo $? > /mnt/out/exit-code
sync
busybox poweroff -f
