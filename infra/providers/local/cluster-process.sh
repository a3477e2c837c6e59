#!/usr/bin/env bash
# Runs one cluster in the foreground, for the supervisor. kwokctl starts a cluster's components in the background and exits. This
# script starts missing components, watches all of them, and exits when one has exited, so that the supervisor restarts this
# script and with it the component.
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

# True if the process of a pid file is the component, and not another process that has reused its pid after a crash or a reboot. A
# zombie has no command line, so it counts as exited.
runs() {
  local command=()
  mapfile -d '' -t command <"/proc/$(<"$1")/cmdline"
  [[ ${command[0]-} == "$cluster/"* ]]
} 2>/dev/null

if [ ! -e "$created" ] || [ -d "$kept" ]; then
  # An interrupted creation has stored no data: start again.
  [ -d "$cluster" ] && "$kwokctl" delete cluster --name "$name" --kubeconfig "$kubeconfig"
  if [ -d "$kept" ]; then mkdir -p "$cluster" && cp -a "$kept/etcd" "$kept/pki" "$cluster/" || exit 1; fi
  # No node leases: a restarted KWOK would wait for the leases of the killed one to expire.
  "$kwokctl" create cluster --name "$name" --config "$config" --kubeconfig "$kubeconfig" \
    --node-lease-duration-seconds 0 || exit 1
  touch "$created"
  # Renamed first: a partly deleted folder would be taken for data to restore.
  if [ -d "$kept" ]; then mv -T "$kept" "$kept.done" && rm -rf "$kept.done"; fi
else
  # kwokctl takes any live pid for its component.
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
