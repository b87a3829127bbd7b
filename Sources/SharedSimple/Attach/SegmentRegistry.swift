/// The segments this process has mapped: one mapping an object and kind of access, however many handles.
///
/// The last handle's close unmaps all of a writable mapping but its header, for the life of the process: the
/// kernel's robust-futex exit path may still write to a mutex after its unlock (glibc bug 14485), and
/// glibc's robust list keeps the address. The header keeps the object alive, so its inode number is
/// not given to another object; a later open maps the rest around it again.
enum SegmentRegistry {
  private struct Key: Hashable {
    let device: UInt64
    let inode: UInt64
    let isWritable: Bool
  }

  private struct Entry {
    var segment: Segment?
    var handles = 0
    /// What is still mapped when `segment` is nil.
    var head: MemoryMapping?
  }

  // Only touched with ProcessLock held.
  nonisolated(unsafe) private static var entries: [Key: Entry] = [:]

  /// The process's segment for an object: the one it has, or a new mapping. Balanced by `release`.
  static func acquire(
    name: String, _ object: SharedMemoryObject, _ status: ObjectStatus, _ geometry: Geometry, writable: Bool
  ) throws(StoreError) -> Segment {
    try ProcessLock.shared.withLock { () throws(StoreError) -> Segment in
      let key = Key(device: status.device, inode: status.inode, isWritable: writable)
      var entry = unsafe entries[key] ?? Entry()
      let segment: Segment
      if let mapped = entry.segment {
        segment = mapped
      } else {
        let mapping = try StoreError.wrapping(name, needed: geometry.reservation) {
          () throws(SystemFailure) -> MemoryMapping in
          if let whole = entry.head?.restoreTail(from: SegmentFormat.headerByteCount, object) { return whole }
          return try MemoryMapping(object, byteCount: geometry.reservation, writable: writable)
        }
        segment = Segment.make(
          name: name, object: object, status: status, mapping: mapping, geometry: geometry,
          isWritable: writable)
        entry.segment = segment
      }
      entry.handles += 1
      unsafe entries[key] = entry
      return segment
    }
  }

  /// A handle is done with a segment, and so is every thread that used it.
  static func release(_ segment: Segment) {
    ProcessLock.shared.withLock {
      let key = Key(
        device: segment.status.device, inode: segment.status.inode, isWritable: segment.isWritable)
      guard var entry = unsafe entries[key], entry.segment == segment else { return }
      entry.handles -= 1
      if entry.handles > 0 {
        unsafe entries[key] = entry
        return
      }
      let mapping = segment.mapping
      if segment.isWritable {
        mapping.unmapTail(from: SegmentFormat.headerByteCount)
        unsafe entries[key] = Entry(segment: nil, handles: 0, head: mapping)
      } else {
        mapping.unmap()
        unsafe entries[key] = nil
      }
      segment.destroy()
    }
  }
}
