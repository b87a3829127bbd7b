/// The segments this process has mapped: one mapping an object and kind of access, however many handles. Only who comes
/// to retire a segment may map its header beside that, for a moment.
enum SegmentRegistry {
  /// An entry keeps its object open and mapped, so the object's number is not given to another one meanwhile;
  /// but a tmpfs may count with 32 bits and come round, and somebody may write another segment into the same
  /// object. The geometry, which holds a random number, tells such strangers apart.
  private struct Key: Hashable {
    let device: UInt64
    let inode: UInt64
    let isWritable: Bool
    let geometry: Geometry
  }

  private struct Entry {
    let segment: Segment
    var handles: Int
  }

  // Only touched with ProcessLock held.
  nonisolated(unsafe) private static var entries: [Key: Entry] = [:]
  /// Where headers of writable mappings were: see `release`.
  nonisolated(unsafe) private static var formerHeaders: [FormerHeader] = []

  /// The process's segment for an object: the one it has, or a new mapping. Balanced by `release`.
  static func acquire(
    name: String, _ object: SharedMemoryObject, _ status: ObjectStatus, _ geometry: Geometry, writable: Bool
  ) throws(StoreError) -> Segment {
    try ProcessLock.shared.withLock { () throws(StoreError) -> Segment in
      let key = Key(
        device: status.device, inode: status.inode, isWritable: writable, geometry: geometry)
      if let segment = share(key) { return segment }
      let mapping = try StoreError.wrapping(name, needed: geometry.reservation) {
        () throws(SystemFailure) -> MemoryMapping in
        // All of them are tried: behind one, something else may lie for a while.
        for index in unsafe writable ? formerHeaders.indices.reversed() : [] {
          if let mapping = unsafe formerHeaders[index].mapAgain(object, byteCount: geometry.reservation) {
            unsafe formerHeaders.remove(at: index)
            return mapping
          }
        }
        return try MemoryMapping(object, byteCount: geometry.reservation, writable: writable)
      }
      let segment = Segment.make(
        name: name, object: object, status: status, mapping: mapping, geometry: geometry,
        isWritable: writable)
      unsafe entries[key] = Entry(segment: segment, handles: 1)
      return segment
    }
  }

  /// The segment this process has for an object, for one handle more; with ProcessLock held.
  private static func share(_ key: Key) -> Segment? {
    guard var entry = unsafe entries[key] else { return nil }
    entry.handles += 1
    unsafe entries[key] = entry
    entry.segment.forgetOwner(unless: ForkWatch.shared.renew())
    return entry.segment
  }

  /// Runs a body with the process's segment for an object; where it has none, with one of which the header alone is
  /// mapped. That takes a fraction of the time, and is enough for what is in the header, the mutex among it.
  static func withHeader(
    name: String, _ object: SharedMemoryObject, _ status: ObjectStatus, _ geometry: Geometry,
    _ body: (Segment) -> Void
  ) throws(StoreError) {
    let key = Key(device: status.device, inode: status.inode, isWritable: true, geometry: geometry)
    if let segment = ProcessLock.shared.withLock({ share(key) }) {
      defer { release(segment) }
      return body(segment)
    }
    let byteCount = SegmentFormat.headerByteCount
    let mapping = try StoreError.wrapping(name, needed: byteCount) { () throws(SystemFailure) in
      try MemoryMapping(object, byteCount: byteCount, writable: true)
    }
    // This thread alone knows the mapping, and has done with the mutex: the address need not be kept (see `release`).
    defer { mapping.unmap() }
    let segment = Segment.make(
      name: name, object: object, status: status, mapping: mapping, geometry: geometry, isWritable: true)
    defer { segment.destroy() }
    body(segment)
  }

  /// A handle is done with a segment, and so is every thread that used it.
  ///
  /// The last one unmaps it. Where a mutex lay in a writable mapping, private memory takes its place for the
  /// life of the process: the kernel's robust-futex exit path may still look at the address of a mutex after
  /// its unlock (glibc bug 14485), and must not find somebody else's memory there. The next segment is
  /// mapped around such a place, if it can be.
  static func release(_ segment: Segment) {
    ProcessLock.shared.withLock {
      let key = Key(
        device: segment.status.device, inode: segment.status.inode, isWritable: segment.isWritable,
        geometry: segment.geometry)
      guard var entry = unsafe entries[key], entry.segment == segment else { return }
      entry.handles -= 1
      if entry.handles > 0 {
        unsafe entries[key] = entry
        return
      }
      unsafe entries[key] = nil
      if segment.isWritable {
        unsafe formerHeaders.append(
          segment.mapping.unmapAllBut(headerByteCount: SegmentFormat.headerByteCount))
      } else {
        segment.mapping.unmap()
      }
      segment.destroy()
    }
  }
}
