#!/bin/bash
# Builds the library and ThreadStorm with ThreadSanitizer and runs it: any race ends it with an error. There are no
# suppressions. `run.sh ROUNDS`: other than 400 rounds a thread.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=.build/thread-sanitizer
mkdir -p "$out"

# As the manifest has it, but for the checks of style.
flags=(
  -swift-version 6 -package-name shmtop -enable-upcoming-feature ExistentialAny
  -enable-upcoming-feature InternalImportsByDefault
  -enable-upcoming-feature MemberImportVisibility -O -g -whole-module-optimization -sanitize=thread
  -I Sources/CLinux -I "$out" -parse-as-library
)
find Sources/SharedSimple -name '*.swift' -print0 | xargs -0 swiftc "${flags[@]}" \
  -module-name SharedSimple -emit-module -emit-module-path "$out/SharedSimple.swiftmodule" \
  -emit-object -o "$out/SharedSimple.o"
swiftc "${flags[@]}" -module-name ThreadStorm \
  Tests/ThreadSanitizer/ThreadStorm.swift Tests/TestSupport/Threads.swift "$out/SharedSimple.o" -o "$out/ThreadStorm"

# Swift's own backtracer can hang on a crash. A race ends the program where it is, and leaves its segment.
SWIFT_BACKTRACE=enable=no TSAN_OPTIONS="halt_on_error=1 exitcode=66 ${TSAN_OPTIONS:-}" "$out/ThreadStorm" "$@" &
trap 'rm -f "/dev/shm/shmtop-tsan-$!"' EXIT
wait $!
