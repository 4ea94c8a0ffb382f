/* Preloaded into a crawl: kills it with SIGKILL at the N-th write to its archive's log or file.
 *
 * SQLite writes the log (`-wal`) only while it commits, so a kill there is a kill inside a commit.
 * LUUTRU_KILL_AT=N     the write to die at, counted from 1; it is cut in half first, as a crash may
 * LUUTRU_KILL_FILE=S   what the file's name ends with (default "-wal")
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

typedef ssize_t (*writer)(int, const void *, size_t, off_t);

static long left(void)
{
    static long count = -1;
    if (count == -1) {
        const char *at = getenv("LUUTRU_KILL_AT");
        count = at ? atol(at) : 0;
    }
    if (count > 0 && --count == 0)
        return 1;
    return 0;
}

static int wanted(int fd)
{
    char link[64], name[4096];
    const char *ending = getenv("LUUTRU_KILL_FILE");
    ssize_t size, tail;
    if (!ending)
        ending = "-wal";
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    size = readlink(link, name, sizeof name - 1);
    tail = (ssize_t)strlen(ending);
    return size >= tail && memcmp(name + size - tail, ending, (size_t)tail) == 0;
}

static ssize_t guarded(writer real, int fd, const void *data, size_t size, off_t at)
{
    if (getenv("LUUTRU_KILL_AT") && wanted(fd) && left()) {
        real(fd, data, size / 2, at);
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
