# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Two network namespaces with a cable between them, for tests that take a route or a next hop away. Sourced first of all;
# sources lib.sh. Gives $far (the other namespace's name), $here and $there (the addresses), and two programs.
if [[ -z ${WIREGAP_TEST_NAMESPACE-} ]]; then
    unshare --net true 2>/dev/null || { echo "skip ${0##*/}: this machine makes no network namespaces" && exit 0; }
    WIREGAP_TEST_NAMESPACE=own exec unshare --net "$0" "$@"
fi
# shellcheck source=tests/e2e/lib.sh
source "$(dirname "$0")/lib.sh"
far=wgt_far_$$ here=10.99.1.1 there=10.99.1.2
far_children=() # those that a test stops: they would never hear that they shall end

end_namespace() {
    ((${#far_children[@]} == 0)) || kill -KILL "${far_children[@]}" 2>/dev/null || true
    ip netns del "$far" 2>/dev/null || true
    finish
}
ip link set lo up
ip netns add "$far"
trap end_namespace EXIT
ip link add near type veth peer name far netns "$far"
ip addr add $here/24 dev near && ip link set near up
ip -n "$far" addr add $there/24 dev far
ip -n "$far" link set far up && ip -n "$far" link set lo up

# read.py ADDRESS PORT: takes what comes.
cat >"$work/read.py" <<'PY'
import socket, sys
listener = socket.create_server((sys.argv[1], int(sys.argv[2])))
one, _ = listener.accept()
while one.recv(65536):
    pass
PY
# write.py ADDRESS PORT BYTES: sends a little, and so many bytes after a line on its input.
cat >"$work/write.py" <<'PY'
import socket, sys, time
for _ in range(100):
    try:
        one = socket.create_connection((sys.argv[1], int(sys.argv[2])))
        break
    except ConnectionRefusedError:
        time.sleep(0.1)
one.sendall(b"x" * 100)
print("sent", flush=True)
sys.stdin.readline()
one.settimeout(1)
try:
    one.sendall(b"y" * int(sys.argv[3]))
    print("all taken", flush=True)
except TimeoutError:
    print("full", flush=True)
time.sleep(300)
PY
