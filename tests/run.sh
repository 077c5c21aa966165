#!/bin/sh
# Runs test programs, as many at a time as there are processors, and closes with the sum.
# Usage: run.sh BUILD PROGRAM...
# RUN_WITH is put before each program (valgrind ...). Fails if a program fails, dies, or ran no test.
build=$1
shift
mkdir -p "$build/tests/log"
printf '%s\n' "$@" | xargs -P "$(nproc)" -I{} sh -c '
    log=$0/tests/log/$(basename {}).log
    $RUN_WITH {} >"$log" 2>&1
    echo $? >"$log.exit"' "$build"

passed=0 failed=0
for program in "$@"; do
    log=$build/tests/log/$(basename "$program").log
    line=$(grep -E '^[0-9]+%: Checks: [0-9]+, Failures: [0-9]+, Errors: [0-9]+$' "$log" | tail -n 1)
    # "98%: Checks: 50, Failures: 1, Errors: 0" as three numbers; a program without it counts as failed
    set -- $(echo "$line" | tr -cd '0-9 ')
    checks=${2:-1} bad=$((${3:-1} + ${4:-0}))
    [ "$bad" -gt 0 ] || [ "$(cat "$log.exit")" -eq 0 ] || bad=1
    passed=$((passed + checks - bad)) failed=$((failed + bad))
    printf '%-28s %s\n' "$(basename "$program")" "${line:-no result, exit $(cat "$log.exit")}"
    [ "$bad" -eq 0 ] || sed 's/^/    /' "$log"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
