import Glibc
import Synchronization

/// What each worker of a soak has begun and settled, in a file that all of them map: it outlives every kill,
/// and tells what must be in the store.
///
///     word of a slot
///     0         operations settled
///     1         clears begun       a clear empties the store: removeAll, or an exclusive open
///     2         clears done
///     3         clears void        begun by one that was killed: nobody knows whether they were done
///     4         sequence of the last value made
///     5         pid of a forked child that works in this slot, or 0
///     6         changes under way
///     7         1 where the changes under way are made all or not at all
///     8         clears resolved when they began
///     16…       shared increments begun, a word a counter
///     20…       shared increments settled
///     24…       shared increments void
///     32…       the changes under way, 8 words each: key index; what was settled before, as below; sequence
///               and length after
///     128…      a word for the length of a violation's text, and its bytes
///     512…      each key: sequence (0 = absent), length, clears resolved before its change began, and
///               clears that may have come before its change was settled
struct SoakJournal: @unchecked Sendable {
  // Sendable: constants; what lies behind them is atomic.
  let slotCount: Int
  let keyCount: Int
  private let words: UnsafePointer<Atomic<UInt64>>

  static let counterCount = 4
  /// Changes in one hold of the mutex.
  static let changeLimit = 8

  private var wordsPerSlot: Int { (512 + 4 * keyCount + 511) / 512 * 512 }

  /// Maps the file of a path, making it as long as need be.
  init?(path: String, slotCount: Int, keyCount: Int) {
    self.slotCount = slotCount
    self.keyCount = keyCount
    let byteCount = (512 + 4 * keyCount + 511) / 512 * 512 * slotCount * 8
    let descriptor = open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    if status.st_size < byteCount, ftruncate(descriptor, byteCount) != 0 { return nil }
    guard let pages = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      pages != MAP_FAILED
    else { return nil }
    words = UnsafePointer(pages.assumingMemoryBound(to: Atomic<UInt64>.self))
  }

  func slot(_ index: Int) -> SoakSlot {
    SoakSlot(keyCount: keyCount, words: words + index * wordsPerSlot)
  }

  private func sum(_ word: (SoakSlot) -> UInt64) -> UInt64 {
    (0..<slotCount).reduce(0) { $0 + word(slot($1)) }
  }

  // The words below only grow, so a sum of them is one that was true at some instant or is too small
  // for the last one; each use says why that is safe.

  /// Clears that have begun.
  var clearsBegun: UInt64 { sum { $0.clearsBegun } }
  /// Clears that are over: done, or void.
  var clearsResolved: UInt64 { sum { $0.clearsDone } + sum { $0.clearsVoid } }
  /// Clears that were made for certain.
  var clearsDone: UInt64 { sum { $0.clearsDone } }
  /// Clears that may have been made already.
  var clearsPossible: UInt64 {
    let void = sum { $0.clearsVoid }
    return clearsBegun - void
  }

  func incrementsBegun(_ counter: Int) -> UInt64 { sum { $0.incrementsBegun(counter) } }
  func incrementsSettled(_ counter: Int) -> UInt64 { sum { $0.incrementsSettled(counter) } }
}

/// What a key of a soak holds.
struct SoakValue: Equatable {
  /// 0: the key is absent.
  var sequence: UInt64
  var byteCount: Int

  static let absent = SoakValue(sequence: 0, byteCount: 0)
  var isAbsent: Bool { sequence == 0 }
}

/// A key's value as it was settled, with the clears that may have taken it since.
struct SettledValue {
  var value: SoakValue
  /// Clears that were over when the change began: if no more have begun by now, the value is there.
  var resolvedBefore: UInt64
  /// Clears that may have been made when the change was settled: if more are done by now, the value is gone.
  var possibleAfter: UInt64
}

/// A change that has begun.
struct SoakChange {
  var key: Int
  var before: SettledValue
  var after: SoakValue
}

/// One worker's part of the journal; only the worker and its children write it, and after their death whoever
/// buries them.
struct SoakSlot {
  let keyCount: Int
  fileprivate let words: UnsafePointer<Atomic<UInt64>>

  private subscript(_ index: Int) -> UInt64 {
    get { words[index].load(ordering: .acquiring) }
    nonmutating set { words[index].store(newValue, ordering: .releasing) }
  }

  var operations: UInt64 {
    get { self[0] }
    nonmutating set { self[0] = newValue }
  }
  var clearsBegun: UInt64 {
    get { self[1] }
    nonmutating set { self[1] = newValue }
  }
  var clearsDone: UInt64 {
    get { self[2] }
    nonmutating set { self[2] = newValue }
  }
  var clearsVoid: UInt64 {
    get { self[3] }
    nonmutating set { self[3] = newValue }
  }
  var child: pid_t {
    get { pid_t(truncatingIfNeeded: self[5]) }
    nonmutating set { self[5] = UInt64(newValue) }
  }
  var resolvedBeforeUnderWay: UInt64 { self[8] }
  var isAllOrNothing: Bool { self[7] == 1 }

  /// A sequence that no value of this slot has had.
  func nextSequence() -> UInt64 {
    self[4] += 1
    return self[4]
  }

  func incrementsBegun(_ counter: Int) -> UInt64 { self[16 + counter] }
  func incrementsSettled(_ counter: Int) -> UInt64 { self[20 + counter] }
  func beginIncrement(_ counter: Int) { self[16 + counter] += 1 }
  func settleIncrement(_ counter: Int) { self[20 + counter] += 1 }

  /// Whether an operation that changes something has begun and is neither settled nor void.
  var isUnderWay: Bool {
    self[6] != 0 || clearsBegun != clearsDone + clearsVoid
      || (0..<SoakJournal.counterCount).contains { self[16 + $0] != self[20 + $0] + self[24 + $0] }
  }

  /// What a key held when its last change was settled.
  func settled(_ key: Int) -> SettledValue {
    let word = 512 + 4 * key
    return SettledValue(
      value: SoakValue(sequence: self[word], byteCount: Int(self[word + 1])),
      resolvedBefore: self[word + 2], possibleAfter: self[word + 3])
  }

  func settle(_ key: Int, _ settled: SettledValue) {
    let word = 512 + 4 * key
    self[word] = settled.value.sequence
    self[word + 1] = UInt64(settled.value.byteCount)
    self[word + 2] = settled.resolvedBefore
    self[word + 3] = settled.possibleAfter
  }

  /// The changes that have begun, with what was settled before them: killed while it settles them, a worker
  /// leaves them here whole.
  var underWay: [SoakChange] {
    (0..<Int(self[6])).map { index in
      let word = 32 + 8 * index
      return SoakChange(
        key: Int(self[word]),
        before: SettledValue(
          value: SoakValue(sequence: self[word + 1], byteCount: Int(self[word + 2])),
          resolvedBefore: self[word + 3], possibleAfter: self[word + 4]),
        after: SoakValue(sequence: self[word + 5], byteCount: Int(self[word + 6])))
    }
  }

  func begin(_ changes: [SoakChange], allOrNothing: Bool, resolvedBefore: UInt64) {
    for (index, change) in changes.enumerated() {
      let word = 32 + 8 * index
      self[word] = UInt64(change.key)
      self[word + 1] = change.before.value.sequence
      self[word + 2] = UInt64(change.before.value.byteCount)
      self[word + 3] = change.before.resolvedBefore
      self[word + 4] = change.before.possibleAfter
      self[word + 5] = change.after.sequence
      self[word + 6] = UInt64(change.after.byteCount)
    }
    self[7] = allOrNothing ? 1 : 0
    self[8] = resolvedBefore
    self[6] = UInt64(changes.count)
  }

  func endUnderWay() { self[6] = 0 }

  /// After the death of whoever worked here: clears and increments that it was in the middle of may have been
  /// made or not, and will not be made any more.
  func voidUnfinished() {
    clearsVoid = clearsBegun - clearsDone
    for counter in 0..<SoakJournal.counterCount {
      self[24 + counter] = self[16 + counter] - self[20 + counter]
    }
  }

  /// What a forked child found that must never be.
  var violation: String? {
    get {
      let count = Int(self[128])
      guard count > 0 else { return nil }
      let bytes = UnsafeRawBufferPointer(start: words + 129, count: count)
      return String(decoding: bytes, as: UTF8.self)
    }
    nonmutating set {
      let text = Array((newValue ?? "").utf8.prefix(2048))
      let bytes = UnsafeMutableRawPointer(mutating: words + 129)
      text.withUnsafeBytes {
        if let base = $0.baseAddress { bytes.copyMemory(from: base, byteCount: $0.count) }
      }
      self[128] = UInt64(text.count)
    }
  }
}
