#!/usr/bin/env bash
# slurm-up.sh FOLDER [NODES] [CPUS]: starts a real Slurm cluster on this machine, without systemd or containers; its
# state is in FOLDER. Then `source FOLDER/env.sh`, and sbatch, srun, squeue... speak to it. Stop it with slurm-down.sh
# FOLDER.
#
# Every node is a host of its own: own network (a bridge in private namespaces), own host name, own /dev/shm, so that
# what only works on one host fails as it would on a cluster. The daemon slurmctld and the user's commands live on the
# host "login". Needs root, for the namespaces, and installs Slurm with apt-get where it is missing.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${1:?usage: slurm-up.sh FOLDER [NODES] [CPUS]}
nodes=${2:-2}
cpus=${3:-2}  # may exceed the real ones
net=198.18.0  # RFC 2544's range for tests; nothing of it leaves the namespaces
# shellcheck source=processes.sh
source "$here/processes.sh"
die() { echo "slurm-up.sh: $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || die "network namespaces need root"

# ---- Packages
missing=()
[ -x /usr/sbin/slurmctld ] || missing+=(slurmctld)
[ -x /usr/sbin/slurmd ] || missing+=(slurmd)
[ -x /usr/bin/sbatch ] || missing+=(slurm-client)
[ -x /usr/sbin/munged ] || missing+=(munge)
compgen -G '/usr/lib/*/slurm-wlm/mpi_pmix*.so' >/dev/null || missing+=(slurm-wlm-basic-plugins)
command -v ip >/dev/null || missing+=(iproute2)
command -v nsenter >/dev/null || missing+=(util-linux)
if [ "${#missing[@]}" -gt 0 ]; then
  command -v apt-get >/dev/null || die "${missing[*]} are missing and there is no apt-get to install them with"
  echo "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q >/dev/null
  apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null
fi

mkdir -p "$root"
root=$(cd "$root" && pwd)
[ ! -e "$root/run" ] || die "$root has a cluster already; stop it with slurm-down.sh and remove the folder"
mkdir -p "$root"/{run,log,state,spool,tmp,munge,etc,bin}
chmod 755 "$root" "$root"/{run,log,spool,munge,etc,bin}
chmod 700 "$root/state"
chmod 1777 "$root/tmp"
trap '[ "${up:-}" = yes ] || { tail -n 5 "$root"/log/*.out >&2; bash "$here/slurm-down.sh" "$root"; }' EXIT

# ---- Munge: one daemon serves all hosts through its socket
(umask 077 && head -c 128 /dev/urandom >"$root/munge/munge.key")
setsid /usr/sbin/munged --foreground --socket="$root/munge/socket" --key-file="$root/munge/munge.key" \
  --pid-file="$root/munge/munged.pid" --log-file="$root/log/munged.log" --seed-file="$root/munge/munged.seed" \
  --num-threads=2 >"$root/log/munged.out" 2>&1 </dev/null &
record "$root/run/munged" $!
for ((attempt = 0; attempt < 100; attempt++)); do
  [ -S "$root/munge/socket" ] && break
  sleep 0.05
done
munge -S "$root/munge/socket" -n | unmunge -S "$root/munge/socket" >/dev/null || die "munge does not answer"

# ---- Hosts and networks; names carry our process id, so that several clusters can live on one machine
add_namespace() { ip netns add "locus-$$-$1" && echo "locus-$$-$1" >>"$root/namespaces"; }
add_namespace login || die "ip netns add failed: no network namespaces on this machine"
login=locus-$$-login
ip -n "$login" link set lo up
ip -n "$login" link add br0 type bridge
ip -n "$login" address add "$net.1/24" dev br0
ip -n "$login" link set br0 up
printf '127.0.0.1 localhost\n%s.1 login\n' "$net" >"$root/etc/hosts"
for ((node = 1; node <= nodes; node++)); do
  address=$net.$((10 + node))
  echo "$address cn$node" >>"$root/etc/hosts"
  add_namespace "cn$node"
  ip -n "$login" link add "veth$node" type veth peer name eth0 netns "locus-$$-cn$node"
  ip -n "$login" link set "veth$node" master br0 up
  ip -n "locus-$$-cn$node" link set lo up
  ip -n "locus-$$-cn$node" address add "$address/24" dev eth0
  ip -n "locus-$$-cn$node" link set eth0 up
done

# on_host NAME COMMAND...: becomes the command, as that host; every exec keeps the process id.
on_host() {
  local host=$1
  shift
  # shellcheck disable=SC2016  # expanded by the inner shell
  exec setsid ip netns exec "locus-$$-$host" unshare --uts --mount --propagation private bash -c '
    set -e
    hostname "$1"
    mount --bind "$2/etc/hosts" /etc/hosts
    mount -t tmpfs -o size=2g,mode=1777 shm /dev/shm
    shift 2
    exec "$@"' _ "$host" "$root" "$@"
}

# ---- Slurm
memory=$(awk -v nodes="$nodes" '/MemTotal/ { print int($2 / 1024 * 0.8 / nodes) }' /proc/meminfo)
cat >"$root/etc/slurm.conf" <<CONF
ClusterName=locus
SlurmctldHost=login($net.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# cred_expire is also how long a requeued job waits before it starts again; 120 s is usual.
AuthInfo=socket=$root/munge/socket,cred_expire=5
StateSaveLocation=$root/state
SlurmdSpoolDir=$root/spool/%n
# One for each node: PMIx makes a folder named after the job in it, which must not be there yet.
TmpFS=$root/tmp/%n
SlurmctldPidFile=$root/run/slurmctld.pid
SlurmdPidFile=$root/run/slurmd.%n.pid
SlurmctldLogFile=$root/log/slurmctld.log
SlurmdLogFile=$root/log/slurmd.%n.log
SlurmctldDebug=verbose
SlurmdDebug=verbose
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=pmix
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
SlurmctldParameters=preempt_send_user_signal
ReturnToService=2
KillWait=5
MinJobAge=3600
SlurmdTimeout=30
JobRequeue=1
PropagateResourceLimits=NONE
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
NodeName=cn[1-$nodes] NodeAddr=$net.[11-$((10 + nodes))] CPUs=$cpus Boards=1 SocketsPerBoard=1 CoresPerSocket=$cpus \
ThreadsPerCore=1 RealMemory=$memory State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP PriorityTier=10 PreemptMode=OFF
PartitionName=low Nodes=ALL MaxTime=INFINITE State=UP PriorityTier=1 PreemptMode=REQUEUE GraceTime=10
CONF
echo 'CgroupPlugin=cgroup/v1' >"$root/etc/cgroup.conf"
export SLURM_CONF=$root/etc/slurm.conf
on_host login /usr/sbin/slurmctld -D >"$root/log/slurmctld.out" 2>&1 </dev/null &
record "$root/run/slurmctld" $!
for ((node = 1; node <= nodes; node++)); do
  mkdir "$root/tmp/cn$node" "$root/spool/cn$node"
  chmod 1777 "$root/tmp/cn$node"
  on_host "cn$node" /usr/sbin/slurmd -D -N "cn$node" >"$root/log/cn$node.out" 2>&1 </dev/null &
  record "$root/run/cn$node" $!
done

# ---- The user's side: commands that enter the host "login", except within a job
for command in sbatch srun squeue sinfo scancel scontrol; do
  cat >"$root/bin/$command" <<COMMAND
#!/usr/bin/env bash
[ -z "\${SLURM_JOB_ID:-}" ] || exec /usr/bin/$command "\$@"
read -r id _ <"$root/run/slurmctld"
exec nsenter -t "\$id" --net --uts --mount -- env --chdir="\$PWD" /usr/bin/$command "\$@"
COMMAND
  chmod +x "$root/bin/$command"
done
cat >"$root/env.sh" <<ENV
export SLURM_CONF="$root/etc/slurm.conf" PATH="$root/bin:\$PATH"
# The hosts share this machine's cores: leave placing ranks to the kernel, and let waiting ranks yield.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_hwloc_base_binding_policy=none OMPI_MCA_mpi_yield_when_idle=1
ENV

# shellcheck disable=SC1091  # written above
source "$root/env.sh"
for ((attempt = 0; attempt < 300; attempt++)); do
  for daemon in slurmctld $(seq -f 'cn%g' "$nodes"); do
    is_ours "$root/run/$daemon" || die "$daemon did not start; $root/log says why"
  done
  if [ "$(timeout 5 sinfo -h -N -p main -t idle -o %N 2>/dev/null | wc -l)" = "$nodes" ]; then
    up=yes
    exit 0
  fi
  sleep 0.1
done
die "the nodes are not idle after 30 s; $root/log says why"
