# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# An apt of our own for another Debian suite, made from the machine's sources. Sourced by fetch_kernel.sh.
#
# Nothing of the machine's apt is changed and no mirror is written down here: the stanza (or line) that
# serves the machine's own suite says where the mirror is and with which key it signs; only the suite
# is replaced. The rest of the machine's apt.conf (a proxy, for instance) stays in force.

# One record a stanza or line: "suites|uris|signed-by". Signed-By may be a whole key in the file, several
# lines of it: its line ends become \001, so that a record stays one line.
apt_records() {
    local file
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [[ -r $file ]] && awk '$1 == "deb" {
            signed = ""
            if (match($0, /\[[^]]*\]/)) {
                options = substr($0, RSTART + 1, RLENGTH - 2)
                $0 = substr($0, 1, RSTART - 1) substr($0, RSTART + RLENGTH)
                n = split(options, option, " ")
                for (i = 1; i <= n; i++)
                    if (sub(/^signed-by=/, "", option[i])) { signed = option[i]; gsub(",", " ", signed) }
            }
            print $3 "|" $2 "|" signed
        }' "$file"
    done
    for file in /etc/apt/sources.list.d/*.sources; do
        [[ -r $file ]] && awk '
            function flush() {
                if (tolower(f["types"]) ~ /(^| )deb( |$)/ && tolower(f["enabled"]) !~ /no|false/)
                    print f["suites"] "|" f["uris"] "|" f["signed-by"]
                split("", f); key = ""
            }
            /^#/ { next }
            /^[ \t]*$/ { flush(); next }
            /^[ \t]/ { f[key] = f[key] "\001" $0; next }
            { key = tolower(substr($0, 1, index($0, ":") - 1)); f[key] = substr($0, index($0, ":") + 1)
              sub(/^[ \t]+/, "", f[key]) }
            END { flush() }' "$file"
    done
    return 0
}

apt_types=deb # or deb-src

# apt_stanza SUITE_WANTED SUITE_OF_THIS_MACHINE: the first source that serves the second, for the first.
apt_stanza() {
    local suites uris signed
    while IFS='|' read -r suites uris signed; do
        [[ " $suites " == *" $2 "* ]] || continue
        printf 'Types: %s\nURIs: %s\nSuites: %s\nComponents: main\n' "$apt_types" "$uris" "$1"
        [[ -z $signed ]] || printf 'Signed-By: %s\n' "${signed//$'\001'/$'\n'}"
        echo
        return
    done < <(apt_records)
}

# The code name of the Debian that runs here.
own_suite() {
    local own
    # shellcheck disable=SC1091
    own=$(. /etc/os-release && [[ $ID == debian ]] && echo "${VERSION_CODENAME-}") || true
    [[ -n $own ]] || die "what the tests fetch is Debian's: run this on Debian (a container will do)"
    echo "$own"
}

# private_apt DIR SUITE...: afterwards apt_own apt-get ... and apt_own apt-cache ... work on these suites.
private_apt() {
    local dir=$1 own suite
    shift
    own=$(own_suite)
    mkdir -p "$dir"/{lists,cache/archives}/partial "$dir/empty"
    for suite; do # the security archive is another URI, the machine's own security line has it
        case $suite in
            *-security) apt_stanza "$suite" "$own-security" ;;
            *) apt_stanza "$suite" "$own" ;;
        esac
    done >"$dir/debian.sources"
    [[ -s $dir/debian.sources ]] || die "no source for $own in /etc/apt: add the Debian mirror there"
    # The status file is left out, for what is installed here does not matter. Valid-Until is not checked:
    # a suite that has ended keeps its last, signed and by then expired, Release file.
    apt_options=(
        -o "Dir::Etc::sourcelist=$dir/debian.sources" -o "Dir::Etc::sourceparts=$dir/empty" -o "Dir::State::lists=$dir/lists"
        -o "Dir::Cache=$dir/cache" -o Dir::State::status=/dev/null -o Dir::Etc::preferences=/dev/null
        -o "Dir::Etc::preferencesparts=$dir/empty" -o Acquire::Languages=none -o Acquire::Check-Valid-Until=false
        -o APT::Architecture=amd64 -o APT::Architectures=amd64 -o APT::Sandbox::User=root -o Acquire::Retries=3
    )
    # One suite of several may be gone; whether that matters shows when a package is looked for.
    apt_own apt-get update >"$dir/update.log" 2>&1 || true
}

apt_own() { "$1" "${apt_options[@]}" "${@:2}"; }

# unpack_debs DIR PACKAGE...: fetched with the private apt of DIR/apt, unpacked in DIR/root, nothing installed.
unpack_debs() {
    local dir=$1 deb
    shift
    (cd "$dir/apt" && apt_own apt-get -q download "$@") >"$dir/apt/download.log" 2>&1 ||
        die "can't download $*: $(grep -m1 '^[EW]:' "$dir/apt/download.log" "$dir/apt/update.log")"
    for deb in "$dir"/apt/*.deb; do dpkg-deb -x "$deb" "$dir/root"; done
}

# fetch_once NAME: unless it is there, makes $cache/NAME by the caller's `fetch DIR`, which leaves it in DIR/done.
# Two callers: the second waits here and then finds the work done.
fetch_once() {
    cache=$(cache_dir)
    exec 9>"$cache/$1.lock"
    flock 9
    [[ ! -d $cache/$1 ]] || return 0
    rm -rf "$cache/.$1".?????? # what a killed fetch left
    work=$(mktemp -d "$cache/.$1.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    fetch "$work"
    mv "$work/done" "$cache/$1"
}
