# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Completion of wiregap(1): what the command's own --help lists, so that nothing can be forgotten here.
_wiregap() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} commands command='' one
    commands=$(wiregap --help 2>/dev/null | sed -n '/^Subcommands:/,$s/^  \([a-z][a-z-]*\) .*/\1/p')
    for one in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        if [[ $'\n'$commands$'\n' == *$'\n'"$one"$'\n'* ]]; then command=$one && break; fi
    done
    case $before in
        --role) mapfile -t COMPREPLY < <(compgen -W 'server client' -- "$word") && return ;;
        --service | --port | --limit | --seconds | --url) COMPREPLY=() && return ;;
        --login-file) mapfile -t COMPREPLY < <(compgen -f -- "$word") && return ;;
    esac
    if [[ -z $command && $word != -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$word")
    else
        mapfile -t COMPREPLY < <(compgen -W \
            "$( (wiregap $command --help && wiregap --help) 2>/dev/null | grep -oE -- '--[a-z-]+' | sort -u)" -- "$word")
    fi
}
complete -F _wiregap wiregap
