#!/usr/bin/env bash
# One seed, one history: byte for byte, in one process and in another, whose addresses are others.
set -euo pipefail

simulator="$1"
for seed in 3 14 15 92 65; do
    "$simulator" --same "$seed"
    cmp <("$simulator" "$seed") <("$simulator" "$seed")
done
