#!/bin/sh
# Boots the systemd of this machine in namespaces of its own, over a copy of / that is written to memory alone, and ends with it.
#
#   boot.sh NODE CHECKOUT SHARED
#
# SHARED/script runs as root once it is up, its output goes to SHARED/out; units, sysusers.d and etc/sigwall are taken from SHARED. The network is that of the machine.
# Exit code 77: this machine does not let us.
set -eu
name=sigwall-test-$$
groups="/sys/fs/cgroup/systemd/$name /sys/fs/cgroup/unified/$name /sys/fs/cgroup/$name"
leave() {
  for group in $groups; do [ ! -d "$group" ] || find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true; done
}
trap leave EXIT
command -v unshare >/dev/null && [ -x /usr/lib/systemd/systemd ] || exit 77
sh -eu -c '
  for group in '"$groups"'; do
    if [ -e "$(dirname "$group")/cgroup.procs" ]; then mkdir "$group" && echo $$ >"$group/cgroup.procs"; fi
  done
  exec unshare --mount --pid --uts --ipc --cgroup --fork --kill-child --mount-proc sh "$@"
' sh "$(dirname "$0")/boot-inside.sh" "$@"
