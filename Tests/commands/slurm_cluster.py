"""A real Slurm of one node in a temporary folder: munged, slurmctld and slurmd of this user, and nothing on the machine's own places."""

import contextlib
import getpass
import os
import pathlib
import secrets
import shutil
import socket
import subprocess
import tempfile
import time

PROGRAMS = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol"]

CONFIGURATION = """\
ClusterName=test
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
AuthInfo=socket={folder}/munge.socket
SlurmUser={user}
SlurmdUser={user}
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmdSpoolDir={folder}/spool
StateSaveLocation={folder}/state
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=1
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
KillWait=5
SlurmdParameters=config_overrides
NodeName=localhost NodeAddr=127.0.0.1 CPUs=6 RealMemory=2000
PartitionName=all Nodes=ALL Default=YES
"""


def search_path():
    # Debian keeps daemons where only root's search path looks.
    return os.environ["PATH"] + ":/usr/sbin:/sbin"


def missing_programs():
    return [program for program in PROGRAMS if not shutil.which(program, path=search_path())]


def free_ports(count):
    with contextlib.ExitStack() as sockets:
        taken = [sockets.enter_context(socket.socket()) for _ in range(count)]
        for one in taken:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in taken]


class Cluster:
    """A running Slurm; `environment` is what its commands need."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = {"SLURM_CONF": str(folder / "slurm.conf"), "PATH": search_path()}
        self.daemons = []

    def run(self, *words):
        return subprocess.run(
            words, env={**os.environ, **self.environment}, capture_output=True, text=True, timeout=60)

    def start(self, *words):
        with open(self.folder / f"{words[0]}.log", "wb") as log:
            self.daemons.append(subprocess.Popen(
                words, env={**os.environ, **self.environment}, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT))

    def wait_until(self, what, holds, seconds=30):
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline or any(daemon.poll() is not None for daemon in self.daemons):
                logs = "\n".join(
                    f"{path.name}: {path.read_text(errors='replace')[-1500:]}" for path in self.folder.glob("*.log"))
                raise RuntimeError(f"{what} did not come about:\n{logs}")
            time.sleep(0.1)

    def tasks(self, job):
        """What Slurm knows of a job's tasks, finished ones too: state by number."""
        done = self.run("squeue", "--noheader", "--array", "--states=all", f"--jobs={job}", "--format=%K %T")
        assert done.returncode == 0, done.stderr
        return {int(number): state for number, state in (line.split() for line in done.stdout.splitlines())}


@contextlib.contextmanager
def cluster():
    # Not in the tests' own folder: a socket's path may have 107 characters, and every folder above it must let anybody through.
    folder = pathlib.Path(tempfile.mkdtemp(prefix="antibunch-slurm-"))
    folder.chmod(0o755)
    one = Cluster(folder)
    try:
        for name in ("spool", "state"):
            (folder / name).mkdir()
        key = folder / "munge.key"
        key.touch(mode=0o600)
        key.write_bytes(secrets.token_bytes(128))
        controller_port, node_port = free_ports(2)
        (folder / "slurm.conf").write_text(CONFIGURATION.format(
            folder=folder, user=getpass.getuser(), controller_port=controller_port, node_port=node_port))
        one.start("munged", "--foreground", f"--key-file={key}", f"--socket={folder}/munge.socket",
                  f"--pid-file={folder}/munged.pid", f"--seed-file={folder}/munge.seed")
        one.wait_until("munged", (folder / "munge.socket").exists)
        one.start("slurmctld", "-D")
        one.start("slurmd", "-D", "-N", "localhost")
        one.wait_until("an idle node", lambda: one.run("sinfo", "--noheader", "--format=%T").stdout.strip() == "idle")
        yield one
    finally:
        if len(one.daemons) == 3:
            one.run("scancel", f"--user={getpass.getuser()}")
            with contextlib.suppress(RuntimeError):
                one.wait_until("an empty queue", lambda: not one.run("squeue", "--noheader").stdout.strip())
        for daemon in reversed(one.daemons):
            daemon.terminate()
            try:
                daemon.wait(20)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        shutil.rmtree(folder, ignore_errors=True)
