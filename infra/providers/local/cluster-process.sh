#!/usr/bin/env bash
# Keeps one cluster running in the foreground, for the supervisor. kwokctl starts a cluster's
# components in the background and leaves; this starts what is missing, then watches them, and ends
# when one of them has ended, so that the supervisor starts it (and so the component) again.
#
# usage: cluster-process.sh KWOKCTL NAME CONFIG KUBECONFIG   (KWOK_WORKDIR is set)
set -u
kwokctl=$1 name=$2 config=$3 kubeconfig=$4
cluster="$KWOK_WORKDIR/clusters/$name"
created="$cluster/.created"
kept="$KWOK_WORKDIR/kept-$name" # data of a cluster whose flags have changed

stop() { "$kwokctl" stop cluster --name "$name"; exit 0; }
trap stop TERM INT
rm -rf "$kept.done"

# True when the process of a pid file is the component and not another that has its number by now: after
# a crash or a reboot the numbers are given out again. A zombie has no command line, so it counts as ended.
runs() {
  local command=()
  mapfile -d '' -t command <"/proc/$(<"$1")/cmdline"
  [[ ${command[0]-} == "$cluster/"* ]]
} 2>/dev/null

if [ ! -e "$created" ] || [ -d "$kept" ]; then
  # A creation that was cut short never held anything of its own: begin again.
  [ -d "$cluster" ] && "$kwokctl" delete cluster --name "$name" --kubeconfig "$kubeconfig"
  if [ -d "$kept" ]; then mkdir -p "$cluster" && cp -a "$kept/etcd" "$kept/pki" "$cluster/" || exit 1; fi
  # No node leases: a KWOK that is started again would wait for those of the one that was killed.
  "$kwokctl" create cluster --name "$name" --config "$config" --kubeconfig "$kubeconfig" \
    --node-lease-duration-seconds 0 || exit 1
  touch "$created"
  # Renamed first: half of it would be taken for data to restore.
  if [ -d "$kept" ]; then mv -T "$kept" "$kept.done" && rm -rf "$kept.done"; fi
else
  # kwokctl takes a number that is alive for its component.
  for pid in "$cluster"/pids/*.pid; do runs "$pid" || rm -f "$pid"; done
  "$kwokctl" start cluster --name "$name" || exit 1
fi

while :; do
  for pid in "$cluster"/pids/*.pid; do
    if ! runs "$pid"; then
      echo "$(date -Is) $(basename "$pid" .pid) has ended; starting it again"
      exit 1
    fi
  done
  sleep 1 & wait $!
done
