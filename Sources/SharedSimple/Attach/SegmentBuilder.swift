internal import Glibc

/// Makes a complete segment that has no name yet (rule R6): killed at any point it leaves nothing behind.
enum SegmentBuilder {
  /// Heap claimed at once, so that the first puts need no claim: 64 KiB, some 1,000 small records.
  private static let initialHeapByteCount = 64 << 10
  /// What is claimed behind the header, the small tables and that, which lie side by side.
  private static let initialRange =
    SegmentFormat.smallTables..<SegmentFormat.heap + initialHeapByteCount

  /// The options have been validated.
  static func build(name: String, _ options: StoreOptions) throws(StoreError) -> (SharedMemoryObject, Segment)
  {
    do throws(StoreError) {
      return try buildInPieces(name: name, options)
    } catch {
      // The piece that failed says little: the rest has gone back by now, and all of it is needed.
      guard case .noSpace(_, _, _, ENOSPC) = error else { throw error }
      throw .noSpace(
        name: name, needed: byteCount(options), free: SharedMemoryObject.fileSystem().free, errno: ENOSPC)
    }
  }

  /// What a new segment claims.
  private static func byteCount(_ options: StoreOptions) -> Int {
    let table = TableWord(
      generation: 1, slotsLog2: Geometry.slotsLog2(initialSlots: options.initialSlots), window: 0)
    return SegmentFormat.claimedHeaderByteCount + initialRange.count
      + firstTables(table).count { !$0.isSmall } * wholePages(table.byteCount)
  }

  /// The first table and the next of its size: room for both, so that `removeAll`, which switches to the other one, never
  /// needs memory.
  private static func firstTables(_ first: TableWord) -> [TableWord] {
    [first, first.next(slotsLog2: first.slotsLog2)]
  }

  private static func buildInPieces(
    name: String, _ options: StoreOptions
  ) throws(StoreError) -> (SharedMemoryObject, Segment) {
    let geometry = Geometry(
      reservation: options.reservation, valueLimit: options.valueLimit ?? SegmentFormat.defaultValueLimit,
      initialSlots: options.initialSlots, creator: getpid())
    return try build(name: name, geometry, permissions: options.permissions)
  }

  static func build(
    name: String, _ geometry: Geometry, permissions: UInt32
  ) throws(StoreError) -> (SharedMemoryObject, Segment) {
    let object = try StoreError.wrapping(name, needed: geometry.reservation) { () throws(SystemFailure) in
      try SharedMemoryObject.createUnnamed(byteCount: geometry.reservation, permissions: permissions)
    }
    let headerByteCount = SegmentFormat.claimedHeaderByteCount
    let status = try StoreError.wrapping(name, needed: headerByteCount) { () throws(SystemFailure) in
      try object.allocate(at: 0, byteCount: headerByteCount)
      return try object.status()
    }
    let segment = try SegmentRegistry.acquire(name: name, object, status, geometry, writable: true)
    do throws(StoreError) {
      try fill(segment)
    } catch {
      SegmentRegistry.release(segment)
      throw error
    }
    return (object, segment)
  }

  /// Checks the options that say how a segment is made.
  static func validate(_ options: StoreOptions) throws(StoreError) {
    func require(_ option: String, _ value: Int, _ bounds: ClosedRange<Int>) throws(StoreError) {
      guard bounds.contains(value) else {
        throw .invalidOption(
          option: option, value: value, lower: bounds.lowerBound, upper: bounds.upperBound)
      }
    }
    typealias F = SegmentFormat
    try require("reservation", options.reservation, F.reservationBounds)
    try require("valueLimit", options.valueLimit ?? F.defaultValueLimit, F.valueLimitBounds)
    try require("permissions", Int(options.permissions), F.permissionsBounds)
    // The first table must fit into its window.
    let slotLimit = Geometry.windowByteCount(reservation: options.reservation) / 8
    try require("initialSlots", options.initialSlots, F.leastSlots...slotLimit)
  }

  private static func fill(_ segment: Segment) throws(StoreError) {
    typealias F = SegmentFormat
    let (words, header, geometry) = (segment.words, segment.header, segment.geometry)
    let table = TableWord(generation: 1, slotsLog2: geometry.initialSlotsLog2, window: 0)
    try StoreError.wrapping(segment.name, needed: F.claimedHeaderByteCount) { () throws(SystemFailure) in
      try segment.mapping.populate(at: 0, byteCount: F.claimedHeaderByteCount)
      try segment.makePresent(initialRange)
      try header.mutex.initialize()
    }
    segment.moveWatermark(.participants, to: F.pageByteCount)
    segment.moveWatermark(.heap, to: initialHeapByteCount)
    for place in firstTables(table) { try segment.claim(place) }
    header.heapTop = UInt64(F.firstRecord)
    _ = header.publish(table, over: TableWord(rawValue: 0))
    for (index, word) in geometry.words.enumerated() { words.store(word, at: 8 * index) }
    EventRing(segment).append(.created, UInt64(table.slotCount), UInt64(geometry.valueLimit))
    WriteClock(segment).note(wall: geometry.createdWall)
  }
}
