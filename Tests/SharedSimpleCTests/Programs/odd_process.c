/*
 * Processes that have less than others. Prints each claim that does not hold; ends with 1 if there is one.
 *
 *     odd_process streams NAME   without standard streams: what is written to them hits no segment
 *     odd_process keys NAME      with all keys for thread-specific data taken: errors, no sentences, no bodies
 */
#include "shared_simple.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static FILE *report;
static int failures;

#define CLAIM(condition)                                            \
  do {                                                              \
    if (!(condition)) {                                             \
      failures++;                                                   \
      fprintf(report, "line %d: not so: %s\n", __LINE__, #condition); \
    }                                                               \
  } while (0)

static int nothing(void *context, shs_store *store) {
  (void)context;
  return shs_put(store, "inside", 6, "1", 1);
}

static void streams(const char *name) {
  for (int stream = 0; stream < 3; stream++) close(stream);
  int modes[] = {SHS_SHARED, SHS_EXISTING, SHS_EXCLUSIVE, SHS_READ_ONLY};
  for (int i = 0; i < 4; i++) {
    shs_store *store = NULL;
    CLAIM(shs_open(name, modes[i], 0, &store) == 0);
    for (int stream = 0; stream < 3; stream++)
      CLAIM(write(stream, "warning: something\n", 19) == -1 && errno == EBADF);
    shs_close(store);
  }
}

static void keys(const char *name) {
  pthread_key_t key;
  int value = 0;
  while (pthread_key_create(&key, NULL) == 0) pthread_setspecific(key, &value);
  shs_store *store = NULL;
  CLAIM(shs_open(name, SHS_SHARED, 0, &store) == 0);
  CLAIM(shs_put(store, "", 0, "1", 1) == SHS_ERROR_EMPTY_KEY);
  CLAIM(strcmp(shs_last_error(), "") == 0);
  CLAIM(shs_transaction(store, nothing, NULL) == SHS_ERROR_SYSTEM);
  CLAIM(shs_with_lock(store, nothing, NULL) == SHS_ERROR_SYSTEM);
  CLAIM(shs_get(store, "inside", 6, NULL, 0, NULL) == 1);
  CLAIM(shs_put(store, "key", 3, "1", 1) == 0);
  CLAIM(shs_get(store, "key", 3, NULL, 0, NULL) == SHS_ERROR_BUFFER_TOO_SMALL);
  shs_close(store);
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  report = fdopen(dup(1), "w");
  if (strcmp(argv[1], "streams") == 0) streams(argv[2]);
  if (strcmp(argv[1], "keys") == 0) keys(argv[2]);
  fprintf(report, "%d claims do not hold\n", failures);
  fclose(report);
  return failures != 0;
}
