public import CSharedSimple
internal import SharedSimple

@c @implementation
public func shs_observer_open(
  _ name: UnsafePointer<CChar>!, _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> Int32 {
  guard let out = unsafe out else { return refuseNull("out") }
  unsafe out.pointee = nil
  guard let name = unsafe name else { return refuseNull("name") }
  return answering { () throws(StoreError) in
    let observer = try SegmentObserver(try unsafe text(name))
    unsafe out.pointee = OpaquePointer(Unmanaged.passRetained(observer).toOpaque())
    return 0
  }
}

@c @implementation
public func shs_observer_close(_ observer: OpaquePointer!) {
  guard let observer = unsafe observer else { return }
  unsafe Unmanaged<SegmentObserver>.fromOpaque(UnsafeRawPointer(observer)).release()
}

@c @implementation
public func shs_observer_sample(_ observer: OpaquePointer!, _ sample: UnsafeMutablePointer<shs_sample>!)
  -> Int32
{
  guard let observer = unsafe observer else { return refuseNull("observer") }
  guard let sample = unsafe sample else { return refuseNull("sample") }
  let watched = unsafe Unmanaged<SegmentObserver>.fromOpaque(UnsafeRawPointer(observer)).takeUnretainedValue()
  return answering { () throws(StoreError) in
    let size = unsafe sample.pointee.size
    let seen = shs_sample(try watched.sample(), watched.identity, size: size)
    guard unsafe SizedStruct.write(seen, to: sample, size: size) else {
      return refuse(.badArgument, "The size of the sample is none of its: begin with SHS_SAMPLE_EMPTY.")
    }
    return 0
  }
}

extension shs_sample {
  fileprivate init(_ sample: SegmentSample, _ identity: SegmentIdentity, size: Int) {
    self.init()
    self.size = size
    taken_wall = sample.takenWall
    taken_monotonic = sample.takenMonotonic
    binding =
      switch sample.binding {
      case .bound: UInt32(SHS_BOUND)
      case .replaced: UInt32(SHS_NAME_TAKEN)
      case .unlinked: UInt32(SHS_UNLINKED)
      }
    is_retired = sample.table.isRetired ? 1 : 0
    value_limit = UInt32(clamping: identity.valueLimit)
    participants = UInt32(sample.participants.count)
    unlisted = sample.unlistedCount
    generation = sample.table.generation
    entries = UInt64(sample.table.entryCount)
    removed_slots = UInt64(sample.table.removedSlotCount)
    slots = UInt64(sample.table.slotCount)
    sequence = sample.sequence
    claimed_bytes = UInt64(sample.memory.claimed)
    allocated_bytes = UInt64(sample.memory.allocated)
    heap_live_bytes = UInt64(sample.memory.heapLive)
    heap_free_bytes = UInt64(sample.memory.heapFree)
    system_free_bytes = UInt64(sample.memory.systemFree)
    system_total_bytes = UInt64(sample.memory.systemTotal)
    lock_holder = Int64(sample.lock.holder ?? 0)
    lock_held_since = sample.lock.heldSinceMonotonic ?? 0
    lock_acquisitions = sample.lock.acquisitions
    lock_contended = sample.lock.contended
    lock_wait_ns = sample.lock.waitNanoseconds
    lock_longest_wait_ns = sample.lock.longestWait
    lock_recoveries = sample.lock.recoveries
    let totals = sample.totals
    hits = totals.hits
    misses = totals.misses
    puts = totals.puts
    removes = totals.removes
  }
}
