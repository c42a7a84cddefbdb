# Runs inside, as root: one line for each thing that the test asks for.
say() { echo "$1: $2"; }
wait_for() { for _ in $(seq 600); do [ -e "$1" ] && return; sleep 0.1; done; }
as_other() { setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/nonexistent XDG_CACHE_HOME=/tmp/other "$@"; }
service=sigwall-update.service

systemd-sysusers
say user "$(id -un sigwall)"
systemctl start $service
wait_for /var/lib/sigwall/state.json
say active "$(systemctl is-active $service)"
say owner "$(stat -c '%U %a' /var/lib/sigwall /var/lib/sigwall/state.json /var/lib/sigwall/1001/1001.npf | tr '\n' ',')"
say process "$(ps -o user=,nice= -p "$(systemctl show -P MainPID $service)" | tr -s ' ')"
say journal "$(journalctl -o cat -u $service | grep -c 'Pattern number 1001 is active')"
say health "$(as_other engine health | cut -d'|' -f1)"
say scan "$(as_other engine scan --no-summary /etc/hostname)"
say write "$(as_other sh -c 'echo x > /var/lib/sigwall/state.json' 2>&1 | grep -c denied)"
systemctl stop $service
say stopped "$(systemctl is-active $service) $(systemctl show -P Result $service)"
systemctl start sigwall-update-once.service
say once "$(systemctl show -P Result sigwall-update-once.service) $(journalctl -o cat -u sigwall-update-once.service | grep -c '1001 is current')"
systemctl start $service
systemctl start sigwall-update-once.timer
say timer "$(systemctl is-active sigwall-update-once.timer) $(systemctl is-active $service)"
say troubles "$(journalctl -o cat -p warning -u $service -u sigwall-update-once.service | tr '\n' ',')"
