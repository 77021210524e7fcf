#!/bin/sh
# Fuzzes one reader after another, SECONDS in all: run.sh SECONDS. What crashes, hangs or eats memory is left in
# .build/fuzz/found, and the next reader is fuzzed.
set -e
failed=""
cd "$(dirname "$0")/../.."
formats="ptu pt3 ht3 h5 part spc set csv"
export SWIFT_BACKTRACE=enable=no  # or a crash hangs
# HDF5 asks for what a file claims, and minds a refusal; short stacks and little quarantine make an execution a fifth cheaper.
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:max_allocation_size_mb=256:malloc_context_size=1:quarantine_size_mb=1
mkdir -p .build/fuzz/found
seconds=$(($1 / 8))
# 0 would be without end
[ "$seconds" -gt 0 ] || seconds=1
for format in $formats; do
  mkdir -p ".build/fuzz/new/$format"
  echo "$format"
  length=4096
  if [ "$format" = h5 ] || [ "$format" = part ]; then length=131072; fi
  FUZZ_FORMAT=$format "${FUZZ_BUILD:-.build/fuzz}/fuzz-readers" -max_total_time=$seconds -max_len=$length -timeout=10 -rss_limit_mb=512 \
    -verbosity=0 -print_final_stats=1 -artifact_prefix=".build/fuzz/found/$format-" \
    ".build/fuzz/new/$format" ".build/fuzz/corpus/$format" || failed="$failed $format"
done
if [ -n "$failed" ]; then
  echo "found something in:$failed (.build/fuzz/found)" >&2
  exit 1
fi
