// A process that does to a segment what the Perl module Shared::Simple 0.01 does, written from the layout in
// Sources/OriginalSegment/OriginalFormat.swift: the module itself is not in this tree.
//
// It takes a command a line and answers a line: `ok` or `error`, then fields, with tabs between them. What it is told to do in the midst of something
// ("at-… stop" or "at-… die") it does there: raise SIGSTOP, or kill itself.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef struct {
  int32_t state;
  int32_t unused;
  uint64_t data_size;
  char data_name[256];
  pthread_mutex_t mutex;
} control_t;

typedef struct {
  uint64_t sizes, capacities, current_update;
} data_t;

_Static_assert(sizeof(control_t) == 312, "the control object has 312 bytes");
_Static_assert(sizeof(pthread_mutex_t) == 40, "glibc on x86-64");

enum { unit = 4, value_bytes = 32 };
static const uint64_t no_update = ~0ull;

static char name[256], data_name[264];
static control_t *control;
static char *data;
static size_t mapped;
static int data_file = -1;
// What to do in the midst of what: "update", "insert", "zeroed", "copied", "hold"; and "stop" or "die".
static char where[16], what[8];

static void midst(const char *place) {
  if (strcmp(place, where) != 0) return;
  where[0] = 0;
  raise(strcmp(what, "die") == 0 ? SIGKILL : SIGSTOP);
}

static data_t *header(void) { return (data_t *)data; }
static uint64_t slots(void) { return header()->capacities & 0xffffffff; }
static uint64_t units(void) { return header()->capacities >> 32; }
static uint64_t entries(void) { return header()->sizes & 0xffffffff; }
static uint64_t used(void) { return header()->sizes >> 32; }
static uint64_t *slot(uint64_t index) { return (uint64_t *)(data + sizeof(data_t)) + index; }
static char *units_start(void) { return data + sizeof(data_t) + 8 * slots(); }
static size_t whole(uint64_t s, uint64_t u) { return sizeof(data_t) + 8 * s + unit * u; }

static int map_data(void) {
  if (data) munmap(data, mapped);
  mapped = control->data_size;
  data = mmap(0, mapped, PROT_READ | PROT_WRITE, MAP_SHARED, data_file, 0);
  return data == MAP_FAILED ? -1 : 0;
}

static void lock(void) {
  pthread_mutex_lock(&control->mutex);
  // Somebody may have made it grow.
  if (mapped != control->data_size) map_data();
}
static void unlock(void) { pthread_mutex_unlock(&control->mutex); }

static void path(char *out, const char *object) { snprintf(out, 300, "/%s", object); }

static int make(int exclusive) {
  char p[300], d[300];
  path(p, name);
  path(d, data_name);
  if (exclusive) {
    shm_unlink(p);
    shm_unlink(d);
  }
  int file = shm_open(p, O_RDWR | O_CREAT, 0600);
  if (file < 0) return -1;
  struct stat status;
  fstat(file, &status);
  int fresh = status.st_size == 0;
  if (fresh && ftruncate(file, sizeof(control_t)) != 0) return -1;
  control = mmap(0, sizeof(control_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (control == MAP_FAILED) return -1;
  if (data_file >= 0) close(data_file);
  data_file = shm_open(d, O_RDWR | O_CREAT, 0600);
  if (data_file < 0) return -1;
  if (fresh) {
    control->state = 1;
    midst("setup");
    snprintf(control->data_name, sizeof control->data_name, "%s", data_name);
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(&control->mutex, &attributes);
    control->data_size = whole(64, 512);
    if (ftruncate(data_file, control->data_size) != 0 || map_data() != 0) return -1;
    header()->capacities = 64ull | 512ull << 32;
    header()->current_update = no_update;
    control->state = 2;
    return 0;
  }
  return map_data();
}

static uint32_t hash(const char *key) {
  uint32_t h = 0;
  for (; *key; key++) h = h * 32 + (unsigned char)*key;
  return h;
}

static uint64_t key_units(const char *key) { return strlen(key) / unit + 1; }
static uint64_t start_of(uint64_t s) { return s & 0xffffffff; }
static uint64_t length_of(uint64_t s) { return s >> 32 & 0x3fffffff; }

// The slot of a key: where it is, or the free one where it belongs; slots() where there is neither.
static uint64_t find(const char *key, int *found) {
  *found = 0;
  uint64_t count = slots(), home = hash(key) % count;
  for (uint64_t step = 0; step < count; step++) {
    uint64_t index = (home + step) % count, s = *slot(index);
    if (s >> 62 == 0) return index;
    if (s >> 62 == 3 && length_of(s) == key_units(key) && strcmp(units_start() + unit * start_of(s), key) == 0) {
      *found = 1;
      return index;
    }
  }
  return count;
}

static void grow(void) {
  uint64_t s = slots(), u = units(), count = entries(), in_use = used();
  uint64_t *old_slots = malloc(8 * s);
  char *old_units = malloc(unit * u);
  memcpy(old_slots, slot(0), 8 * s);
  memcpy(old_units, units_start(), unit * u);
  memset(data, 0, mapped);
  midst("zeroed");
  uint64_t new_units = u >= 2 * in_use ? u : 2 * u;
  size_t size = whole(2 * s, new_units);
  if (ftruncate(data_file, size) != 0) abort();
  munmap(data, mapped);
  mapped = size;
  data = mmap(0, mapped, PROT_READ | PROT_WRITE, MAP_SHARED, data_file, 0);
  header()->capacities = 2 * s | new_units << 32;
  header()->current_update = no_update;
  header()->sizes = count | in_use << 32;
  for (uint64_t i = 0; i < s; i++) {
    if (old_slots[i] >> 62 != 3) continue;
    if (i == s / 2) midst("copied");
    int found;
    memcpy(units_start() + unit * start_of(old_slots[i]), old_units + unit * start_of(old_slots[i]),
           unit * length_of(old_slots[i]) + value_bytes);
    *slot(find(old_units + unit * start_of(old_slots[i]), &found)) = old_slots[i];
  }
  midst("unsaid");
  control->data_size = size;
  free(old_slots);
  free(old_units);
}

static void store_value(char *at, const char *value) {
  char padded[value_bytes] = {0};
  memcpy(padded, value, strnlen(value, value_bytes));
  memcpy(at, padded, value_bytes / 2);
  midst("update");
  memcpy(at + value_bytes / 2, padded + value_bytes / 2, value_bytes / 2);
}

static void put(const char *key, const char *value) {
  lock();
  midst("hold");
  int found;
  uint64_t index = find(key, &found);
  if (found) {
    store_value(units_start() + unit * (start_of(*slot(index)) + length_of(*slot(index))), value);
  } else {
    uint64_t needed = key_units(key) + value_bytes / unit;
    while (index == slots() || entries() == slots() || used() + needed > units()) {
      grow();
      index = find(key, &found);
    }
    uint64_t s = used() | key_units(key) << 32;
    header()->current_update = index;
    *slot(index) = s | 1ull << 62;
    midst("insert");
    char *at = units_start() + unit * used();
    memset(at, 0, unit * key_units(key));
    strcpy(at, key);
    store_value(at + unit * key_units(key), value);
    *slot(index) = s | 2ull << 62;
    *slot(index) = s | 3ull << 62;
    header()->sizes = (entries() + 1) | (used() + needed) << 32;
    header()->current_update = no_update;
  }
  unlock();
}

static int get(const char *key, char *out) {
  lock();
  int found;
  uint64_t index = find(key, &found);
  if (found) {
    memcpy(out, units_start() + unit * (start_of(*slot(index)) + length_of(*slot(index))), value_bytes);
    out[value_bytes] = 0;
  }
  unlock();
  return found;
}

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

// Values whose halves are equal, so that one mixed from two shows; they differ in every byte from one to the next.
static void stamp_value(char *out, unsigned long number) {
  char half[value_bytes / 2 + 1];
  snprintf(half, sizeof half, "%016lx", number * 0x9e3779b97f4a7c15ul);
  snprintf(out, value_bytes + 1, "%s%s", half, half);
}

// As fast as it goes: updates, inserts now and then, so that the table grows.
static unsigned long hammer(double limit, unsigned long keys, unsigned long insert_every) {
  char key[64], value[value_bytes + 1];
  unsigned long count = 0, next = 0;
  for (double end = seconds() + limit; seconds() < end;)
    for (int i = 0; i < 64; i++, count++) {
      int inserts = next < keys || (insert_every && count % insert_every == 0);
      snprintf(key, sizeof key, "key:%lu", inserts ? next++ : count * 7919 % next);
      stamp_value(value, count);
      put(key, value);
    }
  return count;
}

int main(void) {
  char line[2048];
  setvbuf(stdout, NULL, _IOLBF, 0);
  while (fgets(line, sizeof line, stdin)) {
    char *rest = line, *words[6] = {0};
    line[strcspn(line, "\n")] = 0;
    for (int i = 0; i < 6 && (words[i] = strsep(&rest, " ")); i++) {}
    const char *verb = words[0];
    if (!strcmp(verb, "shared") || !strcmp(verb, "exclusive")) {
      snprintf(name, sizeof name, "%s", words[1]);
      snprintf(data_name, sizeof data_name, "%s_data", words[1]);
      if (make(!strcmp(verb, "exclusive")) == 0) puts("ok");
      else printf("error\terrno\tcode=%d\n", errno);
    } else if (!strcmp(verb, "at")) {
      snprintf(where, sizeof where, "%s", words[1]);
      snprintf(what, sizeof what, "%s", words[2]);
      puts("ok");
    } else if (!strcmp(verb, "put")) {
      put(words[1], words[2]);
      puts("ok");
    } else if (!strcmp(verb, "get")) {
      char out[value_bytes + 1];
      if (get(words[1], out)) printf("ok\t%s\n", out);
      else puts("error\tmissing");
    } else if (!strcmp(verb, "fill")) {
      // fill N PREFIX SUFFIX
      char key[256], value[value_bytes + 1];
      for (long i = 0; i < atol(words[1]); i++) {
        snprintf(key, sizeof key, "%s%ld%s", words[2] ? words[2] : "key:", i, words[3] ? words[3] : "");
        snprintf(value, sizeof value, "%ld", i);
        put(key, value);
      }
      puts("ok");
    } else if (!strcmp(verb, "hammer")) {
      printf("ok\t%lu\n", hammer(atof(words[1]), atol(words[2]), atol(words[3])));
    } else if (!strcmp(verb, "hold")) {
      lock();
      puts("ok");
    } else if (!strcmp(verb, "release")) {
      unlock();
      puts("ok");
    } else if (!strcmp(verb, "count")) {
      printf("ok\t%lu\t%lu\t%lu\t%lu\n", entries(), slots(), used(), units());
    } else {
      puts("error\tcommand");
    }
  }
  return 0;
}
