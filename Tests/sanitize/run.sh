#!/bin/sh
# Builds the program with a sanitizer and runs all that works on several threads: run.sh thread, run.sh address. Says which
# commands failed; their reports are in .build-SANITIZER/reports.
set -e
cd "$(dirname "$0")/../.."
sanitizer=$1
export ANTIBUNCH_SHARED_SWIFT=1
swift build -c release --sanitize="$sanitizer" --scratch-path ".build-$sanitizer" --product antibunch ${JOBS:+-j "$JOBS"}
program=$PWD/.build-$sanitizer/release/antibunch
reports=$PWD/.build-$sanitizer/reports
files=$PWD/.build-$sanitizer/files
export SWIFT_BACKTRACE=enable=no  # or a crash hangs
export TSAN_OPTIONS="exitcode=99 halt_on_error=0"
export ASAN_OPTIONS="exitcode=99"
rm -rf "$reports" "$files"
mkdir -p "$reports" "$files"
failed=""
preload=""
if [ "$sanitizer" = thread ]; then
  preload=$PWD/.build-thread/locks.so
  clang -O -fPIC -shared -o "$preload" Tests/sanitize/locks.c
fi

# check NAME ARGUMENT...
check() {
  name=$1
  shift
  status=0
  env LD_PRELOAD="$preload" "$program" "$@" > "$reports/$name.out" 2> "$reports/$name" || status=$?
  echo "$name: $status"
  if [ $status != 0 ] || grep -q "WARNING: ThreadSanitizer\|ERROR: AddressSanitizer" "$reports/$name"; then
    failed="$failed $name"
  fi
}

check simulate-pulsed simulate Scenarios/fibre-hbt.yaml --duration "10 s" --threads 4 -o "$files/t2.ptu" -o "$files/t2.h5"
check simulate-bright simulate Scenarios/w1-1m.yaml --duration "0.5 s" --threads 4 -o "$files/bright.ptu" -o "$files/bright.h5"
check simulate-t3 simulate Scenarios/w1-100k.yaml --duration "2 s" --mode t3 --threads 4 -o "$files/t3.ptu" -o "$files/t3.h5"
check simulate-reference simulate Scenarios/w1-100k.yaml --duration "1 s" --threads 4 --engine reference -o "$files/reference.ptu"
check simulate-truth simulate Scenarios/fibre-hbt.yaml --duration "1 s" --threads 4 --truth all -o "$files/truth.h5"
check simulate-continuous simulate Scenarios/emitters/nv-nanodiamond.yaml --duration "2 s" --mode t2 --threads 4 -o "$files/continuous.ptu"
check g2 g2 "$files/t2.ptu" --threads 4 --gate "2 ns:100 ns" -o "$files/g2"
check g2-photon-hdf5 g2 "$files/t2.h5" --threads 4
check g2-t3 g2 "$files/t3.ptu" --threads 4
check g2-linear g2 "$files/bright.ptu" --threads 4 --bin "100 ps" --range "100 ns"
check g2-continuous g2 "$files/continuous.ptu" --threads 4
check g2-bins g2 "$files/bright.h5" --threads 4 --bin "1 ns" --range "1 us"
check g2-bins-t3 g2 "$files/t3.ptu" --threads 4 --bin "1 ns" --range "1 us"
check g2-logarithmic g2 "$files/bright.ptu" --threads 4 --logarithmic
check lifetime lifetime "$files/t2.ptu" -o "$files/lifetime"
check blinking blinking "$files/t2.ptu" -o "$files/blinking"
check gate gate "$files/t2.h5" --start "0 ns,1 ns" --stop "50 ns,100 ns" -o "$files/gate"
check gate-scenario gate Scenarios/fibre-hbt.yaml --method both --duration "2 s" --threads 4 -o "$files/gate-scenario"
check analyze analyze "$files/t2.ptu" -o "$files/analyze"
check predict predict Scenarios/fibre-hbt.yaml
check run run Scenarios/fibre-hbt.yaml --duration "10 s" --threads 4 -o "$files/run"
check sweep sweep Scenarios/fibre-hbt.yaml --vary filter.center=600nm..636nm:2 --vary filter.bandwidth=10nm..60nm:2 \
  --duration "1 s" --threads 4 -o "$files/sweep"
check dataset dataset build Scenarios/suites/smoke.yaml --threads 4 -o "$files/dataset"
check scan scan Scenarios/scan-strip.yaml --threads 4 -o "$files/scan"
check modes modes Scenarios/guides/tio2-strip.yaml --threads 4
[ -z "$failed" ] || { echo "See $reports:$failed"; exit 1; }
