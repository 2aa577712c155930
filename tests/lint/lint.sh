#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: lint.sh format|tidy|shell|python|licence|layout|manual SOURCE_DIR BUILD_DIR
set -euo pipefail
what=${1:?} source_dir=${2:?} build=${3:?}
cd "$source_dir"

sources() { find bpf daemon exporters tests -name '*.cpp' -o -name '*.h' -o -name wiregap.bpf.c | sort; }

case $what in
    format) sources | xargs clang-format --dry-run -Werror ;;
    tidy) # function size 60, complexity 20 (.clang-tidy); our own sources, tests excepted
        # Once over the units as they are compiled together: a header that ten files share is read once.
        tidy=$build/tidy
        (cmake --preset release -B "$tidy" -DWIREGAP_TESTS=OFF && cmake --build "$tidy" --target wiregap_skel_file) \
            >"$build/tidy.log" 2>&1 || { cat "$build/tidy.log" && exit 1; }
        ! grep -rn '#include ".*\.cpp"' daemon exporters || exit 1
        nice run-clang-tidy -quiet -p "$tidy" -j "$(nproc)" -checks=-bugprone-suspicious-include \
            -header-filter='(daemon|exporters|bpf)/.*\.(h|cpp)$' \
            >"$build/tidy.log" 2>&1 || {
            grep -E 'error:|warning:' -A 3 "$build/tidy.log" | sort -u && exit 1
        }
        # misc-unused-using-decls and -alias-decls see a unit's main file only. What they look for: the name, once more.
        { grep -rnE --include='*.cpp' '^ *(using [a-zA-Z_:]+::[a-z_A-Z]+;|namespace [a-z]+ =)' daemon exporters || true; } |
            while IFS=: read -r file line text; do
                name=$(sed -E 's/^ *namespace ([a-z]+) =.*/\1/; s/^ *using .*::([a-zA-Z_]+);.*/\1/' <<<"$text")
                (($(grep -cw "$name" "$file") > 1)) || echo "$file:$line: $name is not used"
            done >"$build/tidy.log"
        [[ ! -s $build/tidy.log ]] || { cat "$build/tidy.log" && exit 1; }
        ;;
    shell) # what is sourced is checked with the script that sources it
        git ls-files -z '*.sh' .ci/run | xargs -0 grep -lZ '^#!' |
            xargs -0 shellcheck -x -P SCRIPTDIR -S warning
        ;;
    python) git ls-files -z '*.py' | xargs -0 flake8 ;; # .flake8
    licence) # one SPDX line near the top of each source
        missing=$(git ls-files -z '*.cpp' '*.h' '*.c' '*.sh' '*CMakeLists.txt' .ci/run |
            xargs -0 awk '
                function end_of_file() { if (file != "" && !found) print file }
                FNR == 1 { end_of_file(); file = FILENAME; found = 0 }
                FNR <= 3 && /SPDX-License-Identifier/ { found = 1 }
                END { end_of_file() }')
        [[ -z $missing ]] || { echo "no SPDX line: $missing" && exit 1; }
        ;;
    layout) # the fixed top level, and no generated or binary file in git
        unknown=$(git ls-files | cut -d/ -f1 | sort -u | grep -Evx \
            'CMakeLists.txt|CMakePresets.json|README.md|ARCHITECTURE.md|CHANGELOG.md|LICENSE|config.yaml|bpf|daemon|exporters|tests|deploy|\.[a-z0-9-]+' || true)
        [[ -z $unknown ]] || { echo "not at the top level: $unknown" && exit 1; }
        ! git ls-files | grep -E '\.(o|so|a|skel\.h|deb)$|vmlinux'
        ;;
    manual)
        complaints=$(groff -mandoc -Tutf8 -ww deploy/man/* 2>&1 >/dev/null)
        [[ -z $complaints ]] || { echo "$complaints" && exit 1; }
        ;;
    *) echo "lint.sh: what is '$what'?" >&2 && exit 2 ;;
esac
