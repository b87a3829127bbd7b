// What Swift's Glibc module leaves out: Linux calls that hide behind _GNU_SOURCE, macros that do not
// import, and two processor instructions. Header only; nothing here has a decision in it.
#ifndef SHMTOP_CLINUX_SHIM_H
#define SHMTOP_CLINUX_SHIM_H

#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// An unnamed file in a directory (open(2)); not imported, because it hides behind _GNU_SOURCE.
static const int shim_O_TMPFILE = 020000000 | O_DIRECTORY;
// The object of a descriptor itself (linkat(2)).
static const int shim_AT_EMPTY_PATH = 0x1000;
// The first byte from an offset that is not there (lseek(2)).
static const int shim_SEEK_HOLE = 4;
// Since Linux 5.14; glibc 2.35 and older does not name it.
static const int shim_MADV_POPULATE_WRITE = 23;
// Since Linux 6.1; Debian 12's glibc does not name it.
static const int shim_MADV_COLLAPSE = 25;
static const int shim_MADV_DONTDUMP = 16;
static const int shim_MADV_WIPEONFORK = 18;
static const int shim_MAP_FIXED_NOREPLACE = 0x100000;

// Swaps two names in one step (renameat2(2), RENAME_EXCHANGE). Variadic syscall() does not import.
static inline int shim_rename_exchange(int directory, const char *a, const char *b) {
  return (int)syscall(SYS_renameat2, directory, a, directory, b, 2u);
}

// Gives allocated pages back and leaves a hole (fallocate(2), PUNCH_HOLE | KEEP_SIZE).
static inline int shim_punch_hole(int file, int64_t offset, int64_t byte_count) {
  return (int)syscall(SYS_fallocate, file, 3, offset, byte_count);
}

// Sleeps while a word shared between processes has a value (futex(2), FUTEX_WAIT, which is 0); the time is
// relative and runs on CLOCK_MONOTONIC.
static inline int shim_futex_wait(uint32_t *word, uint32_t value, const struct timespec *timeout) {
  return (int)syscall(SYS_futex, word, 0, value, timeout, (void *)0, 0);
}

// Frees a mutex whose owner is dead: the word that says so, then one who waits for it (FUTEX_WAKE, which is 1). For the
// mutexes of original segments alone, which are not robust.
static inline void shim_futex_free(uint32_t *word) {
  __atomic_store_n(word, 0u, __ATOMIC_RELEASE);
  syscall(SYS_futex, word, 1, 1, (void *)0, (void *)0, 0);
}

// Replaces a word if it still is what it was; whether it did.
static inline int shim_replace(uint32_t *word, uint32_t expected, uint32_t desired) {
  return __atomic_compare_exchange_n(word, &expected, desired, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static inline void shim_release_fence(void) { __atomic_thread_fence(__ATOMIC_RELEASE); }

// A spin loop's pause: tells the processor that this thread waits for another.
static inline void shim_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

// The calling thread's number among all (gettid(2)), which hides behind _GNU_SOURCE; that of a process's first one is the
// process's.
static inline int shim_gettid(void) { return (int)syscall(SYS_gettid); }

// The calling thread's command name, 16 bytes with a NUL (prctl(2)); variadic, so it does not import.
static inline int shim_thread_name(char *name) { return prctl(PR_GET_NAME, name); }

// A number of the calling thread's own, while it lives: what pthread_self() is for, without the call.
static inline uintptr_t shim_thread(void) {
#if defined(__GLIBC__) && (defined(__x86_64__) || defined(__aarch64__))
  return (uintptr_t)__builtin_thread_pointer();
#else
  return (uintptr_t)pthread_self();
#endif
}

// Asks for a cache line that will be read soon. A hint: never faults, never brings a page in.
static inline void shim_prefetch(const void *address) { __builtin_prefetch(address); }

#endif
