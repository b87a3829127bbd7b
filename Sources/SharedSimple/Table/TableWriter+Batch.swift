/// One key of a batch, and what becomes of it.
struct BatchChange {
  let key: [UInt8]
  let digest: KeyDigest
  /// The new value; `nil` removes the key.
  var value: [UInt8]?
}

/// Several changes, of which a process killed anywhere leaves all or none (rule R11).
extension TableWriter {
  /// Makes the changes, each of another key. Throws with none of them made; growth that it needed may stay, and an
  /// empty store may have started anew.
  func commit(_ changes: [BatchChange]) throws(StoreError) {
    do throws(StoreError) {
      try tryCommit(changes)
    } catch {
      guard try startsAnew(for: error, needing: byteCount(of: changes)) else { throw error }
      try tryCommit(changes)
    }
  }

  /// What the blocks of a batch take: its records and its list.
  private func byteCount(of changes: [BatchChange]) -> Int {
    changes.reduce(SizeClass(recordByteCount: BatchList.byteCount(entries: changes.count)).byteCount) {
      sum, change in
      guard let value = change.value else { return sum }
      let record = value.withRawSpan { RecordLengths.recordByteCount(of: change.digest, value: $0) }
      return sum + SizeClass(recordByteCount: record).byteCount
    }
  }

  private func tryCommit(_ changes: [BatchChange]) throws(StoreError) {
    let start = SystemClock.monotonic
    let steps = try plan(changes)
    guard !steps.isEmpty else { return }
    let index = HashIndex(segment, try segment.liveTable())
    let list: RecordNumber
    let stores: BatchList
    var written: [RecordNumber] = []
    do throws(StoreError) {
      var entries: [BatchList.Entry] = []
      for step in steps {
        var slot = Slot.removed
        if let value = step.change.value {
          let record = try write(step.change, value)
          written.append(record)
          slot = Slot(record: record, hash: step.change.digest.hash)
        }
        entries.append(.init(position: step.place.position, slot: slot))
      }
      stores = BatchList(entries)
      list = try heap.allocate(recordByteCount: BatchList.byteCount(entries: entries.count))
    } catch {
      for record in written { heap.free(record) }
      throw error
    }
    stores.write(to: list, heap, for: index.table)
    header.sequence = header.sequence &+ UInt64(steps.count - written.count)
    // Release: a recovery that finds the list named finds all of it. From here on the batch will be made.
    header.batch = list
    stores.apply(to: index)
    header.batch = .none
    settle(steps, in: index)
    heap.free(list)
    TransactionStatistics(segment).addCommitted(
      keys: UInt64(steps.count), duration: SystemClock.monotonic &- start)
  }

  /// A change that has an effect, and where.
  private struct Step {
    let change: BatchChange
    let place: Place
  }

  /// Finds a place for each change, after the growth that all of them together need.
  private func plan(_ changes: [BatchChange]) throws(StoreError) -> [Step] {
    var index = HashIndex(segment, try segment.liveTable())
    var insertCount = 0
    for change in changes where change.value != nil {
      if try !place(of: change, in: index).isFound { insertCount += 1 }
    }
    if insertCount > 0, isFull(index, adding: insertCount) {
      index = try TableGrowth(segment).makeRoom(for: insertCount, in: index)
    }
    var steps: [Step] = []
    var taken: Set<Int> = []
    for change in changes {
      var place = try place(of: change, in: index)
      if !place.isFound {
        if change.value == nil { continue }
        place = try freePlace(change.digest.hash, in: index, besides: taken)
        taken.insert(place.position)
      }
      steps.append(Step(change: change, place: place))
    }
    return steps
  }

  private func place(of change: BatchChange, in index: HashIndex) throws(StoreError) -> Place {
    try change.key.withRawSpan { key throws(StoreError) in try find(key, change.digest, in: index) }
  }

  /// The first slot for a new key that no other insert of the batch takes. Those count as used: they will
  /// be before this one is, as the stores are made in this order.
  private func freePlace(
    _ hash: UInt32, in index: HashIndex, besides taken: Set<Int>
  ) throws(StoreError) -> Place {
    var position = index.home(hash)
    for _ in 0..<index.slotCount {
      let slot = index.slot(position)
      if !slot.isLive, !taken.contains(position) {
        return Place(position: position, record: .none, reusesRemoved: slot.isRemoved)
      }
      position = index.next(position)
    }
    throw .corrupted(name: segment.name, detail: "the table has no empty slot")
  }

  private func write(_ change: BatchChange, _ value: [UInt8]) throws(StoreError) -> RecordNumber {
    try change.key.withRawSpan { key throws(StoreError) in
      try value.withRawSpan { value throws(StoreError) in
        let record = try heap.allocate(
          recordByteCount: RecordLengths.recordByteCount(of: change.digest, value: value))
        heap.write(record, key: key, change.digest, value: value)
        return record
      }
    }
  }

  /// What follows from the stores: counts, old records, removed slots that no probe needs. All of it derived, and
  /// rebuilt by recovery.
  private func settle(_ steps: [Step], in index: HashIndex) {
    for step in steps {
      let place = step.place
      if step.change.value == nil {
        header.liveCount = header.liveCount &- 1
        header.removedCount = header.removedCount &+ 1
        participant.countRemove()
      } else {
        if !place.isFound {
          header.liveCount = header.liveCount &+ 1
          if place.reusesRemoved { header.removedCount = header.removedCount &- 1 }
        }
        participant.countPut()
      }
      if place.isFound { heap.free(place.record) }
    }
    for step in steps where index.slot(step.place.position).isRemoved {
      let position = step.place.position
      guard index.slot(index.next(position)).isEmpty else { continue }
      index.publish(.empty, at: position)
      header.removedCount = header.removedCount &- 1
      emptyRemovedSlots(before: position, in: index)
    }
  }
}
