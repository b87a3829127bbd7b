internal import Glibc

/// From a name to a segment of this process: attaching, creating, replacing, removing.
struct SegmentAttacher {
  let name: String
  let options: StoreOptions
  private let deadline: Deadline

  init(name: String, options: StoreOptions) {
    self.name = name
    self.options = options
    deadline = Deadline(after: options.attachTimeout)
  }

  func open(_ mode: OpenMode) throws(StoreError) -> Segment {
    // An option out of bounds is a fault of the caller's, whether a segment is made or not.
    try SegmentBuilder.validate(options)
    try requirePageSize()
    switch mode {
    case .readOnly: return try attach(writable: false)
    case .exclusive: return try replace()
    case .shared, .existing:
      while true {
        let segment = mode == .shared ? try attachOrCreate() : try attach(writable: true)
        // Before this handle works here: those on a segment that this one has displaced must not go on there.
        clearStrayNames(waiting: Self.visitorTimeout)
        // It may have been displaced itself since it was opened, and been told just now.
        if !segment.header.table.isRetired || deadline.hasPassed { return segment }
        SegmentRegistry.release(segment)
      }
    }
  }

  /// Claims are made in pages of the format, which must be the machine's.
  private func requirePageSize() throws(StoreError) {
    let (format, machine) = (SegmentFormat.pageByteCount, Int(getpagesize()))
    guard format == machine else {
      throw .incompatible(name: name, property: "page size in bytes", found: format, expected: machine)
    }
  }

  /// Attaches, or creates where there is nothing. Who loses the race to create attaches to the winner's.
  private func attachOrCreate() throws(StoreError) -> Segment {
    while true {
      do throws(StoreError) {
        return try attach(writable: true)
      } catch .notFound {
        if let segment = try create() { return segment }
      }
    }
  }

  /// Creates the segment; `nil` where another process was first.
  func create() throws(StoreError) -> Segment? {
    let (object, segment) = try SegmentBuilder.build(name: name, options)
    if try link(object, name) { return segment }
    SegmentRegistry.release(segment)
    return nil
  }

  /// Gives an object a name; `false` where there is one of that name.
  func link(_ object: SharedMemoryObject, _ name: String) throws(StoreError) -> Bool {
    do throws(SystemFailure) {
      try object.link(name: name)
      return true
    } catch {
      if error.errno == EEXIST { return false }
      throw StoreError(error, name: self.name)
    }
  }

  /// Attaches to what is there; waits for one that is being set up or replaced.
  private func attach(writable: Bool) throws(StoreError) -> Segment {
    var pause: UInt64 = 100_000
    while true {
      let segment = try attachNow(writable: writable)
      if let segment, !segment.header.table.isRetired { return segment }
      if let segment { SegmentRegistry.release(segment) }
      if deadline.hasPassed {
        throw segment == nil
          ? .timedOut(name: name, milliseconds: deadline.elapsedMilliseconds) : .replaced(name: name)
      }
      SystemClock.sleep(nanoseconds: pause)
      pause = min(pause * 2, 20_000_000)
    }
  }

  /// Attaches to what is there now; `nil` where it is not a segment yet.
  private func attachNow(writable: Bool) throws(StoreError) -> Segment? {
    guard let (object, status, geometry) = try identify(writable: writable) else { return nil }
    if writable { try requireOwner(status) }
    if let requested = options.valueLimit, requested != geometry.valueLimit {
      throw .valueLimitDiffers(name: name, existing: geometry.valueLimit, requested: requested)
    }
    return try map(object, status, geometry, writable: writable)
  }

  /// The header of what is there now, in private memory, for one look at it. Nothing behind the header may be
  /// touched, and it is nobody else's: the caller unmaps and destroys it.
  func copyHeader() throws(StoreError) -> Segment {
    guard let (object, status, geometry) = try identify(writable: false) else {
      throw .timedOut(name: name, milliseconds: 0)
    }
    try requireHeader(object)
    let header = SegmentFormat.headerByteCount
    let copy = try StoreError.wrapping(name) { () throws(SystemFailure) in
      try MemoryMapping(copyOf: object, byteCount: header)
    }
    guard let copy else {
      throw .corrupted(name: name, detail: "it has been cut to less than \(header) bytes")
    }
    let segment = Segment.make(
      name: name, object: object, status: status, mapping: copy, geometry: geometry, isWritable: false)
    if segment.header.table.isRetired {
      copy.unmap()
      segment.destroy()
      throw .replaced(name: name)
    }
    return segment
  }

  /// Opens what is there now and checks what it is; `nil` where it is not a segment yet.
  private func identify(
    writable: Bool
  ) throws(StoreError) -> (object: SharedMemoryObject, status: ObjectStatus, geometry: Geometry)? {
    let found = try find(name, writable: writable)
    if let refusal = found.kind.refusal(name: name) { throw refusal }
    guard case .segment(let words) = found.kind else { return nil }
    let geometry = try Geometry(words: words, objectByteCount: found.status.byteCount, name: name)
    return (found.object, found.status, geometry)
  }

  /// What a name led to, open.
  struct Found {
    let object: SharedMemoryObject
    let kind: ObjectKind
    let status: ObjectStatus
  }

  func find(_ name: String, writable: Bool) throws(StoreError) -> Found {
    try StoreError.wrapping(self.name) { () throws(SystemFailure) in
      try look(at: try SharedMemoryObject.open(name: name, writable: writable), name)
    }
  }

  func look(at object: SharedMemoryObject, _ name: String) throws(SystemFailure) -> Found {
    let (kind, status) = try ObjectKind.of(object, name: name)
    return Found(object: object, kind: kind, status: status)
  }

  /// A world-writable /dev/shm invites squatting: who owns the object could have put anything there.
  func requireOwner(_ status: ObjectStatus) throws(StoreError) {
    let user = geteuid()
    if status.owner != user, status.owner != 0, !options.acceptsOtherOwner {
      throw .otherOwner(name: name, owner: status.owner, user: user)
    }
  }

  /// Maps a checked object, and looks how far its regions are there.
  private func map(
    _ object: SharedMemoryObject, _ status: ObjectStatus, _ geometry: Geometry, writable: Bool
  ) throws(StoreError) -> Segment {
    try requireHeader(object)
    try requireSmallTables(object)
    let segment = try SegmentRegistry.acquire(name: name, object, status, geometry, writable: writable)
    for region in Region.allCases { segment.believe(region) }
    return segment
  }

  /// Of the header, what the creator has claimed.
  func requireHeader(_ object: SharedMemoryObject) throws(StoreError) {
    try require(0..<SegmentFormat.claimedHeaderByteCount, of: object, "header has")
  }

  private func requireSmallTables(_ object: SharedMemoryObject) throws(StoreError) {
    try require(SegmentFormat.smallTables..<SegmentFormat.heap, of: object, "small tables have")
  }

  private func require(_ range: Range<Int>, of object: SharedMemoryObject, _ part: String) throws(StoreError)
  {
    let hole = try StoreError.wrapping(name) { () throws(SystemFailure) in
      try object.firstHole(from: range.lowerBound)
    }
    guard hole >= range.upperBound else {
      throw .corrupted(name: name, detail: "its \(part) a hole at byte \(hole)")
    }
  }
}

// Removing.
extension SegmentAttacher {
  /// Removes a segment's name; also of one that is damaged or of another version, and that of an
  /// empty object.
  func unlink() throws(StoreError) {
    if let refusal = try find(name, writable: false).kind.refusal(name: name, forRemoval: true) {
      throw refusal
    }
    try StoreError.wrapping(name) { () throws(SystemFailure) in try SharedMemoryObject.unlink(name: name) }
    clearStrayNames(waiting: Self.visitorTimeout)
  }
}
