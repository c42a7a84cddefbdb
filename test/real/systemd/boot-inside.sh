#!/bin/sh
# The part of boot.sh inside the namespaces: builds the root directory and becomes systemd.
set -eu
node=$1 checkout=$2 shared=$3
build() {
  mount -t tmpfs -o mode=755 tmpfs /mnt
  mkdir /mnt/root /mnt/upper /mnt/work
  mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root
  cd /mnt/root
  mount -t proc proc proc
  mount --rbind /dev dev
  mount -t sysfs sysfs sys
  mount -t tmpfs tmpfs run
  mount -t tmpfs -o mode=1777 tmpfs tmp
  if [ -d /sys/fs/cgroup/systemd ]; then
    mount -t tmpfs tmpfs sys/fs/cgroup
    mkdir sys/fs/cgroup/systemd sys/fs/cgroup/unified
    mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd
    mount -t cgroup2 cgroup2 sys/fs/cgroup/unified
  else
    mount -t cgroup2 cgroup2 sys/fs/cgroup
  fi
  # Where the service may look: neither /home, nor /root, nor /tmp.
  mkdir -p opt/sigwall mnt/shared
  mount --bind "$checkout" opt/sigwall
  mount --bind "$shared" mnt/shared
  touch usr/local/bin/node 2>/dev/null || { rm usr/local/bin/node && touch usr/local/bin/node; }
  [ -L usr/local/bin/node ] && rm usr/local/bin/node && touch usr/local/bin/node
  mount --bind "$node" usr/local/bin/node
  ln -sf /opt/sigwall/dist/src/bin/engine.js usr/local/bin/engine
  cp "$shared"/units/* etc/systemd/system/
  cp "$shared"/sysusers.d/* usr/lib/sysusers.d/
  rm -rf etc/sigwall var/lib/sigwall var/cache/sigwall
  cp -r "$shared"/etc/sigwall etc/sigwall
  chmod -R a+rX etc/sigwall
  cat >etc/systemd/system/sigwall-test.service <<'UNIT'
[Unit]
After=basic.target
Requires=basic.target
[Service]
Type=oneshot
ExecStart=/bin/sh /mnt/shared/script
ExecStopPost=/bin/systemctl exit
StandardOutput=file:/mnt/shared/out
StandardError=inherit
TimeoutStartSec=150
UNIT
  mkdir old
}
build || exit 77
pivot_root . old
exec env -i container=sigwall-test PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  /usr/lib/systemd/systemd --system --unit=sigwall-test.service --log-target=null --show-status=no </dev/null
