// SPDX-License-Identifier: Apache-2.0
#include "daemon/loop/service_manager.h"

#include <sys/socket.h>
#include <systemd/sd-daemon.h>

#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace wiregap::loop::service_manager {
namespace {

bool is_tcp_listener(int fd) {
    return sd_is_socket(fd, AF_INET, SOCK_STREAM, 1) > 0 ||
           sd_is_socket(fd, AF_INET6, SOCK_STREAM, 1) > 0;
}

[[noreturn]] void refuse(const std::string& name, const char* fault, const std::string& known) {
    std::string line = "the socket \"" + name + "\" that systemd passed ";
    line += fault;
    line += ": its unit needs ListenStream=ADDRESS:PORT and FileDescriptorName=";
    throw PassedSocketError(line + known);
}

}  // namespace

void ready(const std::string& status) { sd_notifyf(0, "READY=1\nSTATUS=%s", status.c_str()); }

void status(const std::string& status) { sd_notifyf(0, "STATUS=%s", status.c_str()); }

void reloading() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld",
               static_cast<long long>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000);
}

void stopping() { sd_notify(0, "STOPPING=1"); }

void watchdog() { sd_notify(0, "WATCHDOG=1"); }

double watchdog_seconds() noexcept {
    std::uint64_t usec = 0;
    return sd_watchdog_enabled(0, &usec) > 0 ? static_cast<double>(usec) / 1e6 : 0;
}

std::map<std::string, int> passed_sockets(const std::string& known) {
    std::map<std::string, int> sockets;
    char** names = nullptr;
    const int count = sd_listen_fds_with_names(1, &names);
    for (int i = 0; i < count; ++i) {
        const int fd = SD_LISTEN_FDS_START + i;
        const std::string name = names[i];
        free(names[i]);
        if (name != known) refuse(name, "has a name that is not known", known);
        if (!is_tcp_listener(fd)) refuse(name, "is no listening TCP socket", known);
        if (!sockets.emplace(name, fd).second) refuse(name, "is the second of its name", known);
    }
    free(names);
    return sockets;
}

}  // namespace wiregap::loop::service_manager
