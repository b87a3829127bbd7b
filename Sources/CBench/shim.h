// What the benchmark needs of C: the types of the peers' functions, which are looked up at run time so that building
// needs nothing of them, and the loops that say what the hardware allows. Header only.
#ifndef SHMBENCH_SHIM_H
#define SHMBENCH_SHIM_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

// ---- LMDB (lmdb.h of 0.9)

typedef struct {
  size_t size;
  void *data;
} bench_mdb_val;

typedef int (*bench_mdb_env_create)(void **env);
typedef int (*bench_mdb_env_set_mapsize)(void *env, size_t byte_count);
typedef int (*bench_mdb_env_open)(void *env, const char *path, unsigned int flags, unsigned int mode);
typedef void (*bench_mdb_env_close)(void *env);
typedef int (*bench_mdb_txn_begin)(void *env, void *parent, unsigned int flags, void **txn);
typedef int (*bench_mdb_txn_commit)(void *txn);
typedef void (*bench_mdb_txn_end)(void *txn);  // mdb_txn_abort, mdb_txn_reset
typedef int (*bench_mdb_txn_renew)(void *txn);
typedef int (*bench_mdb_dbi_open)(void *txn, const char *name, unsigned int flags, unsigned int *dbi);
typedef int (*bench_mdb_put)(void *txn, unsigned int dbi, bench_mdb_val *key, bench_mdb_val *value, unsigned int flags);
typedef int (*bench_mdb_get)(void *txn, unsigned int dbi, bench_mdb_val *key, bench_mdb_val *value);
typedef int (*bench_mdb_del)(void *txn, unsigned int dbi, bench_mdb_val *key, bench_mdb_val *value);
typedef char *(*bench_mdb_strerror)(int error);

// ---- tdb (tdb.h of 1.4)

typedef struct {
  unsigned char *data;
  size_t size;
} bench_tdb_data;

typedef int (*bench_tdb_parser)(bench_tdb_data key, bench_tdb_data value, void *context);
typedef void *(*bench_tdb_open)(const char *name, int hash_size, int tdb_flags, int open_flags, unsigned int mode);
typedef int (*bench_tdb_close)(void *tdb);
typedef int (*bench_tdb_store)(void *tdb, bench_tdb_data key, bench_tdb_data value, int flag);
typedef int (*bench_tdb_parse_record)(void *tdb, bench_tdb_data key, bench_tdb_parser parser, void *context);
typedef int (*bench_tdb_delete)(void *tdb, bench_tdb_data key);

// ---- Boost.Interprocess, through the driver that BoostDriver.swift compiles

typedef void *(*bench_boost_open)(const char *name, int creates);
typedef void (*bench_boost_close)(void *store);
typedef int (*bench_boost_put)(void *store, const void *key, size_t key_length, const void *value, size_t value_length);
typedef int (*bench_boost_get)(void *store, const void *key, size_t key_length, void *buffer);
typedef int (*bench_boost_remove)(void *store, const void *key, size_t key_length);

// ---- What the hardware allows

// Takes a mutex and gives it back, so many times.
static inline void bench_lock_and_unlock(pthread_mutex_t *mutex, int times) {
  for (int i = 0; i < times; i++) {
    pthread_mutex_lock(mutex);
    pthread_mutex_unlock(mutex);
  }
}

static inline uint64_t bench_mix(uint64_t x) {
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93u;
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93u;
  return x ^ x >> 32;
}

// Fills an index of slot_count (a power of two) random record numbers, and records of eight words.
static inline void bench_fill(uint64_t *index, uint64_t *records, size_t slot_count, size_t record_count) {
  for (size_t i = 0; i < slot_count; i++) index[i] = bench_mix(i) % record_count;
  for (size_t i = 0; i < record_count * 8; i++) records[i] = i;
}

// The least that a read through an index costs which proves its result: a random slot, its record's first word, two
// words of it, a fence, and the first word once more.
static inline uint64_t bench_checked_reads(const uint64_t *index, const uint64_t *records, size_t slot_count, size_t times) {
  uint64_t sum = 0;
  for (size_t i = 0; i < times; i++) {
    const uint64_t *record = records + __atomic_load_n(&index[bench_mix(i) & (slot_count - 1)], __ATOMIC_ACQUIRE) * 8;
    uint64_t stamp = __atomic_load_n(&record[0], __ATOMIC_ACQUIRE);
    sum += __atomic_load_n(&record[2], __ATOMIC_RELAXED) + __atomic_load_n(&record[5], __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    if (__atomic_load_n(&record[0], __ATOMIC_RELAXED) != stamp) sum++;
  }
  return sum;
}

#endif
