// THE FORMAT, version 5
// =====================
//
// A segment is one POSIX shared-memory object. Everything in it is a 64-bit word in the machine's byte
// order at an offset that is a multiple of 8, read and written only by 64-bit atomic accesses; the one
// exception is the mutex, which belongs to the C library. Bytes (keys, values, names) are packed into
// words little end first and padded with zeros to a whole word.
//
// RULES, by the numbers that comments elsewhere give
//     R1   the index is the truth: a key is in the store if and only if a slot leads to its record
//     R4   shared words are accessed by 64-bit atomic loads and stores alone
//     R5   no page is touched before it is claimed; what was claimed stays
//     R6   a segment gets its name only when it is complete
//     R7   one word names the live table; another one becomes live by one compare-and-swap of it
//     R10  who takes the mutex of a dead holder repairs, then goes on
//     R11  a batch is decided by one store: all of it is made, or none
//
//     offset        region                                    claimed by
//     0             header; H bytes, the rows included        the creator
//     28672         participant rows                          watermark 3; the creator, the first page
//     H             small table 0, 16,384 bytes               the creator
//     H + 16384     small table 1, 4,096 bytes                the creator
//     H + 20480     record heap                               watermark 2
//     V             index window 0, W bytes                   watermark 0
//     V + W         index window 1, W bytes                   watermark 1
//     reservation   end of the object
//
// V is the largest multiple of a huge page, 2 MiB, that leaves room for both windows; of a page, where W is less than that.
// What a small store uses lies side by side in the first 2 MiB; what a large one uses can be huge pages, if
// the process maps the object at a multiple of them and claims as `Segment.claim` does.
//
// The object has its final size from the start and is sparse. No byte of a region at or beyond its
// claimed watermark is touched, not even read: reading a hole allocates a page, and is a SIGBUS where
// the file system is full. A claim allocates the pages, makes them present, then moves the watermark.
// Whoever may write to the object may also cut it short; the mapping then is a SIGBUS behind the cut. Attaching
// and each call of an observer compare the object's size with the reservation; a store's handle does not, as
// `get` makes no system call, and nobody can between a look at the size and a look at a word.
// Watermarks only grow. Nobody takes a watermark's word for it: a process believes one once
// lseek(SEEK_HOLE) says that the region has no hole before it.
// A watermark is a multiple of 4096 and at most the region's length. A new segment has 4096 of the rows, 65,536 of the
// heap, and of the windows what its first table and the next of the same size take there. A claim of a window or
// the heap is named in the pending word before it is made, so that a recovery gives back what a killed one took.
//
// A geometry is sound if the reservation is a multiple of 4096 from 1 MiB to 64 GiB; W a power of two, at least 4096 and at
// most an eighth of it; the heap V − H − 20,480 bytes; the value limit 1 to 2²⁰; log2 of the initial slots 3 to log2(W) − 3.
//
// HEADER
//     offset  word                 written
//     0       magic "SHSIMPLE"     ┐
//     8       format version       │
//     16      byte order mark      │ 0x0102030405060708
//     24      pointer bits         │
//     32      page size            │ 4096
//     40      bytes of the mutex   │
//     48      C library            │ 1 = glibc
//     56      H                    │
//     64      W                    │ once, before the object has a name (rule R6).
//     72      bytes of the heap    │ Covered by the checksum; each process copies
//     80      reservation          │ them once and uses only its copy.
//     88      value limit          │
//     96      log2 initial slots   │
//     104     hash key, low        │
//     112     hash key, high       │
//     120     created, wall ns     │
//     128     creator's pid        │
//     136     random identity      │
//     144     participant rows     │
//     152     event ring entries   │
//     160     write clock entries  │
//     168     checksum             ┘ FNV-1a, a word at a time, of the words above
//
//     256     mutex                  by the C library (40 bytes on x86-64)
//     296     holder                 mutex   63 held | 62 unrecoverable | 47..32 row + 1, or 0 | 31..0 pid;
//                                            bit 62 by anybody to whom the C library says so
//     304     acquisitions           mutex
//     312     held since             mutex   monotonic ns, 0 where nobody looked at the clock
//     320     sequence               mutex   of the last change; stamps are taken from it; goes back only over damage
//     328     live entries           mutex   derived
//     336     removed slots          mutex   derived
//     344     heap top               mutex   record number of the first granule not carved
//     352     free granules          mutex   derived
//     360     pending                mutex   0, or the claim under way: bits 63..62 region + 1 | 61..0 bytes
//     368     batch                  mutex   0, or the record number of a decided batch (rule R11)
//     376     contended              mutex   acquisitions that had to wait
//     384     table word             mutex (compare-and-swap); the retired bit by anybody
//     392     watermark, window 0    mutex   bytes
//     400     watermark, window 1    mutex   bytes
//     408     watermark, heap        mutex   bytes
//     416     watermark, rows        compare-and-swap, by anybody; bytes of participant rows, a page more each time
//     424     events written         mutex
//     432     recoveries             mutex
//     440     write clock entries    mutex
//     448     write clock, last      mutex   wall ns of the newest entry
//     456     transactions           mutex   made
//     464     their keys             mutex   put or removed by them
//     472     rolled back            mutex   transactions that changed nothing
//     512     wait ns, sum           mutex
//     520     longest wait           mutex
//     528     unlisted handles       locked add
//     536     departed: hits, misses, puts, removes, waits, wait ns (6 words)    locked add
//     640     histogram of waits     mutex   64 words
//     1152    histogram of holds     mutex   64 words
//     2048    free lists             mutex   128 words, derived: record number of the first block, or 0
//     3072    spare, 0
//     4096    write clock            mutex   512 entries of 16 bytes
//     12288   event ring             mutex   256 entries of 64 bytes
//     28672   participants           384 rows of 128 bytes
//     77824   = H
//
// "mutex" means: written only while holding the mutex, read by anybody at any time. The mutex, the
// holder and the counts that every change dirties share two cache lines; the table word, which every
// read loads, shares its line only with words that change seldom: when the store grows, at an event, at most once a second
// by the write clock. What is in no region and no word above is 0 and not looked at. A histogram's bucket n counts
// times of 2ⁿ to 2ⁿ⁺¹ − 1 ns; 0 ns is in bucket 0.
//
// MUTEX
// Process-shared, robust, of type NORMAL. A kind word that is not that of such a mutex is damage: it is not even tried. Nor
// is one whose holder has bit 62. Who takes it sets the holder, with bit 63; who gives it back clears bit 63 first, and
// leaves the rest, which names the last one. EOWNERDEAD: see RECOVERY. ENOTRECOVERABLE: set bit 62.
//
// TABLE WORD
//     63..8 generation | 7..2 log2 of slots | 1 window | 0 retired
// It alone says which table is live. A new table is built in the spare window and becomes real by one
// compare-and-swap of this word. A generation never comes again; the first is 1, in window 0. A table lies in the small
// table of its window's number if it has at most 2¹¹ (window 0) or 2⁹ slots (window 1), else at its window's start. It has
// 8 slots at least, and what its window holds at most. Its place is claimed; release fence; its slots are zeroed, then
// filled; the swap, release; release fence.
// At most 3/4 of a table's slots are used, live or removed; where it can grow no more, 1/64 more may be removed. `removeAll`
// is a switch to an empty table of the initial size; then sequence + 1, counts and free lists 0, heap top 4.
//
// SLOT
//     63..32 record number | 31..0 hash;    0 = empty;    else, record number 0 or 1 = removed
// The hash is the low half of fold(s ^ high, low ^ 0x8ebc6af09c88c6e3 ^ length), where fold(a, b) xors the halves of the
// 128-bit product, low and high are the header's hash key, and s comes from the key's words, the last one padded: it begins as
// low; while more than two words are left, s = fold(first ^ high, second ^ s) of the next two; of two, s =
// fold(first ^ high, last ^ s); of one, s = fold(last ^ high, s ^ 0xe7037ed1a0b428db).
// A key's slot is the first one from its home, the top log2(slots) bits of its hash, going up and round,
// that points at a record with that key. A probe ends at an empty slot, and after as many steps as there are
// slots. A pass over the entries takes a run of more than 4,096 used slots for damage.
// Invariant: while an entry lives, no slot between its home and its own becomes empty. So a
// removed entry's slot becomes empty only if the next one is; else it is marked removed.
//
// RECORD
//     word 0   stamp     0 = being written, or free; else the sequence number of its write (at most 2⁶²)
//     word 1   63..40 granules of the block | 39..24 key bytes (1 to 65,535) | 23..0 value bytes
//     word 2…  key, padded; then value, padded
// Record number n lies 16 n bytes from the start of the heap; numbers 0 and 1 are none, and 4 is the first: so the
// common block of 64 bytes lies in one cache line. A record is
// immutable from its stamp's store to its free. A block's granule count is written before the heap top
// moves past it and never changes until `removeAll` lowers the top, so blocks can be walked from record
// number 4 to the top. A free block's word 2 is the record number of the next free one of its size class. Lengths of a key or
// a value out of their bounds, or that do not fit the block, are damage.
// Size class n, 2 to 32, is of n granules; class 33 + 8 (k − 2) + m − 9 of m · 2ᵏ granules, m from 9 to 16 and k from 2, up to
// class 127: 122,880. A record goes into the smallest class that holds it, or, where the heap can grow no more, a larger
// one. Blocks of other sizes, which only a recovery makes over damage, are on no list.
//
// A KEY IS IN THE STORE IF AND ONLY IF a slot of the live table, on its probe path, points at a record
// that holds it (rule R1). All words marked "derived", and the links of free blocks, are rebuilt from
// that by recovery.
//
// READING, without the lock
//     1  load the table word (acquire); retired: the segment has been replaced
//     2  load a slot (acquire). Empty: a miss, if the table word is still the same; else start over
//     3  hash differs: next slot. Else load the stamp (acquire); 0: start over, or damage if the sequence
//        stands still meanwhile. Check lengths against the block and the believed watermark, compare the
//        key, copy the value
//     4  acquire fence; stamp, slot and table word are what they were, else start over.
//        Also where the key differed: bytes of a record being written prove nothing
//
// WRITING, with the mutex, and what a kill leaves after each step
//     1  take a block from its free list or carve one     a block no slot points at: recovery frees it
//     2  stamp 0; release fence; lengths, key, value      the same
//     3  sequence + 1; stamp = sequence (release)         the same
//     4  slot = (record, hash) (release)                  the change is real; a reader sees it
//     5  old record: stamp 0; release fence; link it      recovery frees it; counts are recounted
// A removal is sequence + 1, step 4 with "removed" or "empty", then 5. An update may leave the block on its list until after step 4:
// in between the list leads to a live record, which nobody but the mutex's holder, and then recovery, can meet.
//
// A BATCH, several changes of which a kill leaves all or none (rule R11)
//     1  growth, so that no insert needs it; each value's record, as in steps 1 to 3 above
//     2  in one more block, the list: word 0 = 0, word 1 as for any block; word 2 entries n; word 3
//        checksum; then n times position, slot. A removal's slot is "removed", never "empty"
//     3  batch = the list's record number (release): decided
//     4  each slot of the list, in order (release)
//     5  batch = 0 (release); old records and the list are freed
// Each of its removals takes a number of the sequence too, before 3.
// Killed before 3: recovery frees blocks no slot points at. From 3 to 5: recovery does 4 and 5 once more.
// The table word cannot change between 2 and 5, but for its retired bit. The checksum is FNV-1a over the table
// word without that bit, n, and the entries: a list is never applied to a table it was not made for.
// FNV-1a is h = (h ^ word) · 0x100000001b3 for each word, from h = 0xcbf29ce484222325.
//
// RECOVERY, by who takes the mutex of a dead holder; killed itself, it is run again
//     1  table word or heap top out of bounds: unlock it as it is, set bit 62 of the holder; else a release fence
//     2  a claim that is pending is given back; pending = 0; held since = 0
//     3  a batch that is decided is made: its stores, then batch = 0
//     4  blocks are walked from record 4 to the top. Where that fails, it goes on at the next sound record that a slot leads
//        to, and a block of any size is put over what lies between
//     5  a slot that leads to no sound record becomes removed: no block begins there, lengths out of bounds, stamp 0 or above
//        2⁶¹, another hash, or a slot before it leads there
//     6  free lists, free granules, live entries, removed slots are made anew; sequence is at least the newest stamp
//     7  the spare window, as far as it is claimed, and its small table are zeroed; recoveries + 1; a recovered event
//     8  pthread_mutex_consistent
//
// EXCLUSIVE OPENING of a name that leads to a segment
//     1  the new one, complete, is linked as ".shs-" D "-" R, and locked by flock(2) meanwhile: D is FNV-1a of the name, a
//        byte at a time, R random, both 16 hexadecimal digits
//     2  the two names are exchanged in one step (RENAME_EXCHANGE)
//     3  the table word of the old one is retired: under its mutex, with a replaced event; or without, after a second
//     4  the temporary name, which leads to the old one now, is removed
// Killed between, the name stays; whoever opens the segment's name for writing next, and can have the flock, does 3 and 4.
//
// EVENT, 64 bytes (kinds: `SegmentEvent.Kind`)
//     number (0 = being written) | kind 63..56, pid 31..0 | wall ns | duration ns | two numbers
//     | edition: the sequence when it was written | spare
// Entry n, from 1, lies at n modulo 256. Written like a record: number 0, fence, fields, number with release. The newest
// entry is written again where transactions follow each other: a reader compares number and edition.
//
// WRITE CLOCK ENTRY: sequence + 1 (0 = being written), wall ns; written likewise; ascending, from the array's start. When it
// is full, every second one goes; a kill meanwhile leaves some twice, which readers drop.
//
// PARTICIPANT, 128 bytes
//     0   bit 63 taken, 62 inspector, 61 being filled in | 60..32 low bits of word 16 | 31..0 pid; 0 = free
//         compare-and-swap to claim, with bit 61 until all else is there; that of a dead process may be. Its words 64 to 111 are
//         added to the departed first. To give it back: bit 61 by compare-and-swap, the same, then 0
//     8   63..40 number of its program, new at each exec | 39..0 start time, clock ticks since boot
//     16  inodes of its namespaces: 63..32 of times, 31..0 of pids; 0 where /proc could not say
//     24  attached, wall ns
//     32  name, 16 bytes, of whole characters
//     48  waits caused, and 56 their ns          by those who waited, under the mutex
//     64  hits, misses, puts, removes, waits, wait ns       by the owner alone
//     112 waiting since, monotonic ns, 0 if not             by the owner alone
//     120 waiting for, pid                                  by the owner alone

/// Where everything lies in a segment, by name. The comment above is the format; tests pin the two together.
enum SegmentFormat {
  static let version: UInt64 = 5
  /// "SHSIMPLE", little end first.
  static let magic: UInt64 = 0x454C_504D_4953_4853
  static let byteOrderMark: UInt64 = 0x0102_0304_0506_0708
  static let glibc: UInt64 = 1

  /// Offsets of the words that are written once.
  enum Identity {
    static let magic = 0
    static let version = 8
    static let byteOrder = 16
    static let pointerBits = 24
    static let pageSize = 32
    static let mutexByteCount = 40
    static let library = 48
    static let headerByteCount = 56
    static let windowByteCount = 64
    static let heapByteCount = 72
    static let reservation = 80
    static let valueLimit = 88
    static let initialSlotsLog2 = 96
    static let hashKeyLow = 104
    static let hashKeyHigh = 112
    static let createdWall = 120
    static let creator = 128
    static let random = 136
    static let participantCapacity = 144
    static let eventCapacity = 152
    static let clockCapacity = 160
    static let checksum = 168
    /// All of the above.
    static let byteCount = 176
  }

  static let mutex = 256
  static let holder = 296
  static let acquisitions = 304
  static let heldSince = 312
  static let sequence = 320
  /// No sequence, and no stamp, is larger: more writes than any machine lives to make.
  static let sequenceLimit: UInt64 = 1 << 62
  /// What recovery takes for damage is less, so that there is room for the writes after it.
  static let recoveredSequenceLimit: UInt64 = 1 << 61
  static let liveCount = 328
  static let removedCount = 336
  static let heapTop = 344
  static let freeGranules = 352
  static let pending = 360
  static let batch = 368
  static let contended = 376
  static let tableWord = 384
  static let watermarks = 392
  static let eventCount = 424
  static let recoveries = 432
  static let clockCount = 440
  static let clockLast = 448
  static let transactions = 456
  static let transactionKeys = 464
  static let rolledBack = 472
  static let waitNanoseconds = 512
  static let longestWait = 520
  static let unlisted = 528
  static let departed = 536
  static let waitHistogram = 640
  static let holdHistogram = 1152
  static let freeLists = 2048
  static let writeClock = 4096
  static let eventRing = 12288
  static let participants = 28672
  static let headerByteCount = 77824
  /// What the creator claims of the header: all but the rows behind the first page of them.
  static let claimedHeaderByteCount = 32768
  static let smallTables = headerByteCount
  static let heap = smallTable(window: 1).upperBound

  static let pageByteCount = 4096
  static let hugePageByteCount = 2 << 20

  /// 512 points at least a second apart, thinned to half when full.
  static let clockCapacity = 512
  static let clockEntryByteCount = 16
  static let eventCapacity = 256
  static let eventByteCount = 64
  /// 48 KiB at most, claimed a page at a time; more processes than this work unlisted.
  static let participantCapacity = 384
  static let participantByteCount = 128

  static let granuleByteCount = 16
  /// Record number of the first block of the heap: at a cache line's start. 0 and 1 mean none and removed.
  static let firstRecord: UInt32 = 4
  static let recordHeaderByteCount = 16

  static let keyLimit = 65_535
  static let valueLimitBounds = 1...(1 << 20)
  static let defaultValueLimit = 32
  static let reservationBounds = (1 << 20)...(64 << 30)
  static let leastSlots = 8

  /// Most keys of a batch: its list then is a block of 1.125 MiB; the largest has 1.875.
  static let batchKeyLimit = 65_536
  /// Most bytes of a batch's keys and values, which are in private memory until they are written: arbitrary.
  static let batchByteLimit = 64 << 20
  static let permissionsBounds = 0...0o777
}

extension SegmentFormat {
  static func watermark(_ region: Region) -> Int { watermarks + 8 * region.rawValue }

  /// The largest table that lies in the small table of a window. They differ, as a store that grows uses the windows in
  /// turn (`TableGrowth`): window 1 has its turn on the way to the largest small table, if at all.
  static func smallSlotsLog2(window: Int) -> Int { window == 0 ? 11 : 9 }

  static func smallTable(window: Int) -> Range<Int> {
    let start = window == 0 ? smallTables : smallTables + 8 << smallSlotsLog2(window: 0)
    return start..<start + 8 << smallSlotsLog2(window: window)
  }

  /// A key has 1 to 65,535 bytes.
  @inline(__always)
  static func requireKey(_ key: RawSpan) throws(StoreError) {
    if isKeyLength(key.byteCount) { return }
    if key.byteCount == 0 { throw .emptyKey }
    throw .keyTooLong(byteCount: key.byteCount, limit: keyLimit)
  }

  /// The same as one comparison.
  @inline(__always)
  static func isKeyLength(_ byteCount: Int) -> Bool {
    UInt(bitPattern: byteCount &- 1) < UInt(bitPattern: keyLimit)
  }
}
