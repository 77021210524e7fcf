#!/bin/sh
# Builds the fuzz target into .build/fuzz: the modules with libFuzzer's instrumentation and the address sanitizer, and the
# target linked with it. The compiler is called directly, so that the package needs no unsafe flags. SANITIZE=fuzzer leaves
# the address sanitizer out, for more executions in the same time; FUZZ_BUILD names another folder.
set -e
cd "$(dirname "$0")/../.."
out=${FUZZ_BUILD:-.build/fuzz}
mkdir -p "$out"
flags="-O -wmo -swift-version 6 -sanitize=${SANITIZE:-fuzzer,address} -parse-as-library -enable-upcoming-feature InternalImportsByDefault
  -enable-upcoming-feature ExistentialAny -enable-upcoming-feature MemberImportVisibility -I Sources/CHDF5 -I Sources/CLibdeflate
  -I Sources/CVectors/include"
# shellcheck disable=SC2001
for source in pairs planes ranking; do
  clang -O2 "-fsanitize=$(echo "${SANITIZE:-fuzzer,address}" | sed s/fuzzer/fuzzer-no-link/)" -I Sources/CVectors/include \
    -c Sources/CVectors/$source.c -o "$out/$source.o"
done
# shellcheck disable=SC2086
swiftc $flags -package-name antibunch -module-name Records -emit-module -emit-module-path "$out/Records.swiftmodule" \
  -emit-object -o "$out/Records.o" Sources/Records/*.swift
# shellcheck disable=SC2046,SC2086
swiftc $flags -I "$out" -package-name antibunch -module-name TimeTags -emit-module -emit-module-path "$out/TimeTags.swiftmodule" \
  -emit-object -o "$out/TimeTags.o" $(find Sources/TimeTags -name '*.swift')
# shellcheck disable=SC2086
swiftc $flags -I "$out" -module-name FuzzReaders -emit-executable -o "$out/fuzz-readers" \
  Tests/fuzz/FuzzReaders.swift "$out/TimeTags.o" "$out/Records.o" "$out/pairs.o" "$out/planes.o" "$out/ranking.o" $(pkg-config --libs libdeflate)
