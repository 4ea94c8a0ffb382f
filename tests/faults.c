/* Preloaded into a process that writes an archive: faults at its writes to it.
 *
 * SQLite writes the log (`-wal`) only while it commits, so a fault there strikes inside a commit;
 * it writes the file itself (`.db`) while it checkpoints.
 *
 * LUUTRU_FAULT_AT=N      the write that the fault strikes, counted from 1
 * LUUTRU_FAULT_FILE=S    what the file's name ends with (default "-wal")
 * LUUTRU_FAULT=KIND      kill (default): half of it is written, as a crash may, then SIGKILL;
 *                        full: ENOSPC; io: EIO; stop: SIGSTOP, so that the files can be looked at
 * LUUTRU_FAULT_LASTS=1   full, io: so does every later write
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

typedef ssize_t (*writer)(int, const void *, size_t, off_t);

static const char *name_of(int fd, char *name, size_t most)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, name, most - 1);
    name[size < 0 ? 0 : size] = '\0';
    return name;
}

static int ends(const char *name, const char *ending)
{
    size_t size = strlen(name), tail = strlen(ending);
    return size >= tail && strcmp(name + size - tail, ending) == 0;
}

static int strikes(int fd)
{
    static long count = -1;
    char name[4096];
    const char *at = getenv("LUUTRU_FAULT_AT"), *ending = getenv("LUUTRU_FAULT_FILE");
    if (!at || !ends(name_of(fd, name, sizeof name), ending ? ending : "-wal"))
        return 0;
    if (count == -1)
        count = atol(at);
    if (count > 0)
        count--;
    else if (!getenv("LUUTRU_FAULT_LASTS"))
        return 0;
    if (count > 0)
        return 0;
    if (!getenv("LUUTRU_FAULT_LASTS"))
        count = -2; /* it has struck */
    return 1;
}

static ssize_t guarded(writer real, int fd, const void *data, size_t size, off_t at)
{
    if (strikes(fd)) {
        const char *kind = getenv("LUUTRU_FAULT");
        if (kind && strcmp(kind, "full") == 0) {
            errno = ENOSPC;
            return -1;
        }
        if (kind && strcmp(kind, "io") == 0) {
            errno = EIO;
            return -1;
        }
        ssize_t half = real(fd, data, size / 2, at);
        if (kind && strcmp(kind, "stop") == 0) {
            kill(getpid(), SIGSTOP);
            return half < 0 ? half : real(fd, data, size, at);
        }
        kill(getpid(), SIGKILL);
    }
    return real(fd, data, size, at);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at)
{
    return guarded((writer)dlsym(RTLD_NEXT, "pwrite"), fd, data, size, at);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off_t at)
{
    return guarded((writer)dlsym(RTLD_NEXT, "pwrite64"), fd, data, size, at);
}
