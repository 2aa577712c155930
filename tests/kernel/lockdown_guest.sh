#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Inside the VM: which back end does auto take under lockdown=$MODE, does it work, what does doctor say?
failed=0
check() {
    if [ "$2" = yes ]; then echo "ok   $1"; else echo "FAIL $1" && failed=1; fi
}
says() { grep -q "$1" /tmp/said && echo yes || echo no; }

grep -q "\[$MODE\]" /sys/kernel/security/lockdown || { echo "FAIL lockdown=$MODE is not in force" && exit 1; }

wiregap doctor >/tmp/said 2>&1
cat /tmp/said
check "doctor names the lockdown mode $MODE" "$(says "$MODE")"
check "doctor chooses $BACKEND" "$(says "$BACKEND")"

printf 'backend: auto\nweb: {listen: "127.0.0.1:19473"}\n' >/tmp/config.yaml
wiregapd --config /tmp/config.yaml >/tmp/log 2>&1 &
daemon=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    wiregap services --json >/tmp/said 2>/dev/null && break
    sleep 0.5
done
check "wiregapd runs on $BACKEND" "$(says "\"backend\": *\"$BACKEND\"")"
kill $daemon
wait $daemon
check 'it ends with status 0' "$([ $? -eq 0 ] && echo yes || echo no)"
cat /tmp/log

wiregap_truth --vm --daemon /bin/wiregapd --backend auto \
    --scenario at_once --scenario peer_not_reading --scenario ipv6_at_once || failed=1
exit $failed
