/*
 * shared_simple.h: a named key-value store in POSIX shared memory, for C, C++ and whatever can call C.
 *
 *     shs_store *store;
 *     if (shs_open("tour", SHS_SHARED, 0, &store) < 0) errx(1, "%s", shs_last_error());
 *     shs_put(store, "motd", 4, "back at noon", 12);
 *     char value[32];
 *     size_t length;
 *     if (shs_get(store, "motd", 4, value, sizeof value, &length) == 0) printf("%.*s\n", (int)length, value);
 *     shs_close(store);
 *
 * Compile with -I Sources/SharedSimpleC/include, link with -lSharedSimpleC (libSharedSimpleC.so).
 *
 * WHAT A STORE IS. Any process opens it by name. Reads take no lock and wait for nobody; writers take turns on one
 * mutex, whose dead holder is recovered by the next. A process killed at any instant leaves a valid store. It stays
 * until it is unlinked or the machine restarts.
 *
 * KEYS have 1 to 65,535 bytes, VALUES 1 to the store's value limit (32 bytes, unless another one was chosen when it
 * was created). Both are any bytes, of the length given; NUL is a byte like another.
 *
 * OWNERSHIP. Memory that is passed in is read or written during the call only; nothing of it is kept. The library
 * hands out no memory to be freed: what a visit function gets is valid until it returns, messages as long as their
 * call says. A store or an observer is given back once, by its close.
 *
 * THREADS. A store may be used by any number of threads at once, an observer too. Only its close may not: as with
 * free(), no other thread may be in a call on it, or begin one. A forked child goes on with its parent's stores, and
 * closes them itself; a process with several threads makes each kind of call once before it forks (Swift's runtime
 * has locks of its own, which a fork may leave locked). A store may be closed inside its own visit function or body:
 * it goes when that has returned. Until then, calls that read or write entries are SHS_ERROR_CLOSED, and so is a pass
 * that would go on (but not a snapshot's, which has its own copies); a transaction keeps what it did before, if its body
 * says so. No thread may be cancelled (pthread_cancel) while it is in a call, and one that calls has a stack of
 * 64 KiB at least.
 *
 * ERRORS. Every call that can fail returns an int: 0 or 1 is an answer, which the call explains; a negative number is
 * an error, one of SHS_ERROR_... below. Then the store is as it was before the call, unless the error says otherwise,
 * and shs_last_error() has the sentence. A NULL where something is needed, a mode that is none, a length that is too
 * large: each is an error. errno means nothing after a call. No signal handler may call any of these. Memory of the
 * process's own that cannot be had ends the process: a snapshot needs as much as the store's entries have, a transaction
 * twice its changes. (Nothing is lost: who takes the mutex next repairs.)
 *
 * FUNCTIONS PASSED IN (visit, body) must return: no longjmp, no C++ exception, no end of the thread out of them.
 *
 * THE PROCESS stays what it was: no thread is started. Swift's runtime, where it is installed with its backtracer, takes
 * the signals of a crash unless SWIFT_BACKTRACE=enable=no. Once loaded, the library stays: dlclose is not for it.
 */
#ifndef SHARED_SIMPLE_H
#define SHARED_SIMPLE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Errors ------------------------------------------------------------------------------------------------- */

/* The numbers stay what they are; new ones may join. */
enum {
  SHS_ERROR_INVALID_NAME = -1,          /* 1 to 254 bytes, no '/', not ".", "..", nor beginning with ".shs-" */
  SHS_ERROR_INVALID_OPTION = -2,        /* an option lies outside its bounds */
  SHS_ERROR_EMPTY_KEY = -3,             /* the key has no bytes */
  SHS_ERROR_KEY_TOO_LONG = -4,          /* the key has more than 65,535 bytes */
  SHS_ERROR_EMPTY_VALUE = -5,           /* the value has no bytes */
  SHS_ERROR_VALUE_TOO_LONG = -6,        /* the value has more bytes than the store takes */
  SHS_ERROR_NOT_FOUND = -7,             /* no segment of this name (a missing key is no error) */
  SHS_ERROR_NOT_A_SEGMENT = -8,         /* the name leads to something else */
  SHS_ERROR_PERL_SEGMENT = -9,          /* the name leads to a segment of the Perl module Shared::Simple */
  SHS_ERROR_UNSUPPORTED_VERSION = -10,  /* a segment of another format version */
  SHS_ERROR_INCOMPATIBLE = -11,         /* a segment made on another kind of machine or C library */
  SHS_ERROR_CORRUPTED = -12,            /* the segment's words contradict each other */
  SHS_ERROR_TIMED_OUT = -13,            /* the segment was still being set up when the attach timeout ended */
  SHS_ERROR_PERMISSION_DENIED = -14,    /* the system does not let this user */
  SHS_ERROR_OTHER_OWNER = -15,          /* another user's segment, which the options do not accept */
  SHS_ERROR_VALUE_LIMIT_DIFFERS = -16,  /* the segment was created with another value limit */
  SHS_ERROR_REPLACED = -17,             /* an exclusive open has put a new segment in its place: open again */
  SHS_ERROR_CLOSED = -18,               /* the store was closed (inside its own visit function or body) */
  SHS_ERROR_READ_ONLY = -19,            /* the store was opened read-only: no writing, no shs_snapshot, no shs_check */
  SHS_ERROR_LOCK_TIMEOUT = -20,         /* somebody held the mutex until the lock timeout ended */
  SHS_ERROR_LOCK_REENTERED = -21,       /* this thread holds the mutex already, and the call is none for inside */
  SHS_ERROR_TRANSACTION_TOO_LARGE = -22,/* more than 65,536 keys, or 64 MiB; the transaction can go on without */
  SHS_ERROR_SECTION_ENDED = -23,        /* a child that was forked inside a body has no part in it */
  SHS_ERROR_UNRECOVERABLE = -24,        /* the mutex's holder died and its segment is beyond repair: only reads */
  SHS_ERROR_BUSY = -25,                 /* writers came in between at every try of a read */
  SHS_ERROR_NO_SPACE = -26,             /* /dev/shm, or a memory limit, has no room */
  SHS_ERROR_NO_ADDRESS_SPACE = -27,     /* this process may not map the segment's reservation */
  SHS_ERROR_STORE_FULL = -28,           /* the segment's own reservation is used up */
  SHS_ERROR_NOT_A_NUMBER = -29,         /* shs_increment met what is no decimal number of 64 bits */
  SHS_ERROR_OVERFLOW = -30,             /* shs_increment would leave the range of 64 bits */
  SHS_ERROR_NOT_TEXT = -31,             /* bytes that are not UTF-8 where text is needed: a name, an option */
  SHS_ERROR_SYSTEM = -32,               /* another system call failed */

  SHS_ERROR_BAD_ARGUMENT = -100,        /* a NULL where something is needed, or a mode or a size that is none */
  SHS_ERROR_BUFFER_TOO_SMALL = -101     /* the value has more bytes than the buffer */
};

/*
 * What an error means, in a few words: "the key has no bytes". Never NULL, for no number; valid for ever.
 */
const char *shs_error_message(int error);

/*
 * The whole sentence of this thread's last error, with name, numbers and what to do: "The value has 40 bytes; this
 * segment takes at most 32. Nothing was changed. ..." UTF-8. Stays the same while calls succeed; "" before the first
 * error. Never NULL; valid until this thread's next call of any of these functions but this one.
 */
const char *shs_last_error(void);

/* ---- Opening and closing ------------------------------------------------------------------------------------- */

/* An open store. */
typedef struct shs_store shs_store;

/* How a store is opened. */
enum {
  SHS_SHARED = 0,    /* attaches, or creates */
  SHS_EXCLUSIVE = 1, /* starts afresh: whoever has the old segment gets SHS_ERROR_REPLACED */
  SHS_EXISTING = 2,  /* attaches; never creates */
  SHS_READ_ONLY = 3  /* attaches with a mapping that cannot be written; leaves no trace in the segment */
};

/*
 * Opens the store of a name.
 *
 * name         1 to 254 bytes, no '/' but perhaps the first; ends with a NUL.
 * value_limit  the longest value in bytes, up to 1,048,576. 0: 32 for a new segment, an existing one's as it is.
 * out          gets the store, to be closed with shs_close; NULL after an error.
 *
 * Returns 0. Waits up to 5 s for a segment that is being set up, up to 10 ms for the mutex; SHS_EXCLUSIVE up to 1 s for
 * that of each segment it displaces.
 */
int shs_open(const char *name, int mode, uint32_t value_limit, shs_store **out);

/* The choices at opening. Begin with SHS_OPTIONS_DEFAULT: in every field 0 stands for the default. */
typedef struct shs_options {
  size_t size;                  /* sizeof(shs_options): which fields the caller knows */
  uint32_t value_limit;         /* as for shs_open */
  uint32_t permissions;         /* permission bits of a new segment; 0600. The umask does not apply */
  uint64_t reservation;         /* bytes of address space of a new segment, its upper bound; 16 GiB */
  uint64_t initial_slots;       /* slots of a new segment, at least 8; 64. As many as fit, 2^28 in 16 GiB */
  int64_t attach_timeout_ms;    /* how long to wait for a segment that is being set up; 5,000. Negative: not at all */
  int64_t lock_timeout_ms;      /* how long an operation waits for the mutex; for ever. Negative: not at all */
  uint32_t accepts_other_owner; /* not 0: write to a segment of another user who is not root */
  uint32_t is_inspector;        /* not 0: mark this participant as one who looks, not as one of the application */
  const char *participant_name; /* shown to observers, 16 bytes; the process's own name */
} shs_options;

#define SHS_OPTIONS_DEFAULT { sizeof(shs_options), 0, 0, 0, 0, 0, 0, 0, 0, NULL }

/* As shs_open, with options; NULL for the defaults. */
int shs_open_with(const char *name, int mode, const shs_options *options, shs_store **out);

/* Closes a store; the segment stays. NULL is none, and nothing happens. See THREADS above. */
void shs_close(shs_store *store);

/* Takes a segment's name away. Whoever has it open goes on; who opens the name next in shared mode makes a new one. */
int shs_unlink(const char *name);

/* ---- Reading: no lock, no waiting, but for shs_snapshot ------------------------------------------------------- */

/*
 * Reads the value of a key.
 *
 * buffer, capacity  receive the value; must not overlap the key; within the capacity, up to 7 bytes behind it may be set to 0. NULL with a
 *                   capacity of 0 asks for the length alone.
 * value_length      gets the length of the value, 0 when there is none or the store refused; may be NULL. Untouched
 *                   where an argument is a NULL that must be none.
 *
 * Returns 0 found, 1 missing. SHS_ERROR_BUFFER_TOO_SMALL when the value is longer than the buffer: then value_length
 * has its length, and what the buffer holds is not to be used. Sees what this thread did inside a transaction.
 */
int shs_get(
    shs_store *store, const void *key, size_t key_length, void *buffer, size_t capacity, size_t *value_length);

/* Whether a key is there: 0 it is, 1 missing. */
int shs_contains(shs_store *store, const void *key, size_t key_length);

/* Bytes by address and length. */
typedef struct shs_bytes {
  const void *bytes;
  size_t length;
} shs_bytes;

/*
 * Reads the values of several keys, and calls the visit function for each, in their order, until it returns something
 * else than 0; with NULL and 0 where the key is missing. The cache misses of several keys are waited for together: of
 * a store of a million entries, in half the time of as many calls of shs_get; one that lies in the caches gains nothing.
 * The values may be of different instants.
 *
 * Returns 0 when all were visited, 1 when the visit function ended it. A key that is none is an error before any is
 * visited; before another error some may have been.
 */
int shs_get_many(
    shs_store *store, const shs_bytes *keys, size_t count,
    int (*visit)(void *context, size_t index, const void *value, size_t value_length), void *context);

/* The number of entries. */
int shs_count(shs_store *store, uint64_t *out);

/* The longest value of this store, in bytes: a buffer of so many holds each. */
int shs_value_limit(shs_store *store, uint32_t *out);

/*
 * Visits each entry, in table order, until the visit function returns something else than 0.
 *
 * Takes no lock: a key that is there during the whole call is visited exactly once, one that comes or goes meanwhile
 * may be visited or not. The visit function may use the store; what it gets are private copies. For a view of one
 * instant see shs_snapshot. Inside a transaction it sees nothing of it.
 *
 * Returns 0 when all were visited, 1 when the visit function ended it.
 */
int shs_for_each(
    shs_store *store,
    int (*visit)(void *context, const void *key, size_t key_length, const void *value, size_t value_length),
    void *context);

/*
 * As shs_for_each, with the entries of one instant: copies them all with the mutex held, and visits them when it has
 * been given back. Inside a transaction: SHS_ERROR_LOCK_REENTERED.
 */
int shs_snapshot(
    shs_store *store,
    int (*visit)(void *context, const void *key, size_t key_length, const void *value, size_t value_length),
    void *context);

/* ---- Writing: takes the mutex, and waits for it -------------------------------------------------------------- */

/* Stores a value under a key, whether the key is there or not. */
int shs_put(shs_store *store, const void *key, size_t key_length, const void *value, size_t value_length);

/*
 * Stores several values, values[i] under keys[i], in one hold of the mutex. All are checked first. It is no transaction:
 * a kill, or an error that ends it, leaves a first part of them done.
 */
int shs_put_many(shs_store *store, const shs_bytes *keys, const shs_bytes *values, size_t count);

/* Removes a key: 0 removed, 1 was missing. */
int shs_remove(shs_store *store, const void *key, size_t key_length);

/* Removes all entries. Inside a transaction: SHS_ERROR_LOCK_REENTERED. */
int shs_remove_all(shs_store *store);

/* Adds to a number kept as decimal text; a missing key counts as 0. out gets the new number; may be NULL. */
int shs_increment(shs_store *store, const void *key, size_t key_length, int64_t by, int64_t *out);

/*
 * Stores a value if the key has the expected one; expected NULL, with length 0: if the key is missing.
 * Returns 0 swapped, 1 not.
 */
int shs_compare_and_swap(
    shs_store *store, const void *key, size_t key_length, const void *expected, size_t expected_length,
    const void *value, size_t value_length);

/*
 * Runs a body whose calls on the store, by this thread, are one batch: all of it becomes real, or nothing, whatever
 * becomes of the process. The body returns 0 to keep what it did, something else to drop it. Its shs_get,
 * shs_contains and shs_count see what it did; others see nothing until it has returned. All writers wait for it.
 *
 * For inside are shs_get, shs_get_many, shs_contains, shs_count, shs_put, shs_remove, shs_increment, shs_compare_and_swap; other
 * writing calls, and a further body, return SHS_ERROR_LOCK_REENTERED. A call inside that fails changes nothing;
 * whether the rest is kept is the body's choice. Another handle on the same segment takes no part: its writing calls
 * return SHS_ERROR_LOCK_REENTERED.
 *
 * Returns 0 kept, 1 dropped.
 */
int shs_transaction(shs_store *store, int (*body)(void *context, shs_store *store), void *context);

/*
 * Runs a body with the mutex held: no other writer and no snapshot gets in between its calls. Each of them becomes
 * real at once and stays, whatever comes after. For inside is everything but shs_put_many, shs_check, shs_reap and a
 * further body, which return SHS_ERROR_LOCK_REENTERED, as do writing calls on another handle of the same segment. All writers wait.
 *
 * Returns 0 when the body returned 0, else 1.
 */
int shs_with_lock(shs_store *store, int (*body)(void *context, shs_store *store), void *context);

/* ---- Looking after it ---------------------------------------------------------------------------------------- */

/* Clears the participant rows of dead processes; out gets how many, and may be NULL. */
int shs_reap(shs_store *store, uint64_t *out);

/*
 * Checks the whole segment with the mutex held, and then calls a function with a sentence for each thing that is
 * wrong, until it returns something else than 0; NULL calls nothing.
 *
 * Returns 0 sound, 1 something is wrong.
 */
int shs_check(shs_store *store, int (*visit)(void *context, const char *finding), void *context);

/*
 * Visits the segments of this machine, by name, until the visit function returns something else than 0. error is 0,
 * or why the segment cannot be used.
 *
 * Returns 0 when all were visited, 1 when the visit function ended it.
 */
int shs_list(int (*visit)(void *context, const char *name, int error), void *context);

/* ---- Observing: reads only, takes no lock, leaves no trace --------------------------------------------------- */

/* A look into a live segment. */
typedef struct shs_observer shs_observer;

/* Attaches to a segment for looking; out is to be closed with shs_observer_close, and NULL after an error. */
int shs_observer_open(const char *name, shs_observer **out);

/* Ends it. NULL is none, and nothing happens. As for a store, no other thread may be in a call on it. */
void shs_observer_close(shs_observer *observer);

/* What a segment's name leads to. */
enum {
  SHS_BOUND = 0,        /* this segment */
  SHS_NAME_TAKEN = 1,   /* another object */
  SHS_UNLINKED = 2      /* nothing */
};

/*
 * What an observer sees at one moment; word by word, so that two numbers may be of instants a little apart. Counts of
 * operations only grow. wall: nanoseconds since 1970; monotonic: of CLOCK_MONOTONIC.
 */
typedef struct shs_sample {
  size_t size;                  /* sizeof(shs_sample), set by the caller: which fields it knows */
  uint64_t taken_wall;
  uint64_t taken_monotonic;
  uint32_t binding;             /* SHS_BOUND, SHS_NAME_TAKEN, SHS_UNLINKED */
  uint32_t is_retired;          /* 1: an exclusive open has put a new segment in its place */
  uint32_t value_limit;
  uint32_t participants;        /* attached handles, and dead ones that nobody has reaped */
  uint64_t unlisted;            /* handles that found no row */
  uint64_t generation;          /* grows by one with each new table */
  uint64_t entries;
  uint64_t removed_slots;
  uint64_t slots;
  uint64_t sequence;            /* number of the last change */
  uint64_t claimed_bytes;       /* of the whole segment; never shrinks */
  uint64_t allocated_bytes;     /* by the system */
  uint64_t heap_live_bytes;
  uint64_t heap_free_bytes;
  uint64_t system_free_bytes;   /* of /dev/shm */
  uint64_t system_total_bytes;
  int64_t lock_holder;          /* pid, 0: nobody */
  uint64_t lock_held_since;     /* monotonic, 0: nobody, or not known */
  uint64_t lock_acquisitions;
  uint64_t lock_contended;
  uint64_t lock_wait_ns;
  uint64_t lock_longest_wait_ns;
  uint64_t lock_recoveries;     /* how often a dead holder's store was repaired */
  uint64_t hits;                /* of all handles since creation, but for read-only and unlisted ones */
  uint64_t misses;
  uint64_t puts;
  uint64_t removes;
} shs_sample;

#define SHS_SAMPLE_EMPTY \
  { sizeof(shs_sample), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }

/* Takes a sample. sample: begun with SHS_SAMPLE_EMPTY. */
int shs_observer_sample(shs_observer *observer, shs_sample *sample);

#ifdef __cplusplus
}
#endif

#endif
