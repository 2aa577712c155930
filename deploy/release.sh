#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A release of what is committed: checks, the source archive, the Debian package, SHA256SUMS, an annotated tag.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

usage() {
    cat <<EOF
Usage: deploy/release.sh [--dry-run] VERSION
Makes the release VERSION (as 1.2.3) out of HEAD. Before it, it checks that
  - nothing is uncommitted, and the branch is main
  - CHANGELOG.md has a section "## VERSION" that is not marked (unreleased) and not empty
  - CMakeLists.txt and the image in deploy/container/daemonset.yaml have this version
  - the tag vVERSION does not exist
Then it makes, in build/dist/VERSION: wiregap-VERSION.tar.gz (git archive), the Debian package, built from
that archive alone, and SHA256SUMS. At the end it makes the annotated tag vVERSION. Nothing is pushed.
It runs no tests: run tests/run.sh before.
  --dry-run  only check, and say what would be done
  --help     print this help
EOF
}

die() {
    echo "release: $*" >&2
    exit 1
}

usage_error() {
    echo "release: $*; see --help" >&2
    exit 2
}

version='' dry_run=no
while (($# > 0)); do
    case $1 in
        --dry-run) dry_run=yes ;;
        --help | -h) usage && exit 0 ;;
        -*) usage_error "unknown option '$1'" ;;
        *)
            [[ -z $version ]] || usage_error "one version, not '$version' and '$1'"
            version=$1
            ;;
    esac
    shift
done
[[ -n $version ]] || usage_error "which version?"
[[ $version =~ ^(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*)){2}$ ]] || usage_error "a version is as 1.2.3, not '$version'"
tag=v$version
name=wiregap-$version
dist=$top/build/dist/$version
cd "$top"

# --- checks -----------------------------------------------------------------------------------

# What the section of this version says in CHANGELOG.md.
changes() {
    awk -v heading="## $version" '
        /^## / { inside = ($0 == heading || index($0, heading " ") == 1); next }
        inside && NF' CHANGELOG.md
}

check_tools() {
    local tool
    for tool in git tar cmake cpack ninja dpkg-deb dpkg-shlibdeps file sha256sum; do
        command -v "$tool" >/dev/null || die "no $tool here: deploy/install-deps.sh --tests installs it"
    done
}

check_tree() {
    local branch
    [[ $(git rev-parse --show-toplevel 2>/dev/null) == "$top" ]] || die "$top is no git checkout"
    branch=$(git symbolic-ref --quiet --short HEAD) || die "HEAD is on no branch; a release is made on main"
    [[ $branch == main ]] || die "the branch is $branch; a release is made on main"
    [[ -z $(git status --porcelain | head -n 1) ]] || die "something is uncommitted: see git status"
    ! git rev-parse --quiet --verify "refs/tags/$tag" >/dev/null || die "the tag $tag exists"
    git var GIT_COMMITTER_IDENT >/dev/null 2>&1 || die "git has no name for the tag: set user.name and user.email"
}

check_version() {
    local heading project image
    heading=$(awk -v heading="## $version" '$0 == heading || index($0, heading " ") == 1 { print; exit }' CHANGELOG.md)
    [[ -n $heading ]] || die "CHANGELOG.md has no section '## $version'"
    [[ $heading != *unreleased* ]] || die "CHANGELOG.md marks $version as unreleased: give it a date"
    [[ -n $(changes) ]] || die "CHANGELOG.md says nothing under '## $version'"
    project=$(sed -n 's/^project(wiregap VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
    [[ $project == "$version" ]] || die "CMakeLists.txt has version $project, not $version"
    image=$(sed -n 's/^ *image: wiregap:\(.*\)/\1/p' deploy/container/daemonset.yaml)
    [[ $image == "$version" ]] || die "deploy/container/daemonset.yaml has the image of $image, not $version"
}

check_tree
check_version
[[ ! -e $dist ]] || die "$dist exists: remove it"
check_tools

if [[ $dry_run == yes ]]; then
    cat <<EOF
release: all checks passed for $version at $(git rev-parse --short HEAD), and nothing was done. It would
  make     $dist/$name.tar.gz
  build    from it, in a temporary folder: cmake --preset release, cmake --build --preset release, cpack
  make     $dist/wiregap_${version}-*.deb
  make     $dist/SHA256SUMS
  tag      $tag (annotated)
EOF
    exit 0
fi

# --- make -------------------------------------------------------------------------------------

work=$(mktemp -d -t wiregap-release.XXXXXX)
clean_up() {
    rm -rf "$work"
}
trap clean_up EXIT
log=$top/build/release-$version.log
mkdir -p "$top/build"
: >"$log"

step() {
    echo "release: $*"
    "$@" >>"$log" 2>&1 || die "failed: $*; see $log"
}

commit=$(git rev-parse HEAD)
mkdir "$work/out" "$work/source"
step git archive --format=tar.gz --prefix="$name/" --output="$work/out/$name.tar.gz" "$commit"
step tar -xzf "$work/out/$name.tar.gz" -C "$work/source"
cd "$work/source/$name"
step cmake --preset release
step cmake --build --preset release
cd build/release
step cpack -B "$work/package"
cd "$top"
cp "$work"/package/wiregap_"$version"-*.deb "$work/out/" 2>/dev/null || die "cpack made no package of $version; see $log"
(cd "$work/out" && sha256sum -- *.deb *.tar.gz >SHA256SUMS)

mkdir -p "${dist%/*}"
mv "$work/out" "$dist"
git tag -a "$tag" -m "wiregap $version" "$commit" || die "the tag $tag was not made; the files are in $dist"
cat "$dist/SHA256SUMS"
echo "release: $dist, tag $tag; to publish: git push origin $tag"
