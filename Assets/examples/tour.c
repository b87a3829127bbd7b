/*
 * A tour of the C interface.
 *
 *     cc -I Sources/SharedSimpleC/include -o tour Assets/examples/tour.c -L .build/release -lSharedSimpleC
 *     LD_LIBRARY_PATH=.build/release ./tour
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared_simple.h"

/* Ends the program where a call has failed; passes its answer on where it has not. */
static int sound(int result) {
  if (result >= 0) return result;
  fprintf(stderr, "%s\n", shs_last_error());
  exit(1);
}

static int put(shs_store *store, const char *key, const char *value) {
  return shs_put(store, key, strlen(key), value, strlen(value));
}

static void show(shs_store *store, const char *key) {
  char value[32];
  size_t length;
  if (sound(shs_get(store, key, strlen(key), value, sizeof value, &length)) == 0)
    printf("%s: %.*s\n", key, (int)length, value);
  else
    printf("%s: not there\n", key);
}

/* Both or neither, whatever becomes of this process. */
static int transfer(void *amount, shs_store *store) {
  int64_t left = 0, by = *(int64_t *)amount;
  if (shs_increment(store, "alice", 5, -by, &left) < 0 || shs_increment(store, "bob", 3, by, NULL) < 0) return -1;
  return left < 0; /* not 0: drop it */
}

static int print(void *context, const void *key, size_t key_length, const void *value, size_t value_length) {
  (void)context;
  printf("  %.*s = %.*s\n", (int)key_length, (const char *)key, (int)value_length, (const char *)value);
  return 0; /* go on */
}

int main(void) {
  shs_store *store;
  sound(shs_open("tour-c", SHS_EXCLUSIVE, 0, &store)); /* SHS_SHARED attaches to what is there */

  sound(put(store, "motd", "back at noon"));
  show(store, "motd"); /* takes no lock */
  show(store, "nothing");

  int is_first = sound(shs_compare_and_swap(store, "leader", 6, NULL, 0, "me", 2)) == 0;
  printf("leader: %s\n", is_first ? "me" : "somebody else");

  sound(put(store, "alice", "10"));
  int64_t amounts[] = {7, 7};
  for (int i = 0; i < 2; i++)
    printf("transfer of 7: %s\n", sound(shs_transaction(store, transfer, &amounts[i])) == 0 ? "made" : "dropped");

  uint64_t count;
  sound(shs_count(store, &count));
  printf("%" PRIu64 " entries\n", count);
  sound(shs_for_each(store, print, NULL));

  if (shs_put(store, "", 0, "x", 1) == SHS_ERROR_EMPTY_KEY) printf("refused: %s\n", shs_last_error());

  shs_close(store);
  return sound(shs_unlink("tour-c"));
}
