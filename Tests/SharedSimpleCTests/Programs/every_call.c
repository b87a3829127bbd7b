/*
 * Every call of shared_simple.h, with what it is made for and with what it must refuse: NULL, no bytes, huge lengths,
 * buffers that are too small, modes that are none. Prints each claim that does not hold; ends with 1 if there is one.
 *
 *     every_call NAME      NAME, NAME_rest: segments nobody else uses; left unlinked
 */
#include "shared_simple.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int failures;

#define CLAIM(condition)                                                                       \
  do {                                                                                         \
    if (!(condition)) {                                                                        \
      failures++;                                                                              \
      printf("line %d: not so: %s (last error: %s)\n", __LINE__, #condition, shs_last_error()); \
    }                                                                                          \
  } while (0)

/* The call is refused with this error, and the sentence of the error is a whole one. */
#define REFUSED(error, call)                                                       \
  do {                                                                             \
    int result_ = (call);                                                          \
    if (result_ != (error)) {                                                      \
      failures++;                                                                  \
      printf("line %d: %d, not %s: %s\n", __LINE__, result_, #error, #call);       \
    } else if (strchr(shs_last_error(), '.') == NULL) {                            \
      failures++;                                                                  \
      printf("line %d: no sentence: \"%s\"\n", __LINE__, shs_last_error());        \
    }                                                                              \
  } while (0)

static const char *name;

static int put(shs_store *store, const char *key, const char *value) {
  return shs_put(store, key, strlen(key), value, strlen(value));
}

/* Whether a key has a value; NULL: is missing. */
static int has(shs_store *store, const char *key, const char *value) {
  char buffer[64];
  size_t length = 99;
  int result = shs_get(store, key, strlen(key), buffer, sizeof buffer, &length);
  if (value == NULL) return result == 1 && length == 0;
  return result == 0 && length == strlen(value) && memcmp(buffer, value, length) == 0;
}

/* ---- Opening ---- */

static void opening(void) {
  shs_store *store = (shs_store *)&failures;
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_open(NULL, SHS_SHARED, 0, &store));
  CLAIM(store == NULL);
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_open(name, SHS_SHARED, 0, NULL));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_open(NULL, 99, 0, NULL));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_open(name, -1, 0, &store));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_open(name, 4, 0, &store));
  REFUSED(SHS_ERROR_INVALID_NAME, shs_open("", SHS_SHARED, 0, &store));
  REFUSED(SHS_ERROR_INVALID_NAME, shs_open("a/b", SHS_SHARED, 0, &store));
  REFUSED(SHS_ERROR_NOT_TEXT, shs_open("\xff\xfe", SHS_SHARED, 0, &store));
  REFUSED(SHS_ERROR_INVALID_OPTION, shs_open(name, SHS_SHARED, UINT32_MAX, &store));
  REFUSED(SHS_ERROR_NOT_FOUND, shs_open(name, SHS_EXISTING, 0, &store));
  REFUSED(SHS_ERROR_NOT_FOUND, shs_open(name, SHS_READ_ONLY, 0, &store));
  CLAIM(strstr(shs_last_error(), name) != NULL);
  CLAIM(store == NULL);
  shs_close(NULL);

  CLAIM(shs_open(name, SHS_SHARED, 0, &store) == 0 && store != NULL);
  CLAIM(put(store, "here", "yes") == 0);
  shs_store *second = NULL;
  CLAIM(shs_open(name, SHS_EXISTING, 32, &second) == 0);
  CLAIM(has(second, "here", "yes"));
  shs_close(second);
  REFUSED(SHS_ERROR_VALUE_LIMIT_DIFFERS, shs_open(name, SHS_SHARED, 64, &second));

  CLAIM(shs_open(name, SHS_READ_ONLY, 0, &second) == 0);
  CLAIM(has(second, "here", "yes"));
  REFUSED(SHS_ERROR_READ_ONLY, put(second, "a", "b"));
  REFUSED(SHS_ERROR_READ_ONLY, shs_reap(second, NULL));
  shs_close(second);

  CLAIM(shs_open(name, SHS_EXCLUSIVE, 0, &second) == 0);
  REFUSED(SHS_ERROR_REPLACED, put(store, "a", "b"));
  REFUSED(SHS_ERROR_REPLACED, shs_contains(store, "here", 4));
  CLAIM(has(second, "here", NULL));
  shs_close(second);
  shs_close(store);

  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_unlink(NULL));
  REFUSED(SHS_ERROR_INVALID_NAME, shs_unlink("a/b"));
  CLAIM(shs_unlink(name) == 0);
  REFUSED(SHS_ERROR_NOT_FOUND, shs_unlink(name));
}

static void options(void) {
  shs_store *store = NULL;
  shs_options options = SHS_OPTIONS_DEFAULT;
  uint32_t limit = 0;
  CLAIM(shs_open_with(name, SHS_SHARED, NULL, &store) == 0);
  CLAIM(shs_value_limit(store, &limit) == 0 && limit == 32);
  shs_close(store);
  CLAIM(shs_open_with(name, SHS_SHARED, &options, &store) == 0);
  shs_close(store);

  options.value_limit = 100;
  options.reservation = 1 << 20;
  options.initial_slots = 8;
  options.lock_timeout_ms = -1;
  options.attach_timeout_ms = 10;
  options.participant_name = "every call";
  CLAIM(shs_open_with(name, SHS_EXCLUSIVE, &options, &store) == 0);
  CLAIM(shs_value_limit(store, &limit) == 0 && limit == 100);
  shs_close(store);

  /* A caller that was compiled when the options had but two fields, and one that knows of more than there are. */
  options.size = offsetof(shs_options, permissions);
  options.permissions = 0xFFFFFFFF;
  CLAIM(shs_open_with(name, SHS_SHARED, &options, &store) == 0);
  shs_close(store);
  struct {
    shs_options known;
    uint64_t more;
  } younger = {SHS_OPTIONS_DEFAULT, 0};
  younger.known.size = sizeof younger;
  CLAIM(shs_open_with(name, SHS_SHARED, &younger.known, &store) == 0);
  shs_close(store);
  younger.more = 1;
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_open_with(name, SHS_SHARED, &younger.known, &store));
  CLAIM(store == NULL);

  size_t sizes[] = {0, 1, 7, 4097, SIZE_MAX};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    options.size = sizes[i];
    REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_open_with(name, SHS_SHARED, &options, &store));
  }
  shs_options wrong = SHS_OPTIONS_DEFAULT;
  wrong.reservation = UINT64_MAX;
  REFUSED(SHS_ERROR_INVALID_OPTION, shs_open_with(name, SHS_EXCLUSIVE, &wrong, &store));
  wrong.reservation = 0;
  wrong.initial_slots = UINT64_MAX;
  REFUSED(SHS_ERROR_INVALID_OPTION, shs_open_with(name, SHS_EXCLUSIVE, &wrong, &store));
  wrong.initial_slots = 0;
  wrong.participant_name = "\xff";
  REFUSED(SHS_ERROR_NOT_TEXT, shs_open_with(name, SHS_EXCLUSIVE, &wrong, &store));
  wrong.participant_name = NULL;
  wrong.attach_timeout_ms = INT64_MIN;
  wrong.lock_timeout_ms = INT64_MAX;
  CLAIM(shs_open_with(name, SHS_EXCLUSIVE, &wrong, &store) == 0);
  CLAIM(put(store, "a", "b") == 0);
  shs_close(store);
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_open_with(NULL, SHS_SHARED, &wrong, &store));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_open_with(name, SHS_SHARED, &wrong, NULL));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_open_with(name, 7, &wrong, &store));
  CLAIM(shs_unlink(name) == 0);
}

/* ---- Keys and values ---- */

static void reading_and_writing(shs_store *store) {
  char buffer[32];
  size_t length = 99;
  CLAIM(put(store, "motd", "back at noon") == 0);
  CLAIM(has(store, "motd", "back at noon"));
  CLAIM(shs_get(store, "motd", 4, buffer, 12, NULL) == 0 && memcmp(buffer, "back at noon", 12) == 0);
  CLAIM(shs_get(store, "motd", 4, buffer, SIZE_MAX, &length) == 0 && length == 12);
  CLAIM(has(store, "missing", NULL));
  CLAIM(shs_get(store, "missing", 7, NULL, 0, NULL) == 1);

  memset(buffer, '#', sizeof buffer);
  REFUSED(SHS_ERROR_BUFFER_TOO_SMALL, shs_get(store, "motd", 4, buffer, 11, &length));
  CLAIM(length == 12 && buffer[11] == '#');
  REFUSED(SHS_ERROR_BUFFER_TOO_SMALL, shs_get(store, "motd", 4, NULL, 0, &length));
  CLAIM(length == 12);
  REFUSED(SHS_ERROR_BUFFER_TOO_SMALL, shs_get(store, "motd", 4, buffer, 0, NULL));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_get(store, "motd", 4, NULL, 12, &length));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_get(store, NULL, 4, buffer, 12, &length));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_get(NULL, "motd", 4, buffer, 12, &length));
  length = 99;
  REFUSED(SHS_ERROR_EMPTY_KEY, shs_get(store, "motd", 0, buffer, 12, &length));
  CLAIM(length == 0);
  REFUSED(SHS_ERROR_EMPTY_KEY, shs_get(store, NULL, 0, buffer, 12, NULL));
  REFUSED(SHS_ERROR_KEY_TOO_LONG, shs_get(store, "motd", 65536, buffer, 12, NULL));
  REFUSED(SHS_ERROR_KEY_TOO_LONG, shs_get(store, "motd", SIZE_MAX, buffer, 12, NULL));
  REFUSED(SHS_ERROR_KEY_TOO_LONG, shs_get(store, "motd", SIZE_MAX / 2, buffer, 12, NULL));
  REFUSED(SHS_ERROR_KEY_TOO_LONG, shs_get(store, "motd", 65536, buffer, 12, &length));
  REFUSED(SHS_ERROR_KEY_TOO_LONG, shs_get(store, "motd", SIZE_MAX, buffer, 12, &length));
  REFUSED(SHS_ERROR_KEY_TOO_LONG, shs_get(store, "motd", SIZE_MAX / 2, buffer, 12, &length));

  CLAIM(shs_contains(store, "motd", 4) == 0);
  CLAIM(shs_contains(store, "mot", 3) == 1);
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_contains(NULL, "motd", 4));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_contains(store, NULL, 4));
  REFUSED(SHS_ERROR_EMPTY_KEY, shs_contains(store, "", 0));
  REFUSED(SHS_ERROR_KEY_TOO_LONG, shs_contains(store, "", SIZE_MAX));

  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_put(NULL, "k", 1, "v", 1));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_put(store, NULL, 1, "v", 1));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_put(store, "k", 1, NULL, 1));
  REFUSED(SHS_ERROR_EMPTY_KEY, shs_put(store, "k", 0, "v", 1));
  REFUSED(SHS_ERROR_EMPTY_KEY, shs_put(store, NULL, 0, "v", 1));
  REFUSED(SHS_ERROR_EMPTY_VALUE, shs_put(store, "k", 1, "v", 0));
  REFUSED(SHS_ERROR_EMPTY_VALUE, shs_put(store, "k", 1, NULL, 0));
  REFUSED(SHS_ERROR_KEY_TOO_LONG, shs_put(store, "k", SIZE_MAX, "v", 1));
  REFUSED(SHS_ERROR_VALUE_TOO_LONG, shs_put(store, "k", 1, "v", 33));
  REFUSED(SHS_ERROR_VALUE_TOO_LONG, shs_put(store, "k", 1, "v", SIZE_MAX));
  REFUSED(SHS_ERROR_VALUE_TOO_LONG, shs_put(store, "k", 1, "v", SIZE_MAX / 2));
  CLAIM(has(store, "k", NULL));

  /* NUL is a byte like another; the longest of both. */
  CLAIM(shs_put(store, "a\0b", 3, "\0\0", 2) == 0);
  CLAIM(shs_get(store, "a\0b", 3, buffer, sizeof buffer, &length) == 0 && length == 2 && buffer[0] == 0);
  CLAIM(shs_contains(store, "a\0c", 3) == 1);
  char *long_key = calloc(65536, 1);
  CLAIM(shs_put(store, long_key, 65535, "0123456789abcdef0123456789abcdef", 32) == 0);
  CLAIM(shs_get(store, long_key, 65535, buffer, 32, &length) == 0 && length == 32);
  CLAIM(shs_remove(store, long_key, 65535) == 0);
  free(long_key);

  CLAIM(shs_remove(store, "a\0b", 3) == 0);
  CLAIM(shs_remove(store, "a\0b", 3) == 1);
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_remove(NULL, "k", 1));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_remove(store, NULL, 1));
  REFUSED(SHS_ERROR_EMPTY_KEY, shs_remove(store, NULL, 0));
  REFUSED(SHS_ERROR_KEY_TOO_LONG, shs_remove(store, "k", SIZE_MAX));

  uint64_t count = 99;
  CLAIM(shs_count(store, &count) == 0 && count == 1);
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_count(NULL, &count));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_count(store, NULL));
  uint32_t limit = 0;
  CLAIM(shs_value_limit(store, &limit) == 0 && limit == 32);
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_value_limit(NULL, &limit));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_value_limit(store, NULL));

  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_remove_all(NULL));
  CLAIM(shs_remove_all(store) == 0);
  CLAIM(shs_count(store, &count) == 0 && count == 0);
}

static void numbers_and_swaps(shs_store *store) {
  int64_t number = 99;
  CLAIM(shs_increment(store, "n", 1, 5, &number) == 0 && number == 5);
  CLAIM(shs_increment(store, "n", 1, -7, &number) == 0 && number == -2);
  CLAIM(shs_increment(store, "n", 1, 2, NULL) == 0 && has(store, "n", "0"));
  CLAIM(shs_increment(store, "n", 1, INT64_MIN, &number) == 0 && number == INT64_MIN);
  REFUSED(SHS_ERROR_OVERFLOW, shs_increment(store, "n", 1, -1, &number));
  CLAIM(put(store, "text", "seven") == 0);
  REFUSED(SHS_ERROR_NOT_A_NUMBER, shs_increment(store, "text", 4, 1, &number));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_increment(NULL, "n", 1, 1, &number));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_increment(store, NULL, 1, 1, &number));
  REFUSED(SHS_ERROR_EMPTY_KEY, shs_increment(store, "n", 0, 1, &number));
  REFUSED(SHS_ERROR_KEY_TOO_LONG, shs_increment(store, "n", SIZE_MAX, 1, &number));
  CLAIM(number == INT64_MIN);

  CLAIM(shs_compare_and_swap(store, "c", 1, "x", 1, "y", 1) == 1 && has(store, "c", NULL));
  CLAIM(shs_compare_and_swap(store, "c", 1, NULL, 0, "x", 1) == 0 && has(store, "c", "x"));
  CLAIM(shs_compare_and_swap(store, "c", 1, NULL, 0, "z", 1) == 1 && has(store, "c", "x"));
  CLAIM(shs_compare_and_swap(store, "c", 1, "x", 1, "y", 1) == 0 && has(store, "c", "y"));
  CLAIM(shs_compare_and_swap(store, "c", 1, "x", 1, "z", 1) == 1 && has(store, "c", "y"));
  CLAIM(shs_compare_and_swap(store, "c", 1, "y", 0, "z", 1) == 1);
  CLAIM(shs_compare_and_swap(store, "c", 1, "y", SIZE_MAX, "z", 1) == 1);
  CLAIM(shs_compare_and_swap(store, "c", 1, "y", SIZE_MAX / 2, "z", 1) == 1);
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_compare_and_swap(NULL, "c", 1, "y", 1, "z", 1));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_compare_and_swap(store, NULL, 1, "y", 1, "z", 1));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_compare_and_swap(store, "c", 1, NULL, 1, "z", 1));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_compare_and_swap(store, "c", 1, "y", 1, NULL, 1));
  REFUSED(SHS_ERROR_EMPTY_KEY, shs_compare_and_swap(store, "c", 0, "y", 1, "z", 1));
  REFUSED(SHS_ERROR_EMPTY_VALUE, shs_compare_and_swap(store, "c", 1, "y", 1, NULL, 0));
  REFUSED(SHS_ERROR_VALUE_TOO_LONG, shs_compare_and_swap(store, "c", 1, "y", 1, "z", SIZE_MAX));
  CLAIM(has(store, "c", "y"));
  CLAIM(shs_remove_all(store) == 0);
}

/* ---- Visits ---- */

typedef struct {
  int visited, stop_at, sound;
  shs_store *closed;
} round_trip;

static int visit(void *context, const void *key, size_t key_length, const void *value, size_t value_length) {
  round_trip *trip = context;
  trip->visited++;
  trip->sound += key_length == 2 && value_length == 2 && memcmp(key, value, 2) == 0;
  if (trip->closed) {
    shs_close(trip->closed);
    trip->closed = NULL;
  }
  return trip->visited == trip->stop_at;
}

static int listed(void *context, const char *found, int error) {
  if (strcmp(found, name) == 0) *(int *)context += error == 0 ? 1 : 100;
  return 0;
}

static int ends_at_once(void *context, const char *found, int error) {
  (void)found, (void)error;
  ++*(int *)context;
  return 1;
}

static int finding(void *context, const char *sentence) {
  (void)context;
  printf("check: %s\n", sentence);
  return 0;
}

typedef struct {
  size_t visited, found, limit;
} value_round;

static int visit_value(void *context, size_t index, const void *value, size_t value_length) {
  value_round *round = context;
  if (index != round->visited) return 1;
  if (value != NULL && value_length > 0) round->found++;
  return ++round->visited == round->limit;
}

static void batches(shs_store *store) {
  shs_bytes keys[4] = {{"b0", 2}, {"b1", 2}, {"b2", 2}, {"none", 4}}, values[4] = {{"0", 1}, {"1", 1}, {"2", 1}, {"", 0}};
  value_round all = {0, 0, 0}, two = {0, 0, 2}, no = {0, 0, 0};
  CLAIM(shs_put_many(store, keys, values, 3) == 0 && has(store, "b0", "0") && has(store, "b2", "2"));
  CLAIM(shs_get_many(store, keys, 4, visit_value, &all) == 0 && all.visited == 4 && all.found == 3);
  CLAIM(shs_get_many(store, keys, 4, visit_value, &two) == 1 && two.visited == 2);
  CLAIM(shs_get_many(store, NULL, 0, visit_value, &no) == 0 && shs_put_many(store, NULL, NULL, 0) == 0);
  REFUSED(SHS_ERROR_EMPTY_VALUE, shs_put_many(store, keys, values, 4));
  shs_bytes ended[2] = {{"b0", 2}, {"", 0}};
  value_round none = {0, 0, 1};
  REFUSED(SHS_ERROR_EMPTY_KEY, shs_get_many(store, ended, 2, visit_value, &none));
  CLAIM(none.visited == 0);
  CLAIM(has(store, "none", NULL));
  shs_bytes bad = {NULL, 3};
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_put_many(NULL, keys, values, 1));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_put_many(store, NULL, values, 1));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_put_many(store, keys, NULL, 1));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_put_many(store, &bad, values, 1));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_put_many(store, keys, values, SIZE_MAX));
  CLAIM(strstr(shs_last_error(), "18446744073709551615") != NULL);
  shs_bytes second_bad[] = {{"a", 1}, {NULL, 5}};
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_get_many(store, second_bad, (size_t)1 << 32, visit_value, &no));
  CLAIM(strstr(shs_last_error(), "keys[1] is NULL") != NULL);
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_put_many(store, keys, second_bad, 2));
  CLAIM(strstr(shs_last_error(), "values[1] is NULL") != NULL);
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_get_many(NULL, keys, 1, visit_value, &no));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_get_many(store, NULL, 1, visit_value, &no));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_get_many(store, keys, 1, NULL, &no));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_get_many(store, &bad, 1, visit_value, &no));
  for (int i = 0; i < 3; i++) CLAIM(shs_remove(store, keys[i].bytes, 2) == 0);
}

static void visits(shs_store *store) {
  char key[3] = "k0";
  for (key[1] = '0'; key[1] <= '9'; key[1]++) CLAIM(put(store, key, key) == 0);
  int (*rounds[])(shs_store *, int (*)(void *, const void *, size_t, const void *, size_t), void *) = {
      shs_for_each, shs_snapshot};
  for (int i = 0; i < 2; i++) {
    round_trip all = {0, 0, 0, NULL}, three = {0, 3, 0, NULL}, closing = {0, 0, 0, NULL};
    CLAIM(rounds[i](store, visit, &all) == 0 && all.visited == 10 && all.sound == 10);
    CLAIM(rounds[i](store, visit, &three) == 1 && three.visited == 3);
    REFUSED(SHS_ERROR_BAD_ARGUMENT, rounds[i](NULL, visit, &all));
    REFUSED(SHS_ERROR_BAD_ARGUMENT, rounds[i](store, NULL, &all));
    shs_store *other = NULL;
    CLAIM(shs_open(name, SHS_EXISTING, 0, &other) == 0);
    closing.closed = other;
    int result = rounds[i](other, visit, &closing);
    /* What a snapshot visits are copies, which go on to the end. */
    CLAIM(i == 0 ? result == SHS_ERROR_CLOSED && closing.visited == 1 : result == 0 && closing.visited == 10);
  }
  int times = 0;
  CLAIM(shs_list(listed, &times) == 0 && times == 1);
  times = 0;
  CLAIM(shs_list(ends_at_once, &times) == 1 && times == 1);
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_list(NULL, NULL));

  CLAIM(shs_check(store, finding, NULL) == 0);
  CLAIM(shs_check(store, NULL, NULL) == 0);
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_check(NULL, finding, NULL));
  uint64_t reaped = 99;
  CLAIM(shs_reap(store, &reaped) == 0 && reaped == 0);
  CLAIM(shs_reap(store, NULL) == 0);
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_reap(NULL, &reaped));

  pid_t child = fork();
  if (child == 0) {
    shs_store *own = NULL;
    _exit(shs_open(name, SHS_EXISTING, 0, &own) == 0 ? 0 : 1); /* leaves its row behind */
  }
  int status = 0;
  waitpid(child, &status, 0);
  CLAIM(status == 0);
  CLAIM(shs_reap(store, &reaped) == 0 && reaped == 1);
  CLAIM(shs_remove_all(store) == 0);
}

/* ---- Bodies ---- */

typedef struct {
  shs_store *other;
  int answer;
} plan;

static int nothing(void *context, shs_store *store) {
  (void)context, (void)store;
  return 0;
}

static int batch(void *context, shs_store *store) {
  plan *plan = context;
  int64_t number = 0;
  uint64_t count = 0;
  size_t length = 0;
  char buffer[8];
  CLAIM(put(store, "new", "1") == 0);
  CLAIM(has(store, "new", "1"));
  CLAIM(has(plan->other, "new", NULL));
  CLAIM(shs_contains(store, "new", 3) == 0);
  CLAIM(shs_contains(plan->other, "new", 3) == 1);
  CLAIM(shs_increment(store, "n", 1, 5, &number) == 0 && number == 15);
  CLAIM(shs_increment(store, "n", 1, 5, &number) == 0 && number == 20);
  CLAIM(has(plan->other, "n", "10"));
  CLAIM(shs_remove(store, "old", 3) == 0);
  CLAIM(shs_remove(store, "old", 3) == 1);
  CLAIM(shs_compare_and_swap(store, "c", 1, NULL, 0, "x", 1) == 0);
  CLAIM(shs_compare_and_swap(store, "c", 1, "y", 1, "z", 1) == 1);
  CLAIM(shs_compare_and_swap(store, "c", 1, "y", SIZE_MAX, "z", 1) == 1);
  CLAIM(shs_compare_and_swap(store, "c", 1, "x", 1, "y", 1) == 0);
  CLAIM(shs_count(store, &count) == 0 && count == 3);
  CLAIM(shs_count(plan->other, &count) == 0 && count == 2);

  REFUSED(SHS_ERROR_BUFFER_TOO_SMALL, shs_get(store, "n", 1, buffer, 1, &length));
  CLAIM(length == 2);
  REFUSED(SHS_ERROR_BUFFER_TOO_SMALL, shs_get(store, "n", 1, NULL, 0, NULL));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_get(store, NULL, 1, buffer, 1, &length));
  REFUSED(SHS_ERROR_EMPTY_KEY, shs_put(store, "", 0, "v", 1));
  REFUSED(SHS_ERROR_EMPTY_VALUE, shs_put(store, "k", 1, NULL, 0));
  REFUSED(SHS_ERROR_VALUE_TOO_LONG, shs_put(store, "k", 1, "v", SIZE_MAX));
  REFUSED(SHS_ERROR_KEY_TOO_LONG, shs_put(store, "k", SIZE_MAX, "v", 1));
  REFUSED(SHS_ERROR_KEY_TOO_LONG, shs_remove(store, "k", SIZE_MAX));
  REFUSED(SHS_ERROR_NOT_A_NUMBER, shs_increment(store, "c", 1, 1, NULL));
  REFUSED(SHS_ERROR_LOCK_REENTERED, shs_remove_all(store));
  shs_bytes pair = {"p", 1};
  REFUSED(SHS_ERROR_LOCK_REENTERED, shs_put_many(store, &pair, &pair, 1));
  REFUSED(SHS_ERROR_LOCK_REENTERED, shs_snapshot(store, visit, NULL));
  REFUSED(SHS_ERROR_LOCK_REENTERED, shs_transaction(store, nothing, NULL));
  REFUSED(SHS_ERROR_LOCK_REENTERED, shs_with_lock(store, nothing, NULL));
  REFUSED(SHS_ERROR_LOCK_REENTERED, shs_check(store, NULL, NULL));
  REFUSED(SHS_ERROR_LOCK_REENTERED, shs_reap(store, NULL));
  REFUSED(SHS_ERROR_LOCK_REENTERED, put(plan->other, "other", "1"));
  return plan->answer;
}

static int section(void *context, shs_store *store) {
  plan *plan = context;
  round_trip trip = {0, 0, 0, NULL};
  uint64_t count = 0;
  CLAIM(put(store, "aa", "aa") == 0);
  CLAIM(has(store, "aa", "aa") && has(plan->other, "aa", "aa"));
  CLAIM(shs_increment(store, "n", 1, 1, NULL) == 0);
  CLAIM(shs_compare_and_swap(store, "c", 1, NULL, 0, "x", 1) == 0);
  CLAIM(shs_compare_and_swap(store, "c", 1, "x", 1, "y", 1) == 0);
  CLAIM(shs_compare_and_swap(store, "c", 1, "y", SIZE_MAX, "y", 1) == 1);
  CLAIM(shs_remove(store, "c", 1) == 0 && shs_remove(store, "c", 1) == 1);
  CLAIM(shs_remove(store, "n", 1) == 0);
  CLAIM(shs_contains(store, "n", 1) == 1);
  CLAIM(shs_count(store, &count) == 0 && count == 1);
  CLAIM(shs_snapshot(store, visit, &trip) == 0 && trip.visited == 1 && trip.sound == 1);
  CLAIM(shs_for_each(store, visit, &trip) == 0 && trip.visited == 2);
  shs_bytes own = {"aa", 2};
  value_round one = {0, 0, 0};
  CLAIM(shs_get_many(store, &own, 1, visit_value, &one) == 0 && one.found == 1);
  CLAIM(shs_remove_all(store) == 0 && has(store, "aa", NULL));
  CLAIM(put(store, "aa", "bb") == 0);
  REFUSED(SHS_ERROR_LOCK_REENTERED, shs_transaction(store, nothing, NULL));
  REFUSED(SHS_ERROR_LOCK_REENTERED, shs_with_lock(store, nothing, NULL));
  REFUSED(SHS_ERROR_LOCK_REENTERED, shs_check(store, NULL, NULL));
  REFUSED(SHS_ERROR_LOCK_REENTERED, put(plan->other, "other", "1"));
  REFUSED(SHS_ERROR_VALUE_TOO_LONG, shs_put(store, "k", 1, "v", SIZE_MAX));
  return plan->answer;
}

static int closes(void *context, shs_store *store) {
  int is_closed = put(store, "closing", "1");
  shs_close(store);
  CLAIM(is_closed == 0);
  REFUSED(SHS_ERROR_CLOSED, put(store, "closing", "2"));
  REFUSED(SHS_ERROR_CLOSED, shs_get(store, "closing", 7, NULL, 0, NULL));
  REFUSED(SHS_ERROR_CLOSED, shs_increment(store, "n", 1, 1, NULL));
  REFUSED(SHS_ERROR_CLOSED, shs_remove(store, "closing", 7));
  REFUSED(SHS_ERROR_CLOSED, shs_remove_all(store));
  uint64_t count = 0;
  REFUSED(SHS_ERROR_CLOSED, shs_count(store, &count));
  return *(int *)context;
}

static int forks(void *context, shs_store *store) {
  (void)context;
  CLAIM(put(store, "parent", "1") == 0);
  pid_t child = fork();
  if (child == 0) {
    int put_result = put(store, "child", "1"), get_result = shs_get(store, "parent", 6, NULL, 0, NULL);
    /* It has no part in the parent's transaction: its answer is no matter. */
    *(int *)context = put_result == SHS_ERROR_SECTION_ENDED && get_result == SHS_ERROR_SECTION_ENDED ? -1 : 1;
    return 0;
  }
  int status = 0;
  waitpid(child, &status, 0);
  CLAIM(status == 0);
  return 0;
}

static void bodies(shs_store *store) {
  shs_store *other = NULL;
  CLAIM(shs_open(name, SHS_EXISTING, 0, &other) == 0);
  plan keep = {NULL, 0}, drop = {NULL, 7};
  keep.other = drop.other = other;
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_transaction(NULL, nothing, NULL));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_transaction(store, NULL, NULL));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_with_lock(NULL, nothing, NULL));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_with_lock(store, NULL, NULL));
  CLAIM(shs_transaction(store, nothing, NULL) == 0);
  CLAIM(shs_with_lock(store, nothing, NULL) == 0);

  CLAIM(put(store, "old", "1") == 0 && put(store, "n", "10") == 0);
  CLAIM(shs_transaction(store, batch, &drop) == 1);
  CLAIM(has(store, "old", "1") && has(store, "n", "10") && has(store, "new", NULL) && has(store, "c", NULL));
  CLAIM(shs_transaction(store, batch, &keep) == 0);
  CLAIM(has(store, "old", NULL) && has(store, "n", "20") && has(store, "new", "1") && has(store, "c", "y"));
  CLAIM(put(other, "other", "1") == 0);
  CLAIM(shs_remove_all(store) == 0);

  CLAIM(shs_with_lock(store, section, &drop) == 1);
  CLAIM(has(store, "aa", "bb"));
  CLAIM(shs_with_lock(store, section, &keep) == 0);
  CLAIM(put(other, "other", "1") == 0 && put(store, "own", "1") == 0);
  shs_close(other);

  /* Closed from within: what was kept is kept. */
  int answer = 0;
  CLAIM(shs_open(name, SHS_EXISTING, 0, &other) == 0);
  CLAIM(shs_transaction(other, closes, &answer) == 0);
  CLAIM(has(store, "closing", "1"));
  CLAIM(shs_open(name, SHS_EXISTING, 0, &other) == 0);
  CLAIM(shs_with_lock(other, closes, &answer) == 0);

  int is_child = 0;
  int result = shs_transaction(store, forks, &is_child);
  if (is_child) _exit(is_child == -1 && result == SHS_ERROR_SECTION_ENDED ? 0 : 1);
  CLAIM(result == 0 && has(store, "parent", "1") && has(store, "child", NULL));
  CLAIM(shs_check(store, finding, NULL) == 0);
  CLAIM(shs_remove_all(store) == 0);
}

/* ---- Observing ---- */

static void observing(shs_store *store) {
  shs_observer *observer = (shs_observer *)&failures;
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_observer_open(NULL, &observer));
  CLAIM(observer == NULL);
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_observer_open(name, NULL));
  REFUSED(SHS_ERROR_INVALID_NAME, shs_observer_open("a/b", &observer));
  shs_observer_close(NULL);

  CLAIM(shs_observer_open(name, &observer) == 0);
  shs_sample before = SHS_SAMPLE_EMPTY, after = SHS_SAMPLE_EMPTY;
  CLAIM(shs_observer_sample(observer, &before) == 0);
  CLAIM(put(store, "seen", "1") == 0 && has(store, "seen", "1") && has(store, "unseen", NULL));
  CLAIM(shs_observer_sample(observer, &after) == 0);
  CLAIM(after.size == sizeof after && after.value_limit == 32 && after.binding == SHS_BOUND);
  CLAIM(after.is_retired == 0 && after.participants == 1 && after.lock_holder == 0);
  CLAIM(after.entries == before.entries + 1 && after.puts == before.puts + 1);
  CLAIM(after.hits == before.hits + 1 && after.misses == before.misses + 1);
  CLAIM(after.sequence > before.sequence && after.lock_acquisitions > before.lock_acquisitions);
  CLAIM(after.taken_wall >= before.taken_wall && after.taken_monotonic > before.taken_monotonic);
  CLAIM(after.slots >= after.entries && after.claimed_bytes > 0 && after.system_total_bytes > 0);

  shs_sample old = SHS_SAMPLE_EMPTY;
  old.size = offsetof(shs_sample, taken_monotonic);
  old.taken_monotonic = 77;
  CLAIM(shs_observer_sample(observer, &old) == 0 && old.taken_wall > 0 && old.taken_monotonic == 77);
  old.size = 0;
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_observer_sample(observer, &old));
  old.size = SIZE_MAX;
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_observer_sample(observer, &old));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_observer_sample(observer, NULL));
  REFUSED(SHS_ERROR_BAD_ARGUMENT, shs_observer_sample(NULL, &after));
  CLAIM(shs_unlink(name) == 0);
  CLAIM(shs_observer_sample(observer, &after) == 0 && after.binding == SHS_UNLINKED);
  shs_observer_close(observer);
  REFUSED(SHS_ERROR_NOT_FOUND, shs_observer_open(name, &observer));
  CLAIM(observer == NULL);
}

/* ---- Threads ---- */

enum { threads = 8, rounds = 2000 };

static int moves(void *context, shs_store *store) {
  (void)context;
  return shs_increment(store, "left", 4, -1, NULL) || shs_increment(store, "right", 5, 1, NULL);
}

static int adds(void *context, shs_store *store) {
  (void)context;
  char buffer[32] = {0};
  size_t length = 0;
  if (shs_get(store, "sum", 3, buffer, sizeof buffer - 1, &length) < 0) return 1;
  int size = snprintf(buffer, sizeof buffer, "%d", atoi(buffer) + 1);
  return shs_put(store, "sum", 3, buffer, (size_t)size);
}

static void *work(void *argument) {
  shs_store *store = argument;
  long faults = strlen(shs_last_error()) != 0; /* another thread's errors are not this one's */
  for (int i = 0; i < rounds; i++) {
    char buffer[4];
    faults += shs_increment(store, "count", 5, 1, NULL) != 0;
    faults += shs_transaction(store, moves, NULL) != 0;
    faults += shs_with_lock(store, adds, NULL) != 0;
    faults += shs_get(store, "fixed", 5, buffer, sizeof buffer, NULL) != 0 || memcmp(buffer, "1234", 4) != 0;
    faults += shs_get(store, "fixed", 5, buffer, 3, NULL) != SHS_ERROR_BUFFER_TOO_SMALL;
    faults += strstr(shs_last_error(), "buffer 3") == NULL;
  }
  return (void *)faults;
}

static void threading(shs_store *store) {
  pthread_t all[threads];
  CLAIM(put(store, "fixed", "1234") == 0);
  REFUSED(SHS_ERROR_EMPTY_KEY, shs_remove(store, NULL, 0));
  for (int i = 0; i < threads; i++) CLAIM(pthread_create(&all[i], NULL, work, store) == 0);
  for (int i = 0; i < threads; i++) {
    void *faults = NULL;
    pthread_join(all[i], &faults);
    CLAIM(faults == NULL);
  }
  CLAIM(strstr(shs_last_error(), "key") != NULL);
  char expected[16], negative[16];
  snprintf(expected, sizeof expected, "%d", threads * rounds);
  snprintf(negative, sizeof negative, "%d", -threads * rounds);
  CLAIM(has(store, "count", expected) && has(store, "sum", expected));
  CLAIM(has(store, "left", negative) && has(store, "right", expected));
  CLAIM(shs_remove_all(store) == 0);
}

/* ---- Messages ---- */

static void messages(void) {
  for (int error = -200; error < 10; error++) CLAIM(shs_error_message(error) != NULL);
  CLAIM(shs_error_message(INT32_MIN) != NULL && shs_error_message(INT32_MAX) != NULL);
  for (int error = -32; error < 0; error++) {
    CLAIM(strcmp(shs_error_message(error), shs_error_message(1)) != 0);
    for (int other = -32; other < error; other++)
      CLAIM(strcmp(shs_error_message(error), shs_error_message(other)) != 0);
  }
  CLAIM(strcmp(shs_error_message(SHS_ERROR_EMPTY_KEY), "the key has no bytes") == 0);
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  name = argv[1];
  CLAIM(strcmp(shs_last_error(), "") == 0);
  messages();
  opening();
  options();
  shs_store *store = NULL;
  CLAIM(shs_open(name, SHS_SHARED, 0, &store) == 0);
  reading_and_writing(store);
  numbers_and_swaps(store);
  batches(store);
  visits(store);
  bodies(store);
  threading(store);
  CLAIM(shs_check(store, finding, NULL) == 0);
  observing(store);
  shs_close(store);
  printf("%d claims do not hold\n", failures);
  return failures != 0;
}
