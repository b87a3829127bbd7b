import Glibc
import TestSupport

/// A segment as Shared::Simple 0.01 leaves it on Linux x86-64: two objects, `NAME` and `NAME_data`.
///
///     NAME, 312 bytes       0 state i32 (2: ready)   8 data size u64   16 name of the data object
///                           272 pthread_mutex_t
///     NAME_data             0 entries u32, data units used u32   8 slots u32, data units u32
///                           16 current update u64 (all ones: none)   24 slots u64…   data, units of 4 bytes
///     slot                  bits 0–31 start unit   32–61 key length in units   62–63 status (3: committed)
///     record                key, NUL-terminated, padded to a unit; 32 bytes of value
enum PerlSegment {
  private static let slotCount = 64
  private static let unitCount = 512

  /// Makes both objects.
  static func lay(down store: TemporaryStore, entries: [(key: String, value: String)]) {
    let dataSize = 24 + slotCount * 8 + unitCount * 4
    var control = [UInt8](repeating: 0, count: 312)
    put(UInt32(2), in: &control, at: 0)
    put(UInt64(dataSize), in: &control, at: 8)
    control.replaceSubrange(16..<16 + store.name.utf8.count + 5, with: Array("\(store.name)_data".utf8))
    put(UInt32(0x80), in: &control, at: 272 + 16)

    var data = [UInt8](repeating: 0, count: dataSize)
    var used = 0
    for (key, value) in entries {
      let hash = key.utf8.reduce(UInt32(0)) { $0 &* 32 &+ UInt32($1) }
      var slot = Int(hash) % slotCount
      while data[24 + slot * 8 + 7] != 0 { slot = (slot + 1) % slotCount }
      let keyUnits = (key.utf8.count + 4) / 4
      put(UInt64(used) | UInt64(keyUnits) << 32 | 3 << 62, in: &data, at: 24 + slot * 8)
      let record = 24 + slotCount * 8 + used * 4
      data.replaceSubrange(record..<record + key.utf8.count, with: Array(key.utf8))
      let place = record + keyUnits * 4
      data.replaceSubrange(place..<place + value.utf8.count, with: Array(value.utf8))
      used += keyUnits + 8
    }
    put(UInt64(entries.count) | UInt64(used) << 32, in: &data, at: 0)
    put(UInt64(slotCount) | UInt64(unitCount) << 32, in: &data, at: 8)
    put(UInt64.max, in: &data, at: 16)
    RawObject(store).write(control)
    RawObject(path: store.path + "_data").write(data)
  }

  /// Removes both objects.
  static func remove(_ store: TemporaryStore) {
    unlink(store.path)
    unlink(store.path + "_data")
  }

  private static func put(_ word: some FixedWidthInteger, in bytes: inout [UInt8], at offset: Int) {
    withUnsafeBytes(of: word.littleEndian) { bytes.replaceSubrange(offset..<offset + $0.count, with: $0) }
  }
}
