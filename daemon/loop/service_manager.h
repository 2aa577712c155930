// SPDX-License-Identifier: Apache-2.0
// systemd's notification protocol (sd_notify(3)). Without a service manager every call does
// nothing.
#pragma once

#include <map>
#include <stdexcept>
#include <string>

namespace wiregap::loop::service_manager {

void ready(const std::string& status);
void status(const std::string& status);
void reloading();
void stopping();
/// "Alive". Sent from the loop, and only while the last tick has succeeded.
void watchdog();
/// How long the service manager waits for watchdog(); 0 if it does not watch.
double watchdog_seconds() noexcept;

/// A passed socket that can't be used. what() is one line: which, why, what to do.
class PassedSocketError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Listening TCP sockets that the service manager holds for us, by FileDescriptorName= of their
/// .socket unit (sd_listen_fds(3)). `known` are the names that mean something; any other, or a
/// socket that does not listen for streams, is a PassedSocketError. Call once.
std::map<std::string, int> passed_sockets(const std::string& known);

}  // namespace wiregap::loop::service_manager
