// THE LAYOUT OF AN ORIGINAL SEGMENT
// =================================
//
// The Perl module Shared::Simple 0.01 keeps a store in two POSIX objects. This is what they look like on
// Linux, x86-64, little-endian; the module itself is no part of this tree.
//
// CONTROL OBJECT, named NAME, 312 bytes
//     0      i32   state: 0 uninitialised, 1 initialising, 2 ready
//     8      u64   bytes of the data object; changes last when the store grows
//     16     name of the data object, NUL-terminated, 255 bytes at most: NAME_data
//     272    pthread_mutex_t of 40 bytes: process-shared, NOT robust
//              +0   i32   lock word: 0 free, 1 held, 2 held and somebody waits
//              +8   i32   thread id of the owner
//              +12  u32   users
//              +16  i32   kind: 128 = plain and process-shared
//
// DATA OBJECT, named NAME_data
//     0      u64   31..0 entries | 63..32 units of data in use
//     8      u64   31..0 slots of the index, S | 63..32 units of data there are, U
//     16     u64   the slot that an insert is at work on, else all ones
//     24     S slots of 8 bytes
//     24+8S  U units of 4 bytes
// First 64 slots and 512 units.
//
// SLOT
//     31..0 first unit of the record | 61..32 units of its key | 63..62 status:
//     0 free, 1 index set, 2 data set, 3 committed
// A key's slot is the first one from hash modulo S, going up and round, that is committed and has that key; a
// free slot ends the search. Nothing is ever removed.
// hash: h = h × 32 + byte, modulo 2³². Only the last six or seven bytes of a key count, and where S is a power
// of two only the last few: keys with a common suffix collide.
//
// RECORD
//     the key, NUL-terminated and padded to a whole unit; then 32 bytes of value, padded with NULs
//
// WRITING, always with the mutex
//   update   32 bytes are copied over the value; no counter changes
//   insert   current update = slot; slot with status 1; record; status 2; status 3 and the sizes; current update = all
//            ones
//   growing  where every slot is in use or the data is full, never earlier: all is copied to private memory, the object
//            zeroed, made longer (slots doubled; units doubled unless there are twice as many as are used), and filled
//            again. Killed meanwhile, the process takes the only copy with it
// Any process may remove both names and make new objects at any moment (EXCLUSIVE).
//
// READING, without the lock and without a mapping
// Bytes are copied by pread, which a growing or shrinking object cannot turn into a SIGBUS. One copy proves
// nothing: it may hold half of an update, or of a growth. What three copies agree on, with a moment between
// each two of them at which the mutex was free or changed hands, was true: whatever wrote while the first
// copy was made had finished by the second. Where nobody lets go of the mutex in between, its owner is
// stopped or dead; then one value may be half written, and the sample says so.

/// Offsets and bounds of the layout above.
enum OriginalFormat {
  enum Control {
    static let byteCount = 312
    static let state = 0
    static let dataByteCount = 8
    static let dataName = 16
    static let dataNameByteCount = 256
    static let mutex = 272
    static let ready: Int32 = 2
  }

  enum Data {
    static let sizes = 0
    static let capacities = 8
    static let currentUpdate = 16
    static let slots = 24
    static let noUpdate = UInt64.max
    static let firstSlotCount = 64
    static let slotByteCount = 8
  }

  static let unitByteCount = 4
  static let valueByteCount = 32
  static let valueUnits = valueByteCount / unitByteCount
  /// More than this is not copied for a sample: it takes three copies. Far beyond what the module's own
  /// growth can bear; arbitrary.
  static let sampleLimit = 512 << 20

  /// The module's hash of a key.
  static func hash(_ key: some Sequence<UInt8>) -> UInt32 {
    var hash: UInt32 = 0
    for byte in key { hash = hash &* 32 &+ UInt32(byte) }
    return hash
  }
}

/// A slot of the index.
struct OriginalSlot: Equatable {
  let rawValue: UInt64

  enum Status: UInt64 { case free, indexSet, dataSet, committed }

  init(rawValue: UInt64) { self.rawValue = rawValue }

  init(start: Int, keyUnits: Int, status: Status) {
    rawValue = UInt64(start) | UInt64(keyUnits) << 32 | status.rawValue << 62
  }

  var start: Int { Int(rawValue & 0xFFFF_FFFF) }
  var keyUnits: Int { Int(rawValue >> 32 & 0x3FFF_FFFF) }
  // Two bits: every value is a case.
  var status: Status { Status(rawValue: rawValue >> 62) ?? .free }
}

extension Int {
  /// Units that a key of so many bytes takes with its NUL.
  static func units(ofKey byteCount: Int) -> Int { byteCount / OriginalFormat.unitByteCount + 1 }
}
