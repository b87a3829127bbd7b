/// Finds rows of an ``EntryTable`` by the hash of their keys.
///
/// It is many small tables, of which each grows by itself: one of millions of rows would be rebuilt at once.
struct EntryIndex {
  typealias Row = EntryTable.Row

  /// The hash's highest bits say which.
  private static let partBits = 8
  private var parts: [IndexPart] = []

  var footprint: Int { parts.reduce(0) { $0 + $1.footprint } }

  /// A hash that a client who picks its keys cannot foresee: seeded for each run of the program.
  static func hash(_ key: RawSpan) -> UInt32 {
    var hasher = Hasher()
    unsafe key.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    return UInt32(truncatingIfNeeded: hasher.finalize())
  }

  /// The row among those of this hash that `matches`.
  func row(hash: UInt32, where matches: (Row) -> Bool) -> Row? {
    parts.isEmpty ? nil : parts[Self.part(hash)].row(hash: hash, where: matches)
  }

  /// Adds a row that is not there yet.
  mutating func insert(_ row: Row, hash: UInt32, hashOf: (Row) -> UInt32) {
    if parts.isEmpty { parts = Array(repeating: IndexPart(), count: 1 << Self.partBits) }
    parts[Self.part(hash)].insert(row, hash: hash, hashOf: hashOf)
  }

  mutating func remove(_ row: Row, hash: UInt32, hashOf: (Row) -> UInt32) {
    if !parts.isEmpty { parts[Self.part(hash)].remove(row, hash: hash, hashOf: hashOf) }
  }

  private static func part(_ hash: UInt32) -> Int { Int(hash >> (32 - UInt32(partBits))) }
}

/// Rows by hash: open addressing, 4 bytes a place.
private struct IndexPart {
  typealias Row = EntryTable.Row

  /// A row, or `EntryTable.none`. A power of two of them.
  private var places: [Row] = []
  private var count = 0

  var footprint: Int { places.capacity * MemoryLayout<Row>.stride }

  /// The row among those of this hash that `matches`.
  func row(hash: UInt32, where matches: (Row) -> Bool) -> Row? {
    guard !places.isEmpty else { return nil }
    let mask = places.count - 1
    var place = Int(hash) & mask
    // Ends: never more than 7 of 8 places are taken.
    while places[place] != EntryTable.none {
      if matches(places[place]) { return places[place] }
      place = (place + 1) & mask
    }
    return nil
  }

  /// Adds a row that is not there yet.
  mutating func insert(_ row: Row, hash: UInt32, hashOf: (Row) -> UInt32) {
    if (count + 1) * 8 > places.count * 7 { rebuild(max(16, places.count * 2), hashOf) }
    place(row, hash)
    count += 1
  }

  /// Removes a row. Those behind it move up, so that no search ends too early.
  mutating func remove(_ row: Row, hash: UInt32, hashOf: (Row) -> UInt32) {
    guard !places.isEmpty else { return }
    let mask = places.count - 1
    var hole = Int(hash) & mask
    while places[hole] != row {
      guard places[hole] != EntryTable.none else { return }
      hole = (hole + 1) & mask
    }
    count -= 1
    var next = (hole + 1) & mask
    while places[next] != EntryTable.none {
      let home = Int(hashOf(places[next])) & mask
      // Moves up if its home does not lie between the hole and where it is.
      if (next &- home) & mask >= (next &- hole) & mask {
        places[hole] = places[next]
        hole = next
      }
      next = (next + 1) & mask
    }
    places[hole] = EntryTable.none
  }

  private mutating func rebuild(_ placeCount: Int, _ hashOf: (Row) -> UInt32) {
    let old = places
    places = Array(repeating: EntryTable.none, count: placeCount)
    for row in old where row != EntryTable.none { place(row, hashOf(row)) }
  }

  private mutating func place(_ row: Row, _ hash: UInt32) {
    let mask = places.count - 1
    var place = Int(hash) & mask
    while places[place] != EntryTable.none { place = (place + 1) & mask }
    places[place] = row
  }
}
