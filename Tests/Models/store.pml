/*
 * THE PROTOCOL, as a model for spin: readers without a lock, writers under the robust mutex, a kill at any
 * step. `run` beside this file has the commands; Sources/SharedSimple/Format/SegmentFormat.swift has the
 * format and the steps ("READING", "WRITING") that are modelled here word by word.
 *
 * MEMORY
 * Each shared word is one of `mem`. There is one order of all stores, as only the holder of the mutex
 * stores. What makes memory weak is what a reader may see of that order:
 *
 *   While a reader is under way, every store is logged. A reader's `view` is a number of log entries: all
 *   before it are known to have happened. A load yields the newest store to its word that the view has, or
 *   any later one. A store with release carries the whole log up to itself; a relaxed one carries the log up to
 *   its writer's last release fence (`fenced`), and nothing of what other processes stored since, though they
 *   held the mutex before. A load with acquire adds what its store carried to the view; a relaxed load
 *   keeps it (`pending`) until an acquire fence.
 *
 * That is the memory of C and Swift atomics for one writer at a time (no store depends on a relaxed load of
 * a reader, so nothing is missing). It is weaker than x86-64 and than ARMv8, where a store that one
 * process has seen is seen by all; -DMULTI_COPY is these: taking the mutex is then a release fence.
 *
 * A kill. Compilers and processors also reorder a writer's own stores, so that a kill can leave a later one
 * without an earlier one. With -DREADERS=0 the log holds instead the stores since the last release (and that
 * one itself: nothing orders what follows behind a store with release), and a kill takes back any of them.
 * With readers a kill leaves a prefix of the program: taking back what was seen has no meaning.
 *
 * REDUCTIONS
 *   A granule is one word. A block has the words stamp, lengths, key, value…; all keys have one word and the
 *   same hash and home, which is the worst case. Keys, links, stamps and values are numbers of the same kind
 *   and may be taken for each other. Readers store nothing, so that one reader, at any time, stands for any
 *   number of them; `run --deep` has two all the same. Watermarks, geometry, events and counters are left out. A try of a reader is
 *   modelled; to try again is to call again later. The mutex hands over what its holder stored, dead or not,
 *   and knows that he died.
 *
 * PROVED for every reader: a hit is a value that the key had at a moment of the call, whole; a miss says
 * that it was absent at one; a sound store is never called damaged. Whenever the mutex is given back: each
 * slot points at a sound record, each block is in use or on the free list of its size, not both, not twice;
 * the count is right; every key has the value it was given last; the change a kill interrupted has happened
 * or has not, a batch wholly. No deadlock.
 *
 * -D switches take one fence, one order or one check out: see `run`. All are found, but for:
 *   NO_WRITE_ZERO     the stamp of a block is 0 from its free or its carving on; `write` says it again.
 *   SLOT_RELAXED      for readers the stamp's release is enough: before it they see 0 and start over. For a kill
 *                     it is not: it may leave the slot without the record.
 *   NO_PUBLISH_FENCE  what is stored next over words of the old table's time is a block cut anew or the window
 *                     cleared, and both have a fence of their own, which must be there as another process
 *                     may do it, and a fence orders only what its own process has seen.
 *   NO_SPARE_CLEAR    a table is cleared before it is built (`prepare`), whatever a kill left there.
 */

/* What happens: the scenario. */
#ifndef READERS
#define READERS 2
#endif
#ifndef OPERATIONS
#define OPERATIONS 3
#endif
#ifndef KILLS
#define KILLS 2
#endif

#ifdef REUSE      /* one table; blocks of one size are freed and written again */
#define SLOTS 3
#define SMALL 2   /* words of a small value */
#define LARGE 3
#define HEAP_WORDS 15
#endif
#ifdef SWITCH     /* tables are switched; after removeAll a large value covers what were small records */
#define SLOTS 3
#define SMALL 1
#define LARGE 5
#define HEAP_WORDS 12
#endif
#ifdef KILL       /* no readers: all about what a kill leaves */
#define SLOTS 3
#define SMALL 1
#define LARGE 5
#define HEAP_WORDS 28
#endif

/* Orders, each of which a switch makes relaxed. */
#define RELAXED fenced[me]
#define RELEASE (stores + 1)
#ifdef STAMP_RELAXED
#define STAMP_ORDER RELAXED
#else
#define STAMP_ORDER RELEASE
#endif
#ifdef SLOT_RELAXED
#define SLOT_ORDER RELAXED
#else
#define SLOT_ORDER RELEASE
#endif
#ifdef FREE_RELAXED
#define FREE_ORDER RELAXED
#else
#define FREE_ORDER RELEASE
#endif
#ifdef TABLE_RELAXED
#define TABLE_ORDER RELAXED
#else
#define TABLE_ORDER RELEASE
#endif
#ifdef TOP_RELAXED
#define TOP_ORDER RELAXED
#else
#define TOP_ORDER RELEASE
#endif
#ifdef BATCH_RELAXED
#define BATCH_ORDER RELAXED
#else
#define BATCH_ORDER RELEASE
#endif
#ifdef BATCH_CLEAR_RELAXED
#define BATCH_CLEAR_ORDER RELAXED
#else
#define BATCH_CLEAR_ORDER RELEASE
#endif

/* Words. */
#define TABLE 0                              /* the generation; its lowest bit is the window */
#define SLOT(window, i) (1 + (window) * SLOTS + (i))
#define HEAP (1 + 2 * SLOTS)
#define READABLE (HEAP + HEAP_WORDS)         /* words from here on are the writers' alone */
#define SEQUENCE READABLE
#define TOP (READABLE + 1)
#define FREE(class) (READABLE + 2 + (class))
#define LIVE (READABLE + 4)
#define BATCH (READABLE + 5)
#define WORDS (READABLE + 6)
byte mem[WORDS];

/* A slot and a link hold a record number: 0 none, 1 removed, else 2 + the word where the record starts. */
#define REMOVED 1
#define IS_LIVE(slot) ((slot) > 1)
#define AT(record) (HEAP + (record) - 2)
#define WINDOW(table) ((table) & 1)

/* Lengths: granules of the block and words of the value, 0 where it holds none. */
#define LENGTHS(granules, value) ((granules) * 8 + (value))
#define GRANULES(lengths) ((lengths) >> 3)
#define VALUE_WORDS(lengths) ((lengths) & 7)
#define CLASS(lengths) (GRANULES(lengths) > 3 + SMALL)
#define FITS(record, lengths) \
  (VALUE_WORDS(lengths) > 0 && 3 + VALUE_WORDS(lengths) <= GRANULES(lengths) \
   && (record) - 2 + GRANULES(lengths) <= HEAP_WORDS)

/* Keys are words like any other: they equal record numbers, so that a link may pass for one. */
#define KEYS 2
#define KEY(k) (2 + (k) * (3 + SMALL))
/* The large value: what it must be to pass for the second small record of the initial heap. */
#define FORGED 15
#define WORD_OF(id, i, words) ( \
  (words) == SMALL || (i) == 0 -> (id) : ((i) == 1 -> 2 : ((i) == 2 -> LENGTHS(3 + SMALL, SMALL) : \
  ((i) == 3 -> KEY(1) : FORGED))))

/* The log of stores. */
#define LOG 40
byte stores;
byte storeWord[LOG], storeOld[LOG], storeCarries[LOG];
byte fenced[2];                              /* of each writer: length of the log at its last release fence */

/* The mutex. */
bool held, ownerDied;
byte kills, operations;

/* What is true: the value of each key, 0 for none; before and after the operation under way. */
byte truth[KEYS], before[KEYS], after[KEYS];

#if READERS
byte reading;                                /* readers under way */
byte readerKey[READERS];                     /* 1 + the key, 0 when not under way */
short moments[READERS];                      /* the values its key has had since the call began, as bits */
#endif

/* ---------------------------------------------------------------------------------------------- stores */

inline log(word, carries) {
#if READERS
  if
  :: reading > 0 && word < READABLE ->
    assert(stores < LOG);
    storeCarries[stores] = carries; storeWord[stores] = word; storeOld[stores] = mem[word]; stores++
  :: else
  fi
#else
  if
  :: carries > stores -> forget()
  :: else
  fi;
  assert(stores < LOG);
  storeWord[stores] = word; storeOld[stores] = mem[word]; stores++
#endif
}

inline forget() {
  do
  :: stores > 0 -> stores--; storeWord[stores] = 0; storeOld[stores] = 0; storeCarries[stores] = 0
  :: else -> break
  od;
  skip
}

/* atomicMemoryFence(ordering: .releasing) */
#if READERS
#define fence fenced[me] = stores
#else
#define fence STEP(forget())
#endif

/* Every store may be the one before which its process is killed. */
#define STEP(...) \
  atomic { if :: d_step { __VA_ARGS__; skip } :: kills < KILLS -> goto killed fi }
#define store(word, value, order) STEP(log(word, order); mem[word] = value)
/* To a word that readers don't look at: with readers, not a step of its own. */
#if READERS
#define note(word, value, order) mem[word] = value
#else
#define note(word, value, order) store(word, value, order)
#endif

/* The store that makes a change real (HashIndex.publish). */
#if READERS
#define notice(k) \
  n = 0; \
  do \
  :: n < READERS -> \
    if :: readerKey[n] == k + 1 -> moments[n] = moments[n] | (1 << truth[k]) :: else fi; \
    n++ \
  :: else -> n = 0; break \
  od
#else
#define notice(k) skip
#endif
#define publish(word, value, k) \
  STEP(log(word, SLOT_ORDER); mem[word] = value; truth[k] = after[k]; notice(k))

/* --------------------------------------------------------------------------------------------- writers */

/* TableWriter.find: position and record of a key, or where it would go. No store gets in between. */
inline find(k) {
  d_step {
    window = WINDOW(mem[TABLE]); position = 0; record = 0; i = SLOTS;
    do
    :: position < SLOTS && mem[SLOT(window, position)] == 0 -> break
    :: position < SLOTS && mem[SLOT(window, position)] == REMOVED ->
      if :: i == SLOTS -> i = position :: else fi;
      position++
    :: position < SLOTS && IS_LIVE(mem[SLOT(window, position)]) ->
      record = mem[SLOT(window, position)];
      if
      :: mem[AT(record) + 2] == KEY(k) -> i = SLOTS; break
      :: else -> record = 0; position++
      fi
    :: position == SLOTS -> break
    od;
    if :: i < SLOTS -> position = i :: else fi;
    i = 0
  }
}

/* RecordHeap.allocate: `block`, 0 where there is no room. */
inline allocate(words) {
  if
  :: mem[FREE(words != SMALL)] != 0 ->
    block = mem[FREE(words != SMALL)];
    note(FREE(words != SMALL), mem[AT(block) + 2], RELAXED)
  :: mem[FREE(words != SMALL)] == 0 && mem[TOP] + 3 + words <= HEAP_WORDS ->
    block = mem[TOP] + 2;
#ifndef NO_CARVE_FENCE
    fence;
#endif
    store(AT(block), 0, RELAXED);
    store(AT(block) + 1, LENGTHS(3 + words, 0), RELAXED);
    note(TOP, mem[TOP] + 3 + words, TOP_ORDER)
  :: else -> block = 0
  fi
}

/* RecordHeap.write */
inline write(k, words) {
#ifndef NO_WRITE_ZERO
  store(AT(block), 0, RELAXED);
#endif
#ifndef NO_WRITE_FENCE
  fence;
#endif
  store(AT(block) + 1, LENGTHS(GRANULES(mem[AT(block) + 1]), words), RELAXED);
  store(AT(block) + 2, KEY(k), RELAXED);
  i = 0;
  do
  :: i < words -> store(AT(block) + 3 + i, WORD_OF(after[k], i, words), RELAXED); i++
  :: else -> i = 0; break
  od;
#ifndef STAMPS_REPEAT
  note(SEQUENCE, mem[SEQUENCE] + 1, RELAXED);
#endif
  store(AT(block), mem[SEQUENCE], STAMP_ORDER)
}

/* RecordHeap.free, with what the block leads to from now on */
inline release(freed, link) {
#ifndef NO_FREE_ZERO
  store(AT(freed), 0, FREE_ORDER);
#endif
#ifndef NO_FREE_FENCE
  fence;
#endif
  store(AT(freed) + 2, link, RELAXED);
  note(FREE(CLASS(mem[AT(freed) + 1])), freed, RELAXED)
}
inline free(freed) { release(freed, mem[FREE(CLASS(mem[AT(freed) + 1]))]) }

/* TableWriter.putDirectly: the block leaves its list when it is live; the old one goes where it was. */
inline putDirectly(k, words) {
  block = mem[FREE(words != SMALL)];
  list = mem[AT(block) + 2];
  write(k, words);
  publish(SLOT(window, position), block, k);
  release(record, list);
  list = 0
}

/* TableWriter.put */
inline put(k, words) {
  find(k);
  if
  :: record != 0 && mem[FREE(words != SMALL)] != 0 && CLASS(mem[AT(record) + 1]) == (words != SMALL) ->
    putDirectly(k, words)
  :: else -> putAnyhow(k, words)
  fi
}
inline putAnyhow(k, words) {
  allocate(words);
  if
  :: block == 0 -> after[k] = truth[k]       /* storeFull: as it was */
  :: else ->
    write(k, words);
#ifdef FREE_FIRST
    if :: record != 0 -> free(record) :: else fi;
#endif
    publish(SLOT(window, position), block, k);
    if
    :: record == 0 -> note(LIVE, mem[LIVE] + 1, RELAXED)
#ifndef FREE_FIRST
    :: record != 0 -> free(record)
#else
    :: else
#endif
    fi
  fi
}

/* TableWriter.remove */
inline remove(k) {
  find(k);
  if
  :: record == 0
  :: else ->
    note(SEQUENCE, mem[SEQUENCE] + 1, RELAXED);
    if
    :: mem[SLOT(window, (position + 1) % SLOTS)] == 0 ->
      publish(SLOT(window, position), 0, k);
      note(LIVE, mem[LIVE] - 1, RELAXED);
      do
      :: mem[SLOT(window, (position + SLOTS - 1) % SLOTS)] == REMOVED ->
        position = (position + SLOTS - 1) % SLOTS;
        store(SLOT(window, position), 0, SLOT_ORDER)
      :: else -> break
      od
    :: else ->
      publish(SLOT(window, position), REMOVED, k);
      note(LIVE, mem[LIVE] - 1, RELAXED)
    fi;
    free(record)
  fi
}

/* TableGrowth.prepare: clears the spare window. */
inline prepare() {
  window = 1 - WINDOW(mem[TABLE]); i = 0;
#ifndef NO_PREPARE_FENCE
  fence;
#endif
#ifndef NO_PREPARE_CLEAR
  do
  :: i < SLOTS -> store(SLOT(window, i), 0, RELAXED); i++
  :: else -> i = 0; break
  od
#endif
}

/* TableGrowth.publish: compare-and-swap, then a fence. */
#ifdef NO_PUBLISH_FENCE
#define PUBLISH_FENCE
#else
#define PUBLISH_FENCE fence
#endif

/* TableGrowth.makeRoom, at the same size */
inline rehash() {
  prepare();
  position = 0;
  do
  :: position < SLOTS ->
    if
    :: IS_LIVE(mem[SLOT(1 - window, position)]) ->
      store(SLOT(window, i), mem[SLOT(1 - window, position)], RELAXED); i++
    :: else
    fi;
    position++
  :: else -> i = 0; position = 0; break
  od;
  store(TABLE, mem[TABLE] + 1, TABLE_ORDER);
  PUBLISH_FENCE
}

/* TableWriter.removeAll */
inline removeAll() {
  prepare();
  STEP(log(TABLE, TABLE_ORDER); mem[TABLE] = mem[TABLE] + 1;
    truth[0] = 0; truth[1] = 0; notice(0); notice(1));
  PUBLISH_FENCE;
  note(SEQUENCE, mem[SEQUENCE] + 1, RELAXED);
  note(LIVE, 0, RELAXED);
  note(FREE(0), 0, RELAXED);
  note(FREE(1), 0, RELAXED);
  note(TOP, 0, TOP_ORDER)
}

/* Rule R11: two keys put, or the first put and the second removed; both are there. */
inline batch(second) {
  find(0); first = position; firstRecord = record;
  find(1); secondRecord = record;
  allocate(SMALL); write(0, SMALL); firstBlock = block;
  if
  :: second -> allocate(SMALL); write(1, SMALL); secondBlock = block
  :: else -> secondBlock = REMOVED
  fi;
  allocate(LARGE); list = block;
  /* What is to be stored where; the block's stamp is 0. */
  store(AT(list) + 2, SLOT(window, first), RELAXED);
  store(AT(list) + 3, firstBlock, RELAXED);
  store(AT(list) + 4, SLOT(window, position), RELAXED);
  store(AT(list) + 5, secondBlock, RELAXED);
  note(BATCH, list, BATCH_ORDER);
#ifdef BATCH_CLEARED_FIRST
  note(BATCH, 0, BATCH_CLEAR_ORDER);
#endif
  publish(SLOT(window, first), firstBlock, 0);
  publish(SLOT(window, position), secondBlock, 1);
  note(LIVE, mem[LIVE] - (second -> 0 : 1), RELAXED);
#ifndef BATCH_CLEARED_FIRST
  note(BATCH, 0, BATCH_CLEAR_ORDER);
#endif
  free(firstRecord);
  free(secondRecord);
  free(list)
}

/* -------------------------------------------------------------------------------------------- recovery */

/* The blocks below the top and the records in use, as bits; Recovery.findBlocks and the pass over slots. */
inline survey() {
  blocks = 0; used = 0; live = 0; n = 0;
  do
  :: n < mem[TOP] ->
    assert(GRANULES(mem[HEAP + n + 1]) > 0 && n + GRANULES(mem[HEAP + n + 1]) <= mem[TOP]);
    blocks = blocks | (1 << n);
    n = n + GRANULES(mem[HEAP + n + 1])
  :: else -> n = 0; break
  od;
  window = WINDOW(mem[TABLE]);
  do
  :: n < SLOTS ->
    record = mem[SLOT(window, n)];
    if
    :: IS_LIVE(record) ->
      assert(blocks & (1 << (record - 2)) && !(used & (1 << (record - 2))));
      assert(mem[AT(record)] != 0 && mem[AT(record)] <= mem[SEQUENCE]);
      assert(FITS(record, mem[AT(record) + 1]));
      used = used | (1 << (record - 2));
      live++
    :: else
    fi;
    n++
  :: else -> n = 0; record = 0; break
  od
}

/* Recovery.run. A slot that fails its check would be dropped: here that is a fault, as nothing was damaged. */
inline recover() {
#ifndef NO_RECOVERY_FENCE
  fence;
#endif
#ifndef NO_BATCH_REDO
  if
  :: mem[BATCH] != 0 ->
    list = mem[BATCH];
    position = mem[AT(list) + 2]; block = mem[AT(list) + 3];
    publish(position, block, 0);
    position = mem[AT(list) + 4]; block = mem[AT(list) + 5];
    publish(position, block, 1);
    note(BATCH, 0, BATCH_CLEAR_ORDER)
  :: else
  fi;
#endif
  d_step { survey(); skip };
#ifndef NO_RECOVERY_FREE
  note(FREE(0), 0, RELAXED);
  note(FREE(1), 0, RELAXED);
  position = 0;
  do
  :: position < mem[TOP] ->
    if
    :: !(used & (1 << position)) -> record = position + 2; free(record)
    :: else
    fi;
    position = position + GRANULES(mem[HEAP + position + 1])
  :: else -> break
  od;
#endif
#ifndef NO_RECOUNT
  note(LIVE, live, RELAXED);
#endif
#ifndef NO_SPARE_CLEAR
  i = 0;
  do
  :: i < SLOTS ->
    if
    :: mem[SLOT(1 - window, i)] != 0 -> store(SLOT(1 - window, i), 0, RELAXED)
    :: else
    fi;
    i++
  :: else -> i = 0; break
  od;
#endif
  ownerDied = false
}

/* ---------------------------------------------------------------------------------------- what must be */

/* Value of a key by the words alone; its words are whole. */
inline look(k) {
  find(k);
  n = 0; found = 0;
  if
  :: record != 0 ->
    found = mem[AT(record) + 3];
    do
    :: n < VALUE_WORDS(mem[AT(record) + 1]) ->
      assert(mem[AT(record) + 3 + n] == WORD_OF(found, n, VALUE_WORDS(mem[AT(record) + 1])));
      n++
    :: else -> n = 0; break
    od
  :: else
  fi
}

inline check() {
  survey();
  assert(live == mem[LIVE]);
  assert(mem[BATCH] == 0);
  /* Free lists: what is neither used nor seen yet is taken out of `blocks`, until none is left. */
  blocks = blocks & ~used;
  i = 0;
  do
  :: i < 2 ->
    block = mem[FREE(i)];
    do
    :: block != 0 ->
      assert(blocks & (1 << (block - 2)));
      assert(CLASS(mem[AT(block) + 1]) == i);
      blocks = blocks & ~(1 << (block - 2));
      block = mem[AT(block) + 2]
    :: else -> break
    od;
    i++
  :: else -> i = 0; break
  od;
  assert(blocks == 0);
  look(0); first = found;
  look(1);
#if READERS
  assert(first == truth[0] && found == truth[1]);
#else
  assert((first == before[0] && found == before[1]) || (first == after[0] && found == after[1]));
  assert(interrupted || (first == after[0] && found == after[1]));
  truth[0] = first; truth[1] = found;
#endif
  before[0] = truth[0]; before[1] = truth[1]; after[0] = truth[0]; after[1] = truth[1]
}

inline clearLocals() {
  i = 0; n = 0; window = 0; position = 0; record = 0; block = 0; id = 0; found = 0;
  first = 0; firstRecord = 0; firstBlock = 0; secondRecord = 0; secondBlock = 0; list = 0;
  blocks = 0; used = 0; live = 0; interrupted = false
}

proctype Writer(byte me) {
  byte i, n, window, position, record, block, id, found;
  byte first, firstRecord, firstBlock, secondRecord, secondBlock, list, live;
  int blocks, used;
  bool interrupted;

next:
  do
  :: atomic { !held && (operations < OPERATIONS || ownerDied) && (me == 0 || operations > 0) -> held = true }
#ifdef MULTI_COPY
    ; fence
#endif
    ; interrupted = ownerDied;
    if
    :: ownerDied -> recover()
    :: else ->
      atomic { operations++; id = 2 + operations }
      if
      :: atomic { after[0] = id }; put(0, SMALL)
      :: atomic { after[1] = id }; put(1, SMALL)
#ifndef SWITCH
      :: atomic { truth[0] != 0 -> after[0] = 0 }; remove(0)
#endif
      :: atomic { truth[1] != 0 -> after[1] = 0 }; remove(1)
#ifndef REUSE
      :: atomic { after[0] = id }; put(0, LARGE)
      :: rehash()
      :: atomic { after[0] = 0; after[1] = 0 }; removeAll()
#endif
#ifdef KILL
      :: atomic { truth[0] != 0 && truth[1] != 0 && mem[TOP] <= 8 -> after[0] = id; after[1] = id }; batch(1)
      :: atomic { truth[0] != 0 && truth[1] != 0 && mem[TOP] <= 8 -> after[0] = id; after[1] = 0 }; batch(0)
#endif
      fi
    fi;
    STEP(skip);
    /* StoreLock.release: everything stored is seen by the next holder. */
    d_step {
      check();
      clearLocals();
#if !READERS
      forget();
#endif
      held = false
    }
  :: !held && operations == OPERATIONS && !ownerDied -> break
  od;
  goto end;

  /* Another process takes its place; the mutex says that its owner died. */
killed:
  atomic {
    kills++;
#if READERS
    fenced[me] = 0;
#else
    do
    :: stores > 0 ->
      stores--;
      if
      :: mem[storeWord[stores]] = storeOld[stores]
      :: true
      fi;
      storeWord[stores] = 0; storeOld[stores] = 0; storeCarries[stores] = 0
    :: else -> break
    od;
#endif
    clearLocals();
    ownerDied = true;
    held = false;
    goto next
  }
end:
  skip
}

/* --------------------------------------------------------------------------------------------- readers */

#if READERS

#define MAX(a, b) ((a) > (b) -> (a) : (b))

/* A load: the newest store to a word that is known to have happened, or a later one. What a load of the same
   word has yielded before is known. */
inline load(word, previous) {
  d_step {
    time = MAX(view, previous); carried = 0; u = time; later = 0;
    do
    :: u < stores -> if :: storeWord[u] == word -> later++ :: else fi; u++
    :: else -> break
    od;
    u = time
  };
  newer = 0;
  do
  :: newer < later -> newer++
  :: break
  od;
  skip;
  d_step {
    do
    :: u < stores && storeWord[u] == word ->
      if
      :: newer == 0 -> value = storeOld[u]; break
      :: else -> newer--; carried = storeCarries[u]; u++; time = u
      fi
    :: u < stores && storeWord[u] != word -> u++
    :: else -> value = mem[word]; break
    od;
    u = 0; later = 0; newer = 0
  }
}

#define ACQUIRE view = MAX(view, carried); settle
#define KEEP pending = MAX(pending, carried); settle
/* What says nothing new is forgotten, so that equal states are equal. */
#define SETTLED(moment) moment = ((moment) > view -> (moment) : 0)
#define settle \
  SETTLED(pending); SETTLED(tableTime); SETTLED(slotTime); SETTLED(stampTime); time = 0; carried = 0; value = 0

#ifdef TABLE_LOAD_RELAXED
#define TABLE_ACQUIRE KEEP
#else
#define TABLE_ACQUIRE ACQUIRE
#endif
#ifdef SLOT_LOAD_RELAXED
#define SLOT_ACQUIRE KEEP
#else
#define SLOT_ACQUIRE ACQUIRE
#endif
#ifdef STAMP_LOAD_RELAXED
#define STAMP_ACQUIRE KEEP
#else
#define STAMP_ACQUIRE ACQUIRE
#endif

/* Lookup.proves: the fence, then stamp, slot and table word again. */
inline prove() {
#ifndef NO_READ_FENCE
  atomic { view = MAX(view, pending); settle };
#endif
#ifndef NO_STAMP_CHECK
  atomic { load(AT(slot), stampTime); if :: value != stamp -> goto disturbed :: else fi; settle };
#endif
#ifndef NO_SLOT_CHECK
  atomic {
    load(SLOT(WINDOW(table), position), slotTime); if :: value != slot -> goto disturbed :: else fi;
    settle
  };
#endif
#ifndef NO_TABLE_CHECK
  atomic { load(TABLE, tableTime); if :: value != table -> goto disturbed :: else fi; settle };
#endif
  skip
}

/* Lookup.find, one try. */
proctype Reader(byte me; byte key) {
  byte view, pending, time, carried, value, u, later, newer;
  byte table, tableTime, slot, slotTime, stamp, stampTime, lengths, position, id, i;
  bool matches;

  d_step {
    reading++;
    view = stores;
    readerKey[me] = key + 1;
    moments[me] = 1 << truth[key]
  };
  atomic { load(TABLE, 0); table = value; tableTime = time; TABLE_ACQUIRE };
  do
  :: position < SLOTS ->
    atomic {
      load(SLOT(WINDOW(table), position), 0); slot = value; slotTime = time; SLOT_ACQUIRE
    };
    if
    :: slot == 0 ->
#ifndef NO_MISS_CHECK
      atomic { load(TABLE, tableTime); if :: value != table -> goto disturbed :: else fi; settle };
#endif
      assert(moments[me] & 1);                             /* it was absent at some moment */
      break
    :: slot == REMOVED
    :: IS_LIVE(slot) ->
      atomic { load(AT(slot), 0); stamp = value; stampTime = time; STAMP_ACQUIRE };
      atomic { load(AT(slot) + 1, 0); lengths = value; KEEP };
      if
      :: stamp == 0 ->    /* Lookup.isFree, which calls this damage where the sequence stands still, is left out */
#ifdef ZERO_PROVES
        prove();
        assert(false)
#else
        goto disturbed
#endif
      :: stamp != 0 && !FITS(slot, lengths) ->
        prove();
        assert(false)                                      /* a sound store called damaged */
      :: else ->
        atomic { load(AT(slot) + 2, 0); matches = (value == KEY(key)); KEEP };
        if
        :: matches ->
          i = 0;
          do
          :: i < VALUE_WORDS(lengths) ->
            atomic {
              load(AT(slot) + 3 + i, 0);
              if :: i == 0 -> id = value :: else fi;
              /* 0 stands for bytes of several values. */
              if :: value != WORD_OF(id, i, VALUE_WORDS(lengths)) -> id = 0 :: else fi;
              KEEP
            };
            i++
          :: else -> break
          od;
          prove();
          assert(id != 0 && id < 15 && (moments[me] & (1 << id)));    /* it had this value at some moment */
          break
        :: else ->
#ifndef NO_OTHER_KEY_CHECK
          prove()
#else
          skip
#endif
        fi
      fi
    fi;
    position++
  :: else ->
    /* No empty slot in a whole round. */
    atomic { load(TABLE, tableTime); if :: value != table -> goto disturbed :: else fi; settle };
    break
  od;

disturbed:
  skip;
  d_step {
    reading--; readerKey[me] = 0; moments[me] = 0;
    if :: reading == 0 -> forget(); fenced[0] = 0; fenced[1] = 0 :: else fi;
    view = 0; pending = 0; time = 0; carried = 0; value = 0; u = 0;
    table = 0; tableTime = 0; slot = 0; slotTime = 0; stamp = 0; stampTime = 0;
    lengths = 0; position = 0; id = 0; i = 0; matches = false
  }
}

#endif

/* Both keys are there, in blocks one behind the other. */
init {
  byte i;
  d_step {
    mem[SLOT(0, 0)] = 2; mem[SLOT(0, 1)] = 5 + SMALL;
    do
    :: i < 2 ->
      mem[HEAP + i * (3 + SMALL)] = i + 1;
      mem[HEAP + i * (3 + SMALL) + 1] = LENGTHS(3 + SMALL, SMALL);
      mem[HEAP + i * (3 + SMALL) + 2] = KEY(i);
      mem[HEAP + i * (3 + SMALL) + 3] = i + 1;
      mem[HEAP + i * (3 + SMALL) + 2 + SMALL] = i + 1;
      truth[i] = i + 1; before[i] = i + 1; after[i] = i + 1;
      i++
    :: else -> i = 0; break
    od;
    mem[SEQUENCE] = 2; mem[LIVE] = 2; mem[TOP] = 2 * (3 + SMALL)
  };
  atomic {
    run Writer(0); run Writer(1);
#if READERS == 1
    if :: run Reader(0, 0) :: run Reader(0, 1) fi;
#endif
#if READERS == 2
    run Reader(0, 0); run Reader(1, 1);
#endif
  }
}
