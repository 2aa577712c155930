# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154,SC2054,SC2209
# Runs qemu until the command has ended. Sourced by boot.sh, whose variables it uses.

boot_limit=${WIREGAP_BOOT_LIMIT:-240} # seconds until init runs; 10 on a quiet machine, 40 on a busy one

qemu_arguments() {
    local image=$dir/vmlinux # started by its PVH entry: no decompression under emulation, no KASLR
    [[ -s $image ]] || image=$dir/vmlinuz
    # The TSC, for reading another clock leaves the emulation: slow, and the delays that tests see get noisy.
    local console="console=ttyS0 quiet loglevel=1 panic=-1 oops=panic mitigations=off"
    console+=" tsc=reliable clocksource=tsc no_timer_check cryptomgr.notests softlockup_all_cpu_backtrace=1"
    qemu=(nice "$qemu_program" -cpu "$cpu" -m "$mem" -nodefaults -no-reboot -display none
        -kernel "$image" -initrd "$work/initrd")
    if [[ -n $icount ]]; then
        # sleep=off lets idle time fly by; without random addresses two boots count the same.
        qemu+=(-accel tcg,thread=single -icount "shift=$icount,sleep=off" -smp "${smp:-2}")
        console+=" nokaslr norandmaps"
    else
        qemu+=(-accel "tcg,thread=multi" -smp "${smp:-2}")
    fi
    # Files, not stdio: qemu would put the terminal of the caller into raw mode.
    local port
    for port in console tty out; do
        qemu+=(-chardev "file,id=$port,path=$work/$port" -serial "chardev:$port")
    done
    qemu+=(-append "$console$append")
}

# Politely first: the shell reports a child that was killed, and qemu ends at once on TERM.
stop_vm() {
    local i
    kill "$qemu_pid" 2>/dev/null || true
    for ((i = 0; i < 50; i++)); do
        kill -0 "$qemu_pid" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -9 "$qemu_pid" 2>/dev/null || true
}

# A CPU that has not scheduled for 100 s and more will not; its stack and those of the others are on the console.
locked_up() { grep -Eq 'soft lockup - CPU#[0-9]+ stuck for [0-9]{3,}s' "$work/console"; }

# Runs one VM. Leaves in $ended: "exit" (it ended by itself), "timeout", "lockup" or "noboot".
run_vm() {
    local now started='' begin=$SECONDS cat_pid
    rm -f "$work"/{console,tty,out}
    mkfifo "$work/tty" # so that what the command writes is shown as it comes, to whatever stdout is
    : >"$work/console"
    cat "$work/tty" &
    cat_pid=$!
    "${qemu[@]}" </dev/null 2>"$work/qemu.log" &
    qemu_pid=$!
    ended=exit
    while kill -0 "$qemu_pid" 2>/dev/null; do
        sleep 0.1
        now=$SECONDS
        if [[ -z $started ]]; then
            if grep -q '^WIREGAP-VM-START' "$work/console"; then
                started=1 begin=$now
            elif ((now - begin >= boot_limit)); then
                ended=noboot && stop_vm
            fi
        elif ((now - begin >= timeout)); then
            ended=timeout && stop_vm
        elif locked_up; then
            ended=lockup && stop_vm
        fi
    done
    wait "$qemu_pid" 2>/dev/null || true
    qemu_pid=''
    # Had qemu never opened the pipe, cat would wait for it for ever.
    : <>"$work/tty"
    wait "$cat_pid" || true
}

console_end() { tr -d '\r' <"$work/console" | sed '/^WIREGAP-VM-/d' | tail -n 120 | sed 's/^/    console: /' >&2; }

save_out() {
    local want
    [[ -n $out ]] || return 0
    want=$(sed -n 's/^WIREGAP-VM-OUT //p' "$work/console")
    cp "$work/out" "$out"
    [[ $(stat -c %s "$out") == "$want" ]] || die "/out came back incomplete: $(stat -c %s "$out") of $want bytes"
}

# The kernel patches its code by way of a breakpoint (text_poke), at each attach and detach of a tracepoint. An emulator
# that lets one CPU run that breakpoint when the other has taken it away (fetch_qemu.sh) makes the guest die of an int3
# that is nobody's, which no program of the guest can cause.
emulator_failed() { grep -Eq 'int3: 0000 \[#' "$work/console"; }

boot_and_run() {
    local attempt status
    qemu_arguments
    for attempt in 1 2 3; do
        run_vm
        # A command that has run is never run again: a retry would hide a race in it.
        if grep -q '^WIREGAP-VM-START' "$work/console"; then
            emulator_failed || break
            echo "$me: the emulator ran a breakpoint that was gone (attempt $attempt of 3)" >&2
            continue
        fi
        head -n 3 "$work/qemu.log" >&2
        console_end
        echo "$me: kernel $kernel did not reach init (attempt $attempt of 3)" >&2
    done
    status=$(sed -n 's/^WIREGAP-VM-EXIT //p' "$work/console")
    if [[ -n $status ]]; then
        save_out
        exit "$status"
    fi
    console_end
    [[ $ended != lockup ]] || die "kernel $kernel locked up: the console above says where its CPUs were"
    [[ $ended != timeout ]] || { echo "$me: the command took more than $timeout s on kernel $kernel" >&2 && exit 124; }
    die "the VM with kernel $kernel ended without an exit status"
}
