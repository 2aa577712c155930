// SPDX-License-Identifier: Apache-2.0
// An application that is late, on purpose, for tests: goes before libc (LD_PRELOAD), and lets
// send() and sendmsg() say EAGAIN on each socket whose peer's port is the number in the file
// $WIREGAP_LATE_PORTS. To the kernel nothing was written and there is room; to the server the
// socket is full.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static int is_late(int fd) {
    const char* path = getenv("WIREGAP_LATE_PORTS");
    FILE* file = path == NULL ? NULL : fopen(path, "re");
    unsigned port = 0;
    if (file == NULL) return 0;
    if (fscanf(file, "%u", &port) != 1) port = 0;
    fclose(file);
    struct sockaddr_in peer = {0};
    socklen_t size = sizeof peer;
    return port != 0 && getpeername(fd, (struct sockaddr*)&peer, &size) == 0 &&
           peer.sin_family == AF_INET && ntohs(peer.sin_port) == port;
}

ssize_t send(int fd, const void* bytes, size_t size, int flags) {
    static ssize_t (*real)(int, const void*, size_t, int);
    if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "send");
    if (!is_late(fd)) return real(fd, bytes, size, flags);
    errno = EAGAIN;
    return -1;
}

ssize_t sendmsg(int fd, const struct msghdr* message, int flags) {
    static ssize_t (*real)(int, const struct msghdr*, int);
    if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "sendmsg");
    if (!is_late(fd)) return real(fd, message, flags);
    errno = EAGAIN;
    return -1;
}
