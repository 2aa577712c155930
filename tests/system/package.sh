#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: package.sh BUILD_DIR
# The Debian package of this build: complete, and lintian has nothing to say. Left in BUILD_DIR/package.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
source "$(dirname "$0")/../e2e/lib.sh"
top=$(cd "$(dirname "$0")/../.." && pwd)

rm -rf "$build/package"
(cd "$build" && cpack -G DEB -B "$build/package") >"$work/cpack.log" 2>&1 || { cat "$work/cpack.log" && exit 1; }
rm -rf "$build/package/_CPack_Packages"
deb=$(echo "$build"/package/wiregap_*.deb)
check 'there is one package' test -s "$deb"
dpkg-deb -x "$deb" "$work/root"
dpkg-deb -e "$deb" "$work/control"

lintian "$deb" >"$work/lintian" 2>"$work/lintian.err" || true
check 'lintian has nothing to say' test ! -s "$work/lintian" || cat "$work/lintian"

# is_there FILE...: in the package, and not empty.
is_there() {
    local file
    for file; do [[ -s $work/root/$file ]] || { echo "     no $file" >&2 && return 1; }; done
}
check 'programs, configuration' is_there usr/sbin/wiregapd usr/bin/wiregap etc/wiregap/config.yaml
check 'manual pages' is_there usr/share/man/man8/wiregapd.8.gz usr/share/man/man1/wiregap.1.gz usr/share/man/man5/wiregap.yaml.5.gz
unit_dir=$(cd "$work/root" && find . -path '*systemd/system')
check 'units, where systemd looks' is_there "$unit_dir"/wiregapd.{service,socket}
check 'rules, alerts, dashboards, scrape job' is_there usr/share/doc/wiregap/examples/{prometheus/{prometheus,wiregap.rules,wiregap.alerts}.yml,grafana/dashboards/wiregap-overview.json}
check 'the configuration is a conffile' equal "$(cat "$work/control/conffiles")" /etc/wiregap/config.yaml
check 'and right' "$work/root/usr/sbin/wiregapd" --check --config "$work/root/etc/wiregap/config.yaml"
check 'binaries are stripped' equal "$(file -b "$work"/root/usr/{sbin/wiregapd,bin/wiregap} | grep -c 'not stripped')" 0
for script in postinst prerm postrm; do
    check "$script is POSIX shell" shellcheck -s dash "$work/control/$script"
done

# complete WORDS...: what bash offers for the last one.
complete_words() {
    PATH="$build/bin:$PATH" bash -c '
        source "$0"
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _wiregap
        echo "${COMPREPLY[@]}"' "$work/root/usr/share/bash-completion/completions/wiregap" "$@"
}
check 'completion: subcommands' equal "$(complete_words wiregap doc)" doctor
check 'completion: options of a subcommand' equal "$(complete_words wiregap services --fl)" --flow
check 'completion: global options' equal "$(complete_words wiregap --ver)" --version
check 'completion: values' equal "$(complete_words wiregap services --role s)" server

# Without an engine: what the Dockerfile copies exists, what the manifest says fits the daemon.
container=$top/deploy/container
check 'Dockerfile: the scripts it runs exist' test -x "$top/deploy/install-deps.sh"
check 'Dockerfile: the port is the default one' grep -q "^EXPOSE $(sed -n 's/.*listen: ".*:\([0-9]*\)".*/\1/p' "$top/config.yaml")$" "$container/Dockerfile"
python3 - "$container/daemonset.yaml" "$work" <<'PYTHON'
import sys, yaml
documents = {d["kind"]: d for d in yaml.safe_load_all(open(sys.argv[1]))}
open(sys.argv[2] + "/k8s.yaml", "w").write(documents["ConfigMap"]["data"]["config.yaml"])
pod = documents["DaemonSet"]["spec"]["template"]["spec"]
one = pod["containers"][0]
assert pod["hostNetwork"] and pod["hostPID"] and not one["securityContext"].get("privileged")
assert one["securityContext"]["capabilities"] == {"drop": ["ALL"], "add": ["BPF", "PERFMON"]}
mounts, volumes = ({m["name"] for m in part} for part in (one["volumeMounts"], pod["volumes"]))
assert mounts == volumes, (mounts, volumes)
selector = documents["DaemonSet"]["spec"]["selector"]["matchLabels"]
assert selector.items() <= documents["DaemonSet"]["spec"]["template"]["metadata"]["labels"].items()
PYTHON
check 'DaemonSet: its configuration is right' "$build/bin/wiregapd" --check --config "$work/k8s.yaml"
# As in the container: another user, file capabilities, nothing of root.
cp "$work/root/usr/sbin/wiregapd" "$work/wiregapd" && chmod 755 "$work"
printf 'web: {listen: "127.0.0.1:19684"}\n' >"$work/container.yaml" && chmod 644 "$work/container.yaml"
if command -v setcap >/dev/null && setcap cap_bpf,cap_perfmon+ep "$work/wiregapd" 2>"$work/setcap.log"; then
    setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all,+bpf,+perfmon \
        "$work/wiregapd" --config "$work/container.yaml" 2>"$work/container.log" &
    daemon=$! url=http://127.0.0.1:19684
    wait_ready || cat "$work/container.log"
    check 'user 65534 with two file capabilities has a BPF back end' \
        grep -Eq '^wiregap_backend_info\{backend="(fentry|tracepoint)"\} 1' <(curl -fsS "$url/metrics")
    check 'it ends' stop_daemon
else
    failed=$((failed + 1)) && echo 'FAIL setcap does not work here' && cat "$work/setcap.log"
fi
summary
