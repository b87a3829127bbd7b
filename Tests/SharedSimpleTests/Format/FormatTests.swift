import Testing

@testable import SharedSimple

/// The format, pinned: what the comment in SegmentFormat says is what the constants are.
struct FormatTests {
  private typealias F = SegmentFormat

  @Test func `The identity's words lie one after the other from offset 0, the checksum last`() {
    typealias I = F.Identity
    let offsets = [
      I.magic, I.version, I.byteOrder, I.pointerBits, I.pageSize, I.mutexByteCount, I.library,
      I.headerByteCount,
      I.windowByteCount, I.heapByteCount, I.reservation, I.valueLimit, I.initialSlotsLog2, I.hashKeyLow,
      I.hashKeyHigh, I.createdWall, I.creator, I.random, I.participantCapacity, I.eventCapacity,
      I.clockCapacity,
      I.checksum,
    ]
    #expect(offsets == Array(stride(from: 0, through: 168, by: 8)))
    #expect(I.byteCount == 176)
    #expect(withUnsafeBytes(of: F.magic.littleEndian) { Array($0) } == Array("SHSIMPLE".utf8))
    #expect(F.version == 5)
    #expect(F.byteOrderMark == 0x0102_0304_0506_0708)
    #expect(F.glibc == 1)
  }

  @Test func `The header's words lie where the format says`() {
    #expect(F.mutex == 256)
    #expect(RobustMutex.byteCount <= F.holder - F.mutex)
    let line = [
      F.holder, F.acquisitions, F.heldSince, F.sequence, F.liveCount, F.removedCount, F.heapTop,
      F.freeGranules,
      F.pending, F.batch, F.contended, F.tableWord, F.watermarks,
    ]
    #expect(line == Array(stride(from: 296, through: 392, by: 8)))
    #expect([F.eventCount, F.recoveries, F.clockCount, F.clockLast] == [424, 432, 440, 448])
    #expect([F.transactions, F.transactionKeys, F.rolledBack] == [456, 464, 472])
    #expect([F.waitNanoseconds, F.longestWait, F.unlisted, F.departed] == [512, 520, 528, 536])
    #expect([F.waitHistogram, F.holdHistogram, F.freeLists] == [640, 1152, 2048])
    #expect([F.writeClock, F.eventRing, F.participants, F.headerByteCount] == [4096, 12288, 28672, 77824])
    #expect([F.claimedHeaderByteCount, F.smallTables, F.heap] == [32768, 77824, 98304])
    #expect((0...1).map(F.smallTable) == [77824..<94208, 94208..<98304])
  }

  @Test func `No part of the header overlaps the next, and all end on a page`() {
    let parts: [(start: Int, byteCount: Int)] = [
      (0, F.Identity.byteCount), (F.mutex, RobustMutex.byteCount), (F.holder, 8 * 12), (F.watermarks, 8 * 4),
      (F.eventCount, 8 * 4), (F.transactions, 8 * 3), (F.waitNanoseconds, 8 * 3), (F.departed, 8 * 6),
      (F.waitHistogram, 64 * 8),
      (F.holdHistogram, 64 * 8), (F.freeLists, SizeClass.count * 8),
      (F.writeClock, F.clockCapacity * F.clockEntryByteCount),
      (F.eventRing, F.eventCapacity * F.eventByteCount),
      (F.participants, F.participantCapacity * F.participantByteCount), (F.headerByteCount, 0),
      (F.smallTables, 8 << 11 + 8 << 9), (F.heap, 0),
    ]
    for (part, next) in zip(parts, parts.dropFirst()) { #expect(part.start + part.byteCount <= next.start) }
    #expect(F.headerByteCount % 4096 == 0)
    #expect(F.clockEntryByteCount == 16)
    #expect(F.eventByteCount == 64)
    #expect(F.participantByteCount == 128)
  }

  @Test func `What every write dirties lies on two cache lines, and the table word on another`() {
    let dirty = [F.mutex, F.holder, F.acquisitions, F.sequence, F.liveCount, F.heapTop, F.freeGranules]
    let lines = Set(dirty.map { $0 / 64 })
    #expect(lines.count <= 2)
    #expect(!lines.contains(F.tableWord / 64))
  }

  @Test func `A slot holds its record and hash, and knows empty from removed`() {
    let slot = Slot(record: RecordNumber(rawValue: 0xFFFF_FFFF), hash: 0x8000_0001)
    #expect(slot.rawValue == 0xFFFF_FFFF_8000_0001)
    #expect(slot.record.rawValue == 0xFFFF_FFFF)
    #expect(slot.hash == 0x8000_0001)
    #expect(slot.isLive)
    #expect(Slot.empty.rawValue == 0)
    #expect(Slot.empty.isEmpty && !Slot.empty.isLive)
    #expect(Slot.removed.rawValue == 1 << 32)
    #expect(!Slot.removed.isEmpty && !Slot.removed.isLive)
    #expect(Slot(record: .first, hash: 0).isLive)
  }

  @Test func `Lengths at their limits do not run into each other`() {
    let lengths = RecordLengths(granules: 0xFF_FFFF, key: 65_535, value: 1 << 20)
    #expect(lengths.granules == 0xFF_FFFF)
    #expect(lengths.key == 65_535)
    #expect(lengths.value == 1 << 20)
    #expect(lengths.rawValue == (0xFF_FFFF as UInt64) << 40 | 0xFFFF << 24 | 1 << 20)
    #expect(lengths.recordByteCount == 16 + 65_536 + 1 << 20)
  }

  @Test func `A table word holds generation, size and window, and its successor goes to the other window`() {
    let word = TableWord(generation: 5, slotsLog2: 28, window: 1)
    #expect(word.rawValue == 5 << 8 | 28 << 2 | 1 << 1)
    #expect(word.generation == 5)
    #expect(word.slotCount == 1 << 28)
    #expect(word.byteCount == 8 << 28)
    #expect(word.window == 1)
    #expect(!word.isRetired)
    let next = word.next(slotsLog2: 29)
    #expect((next.generation, next.slotsLog2, next.window) == (6, 29, 0))
    let retired = TableWord(rawValue: word.rawValue | TableWord.retiredBit)
    #expect(retired.isRetired)
    #expect(retired.next(slotsLog2: 29).isRetired, "a retired segment stays so")
  }

  @Test func `A holder word tells held from released, and keeps the pid`() {
    let holder = Holder(pid: 4_194_304, row: 383)
    #expect(holder.isHeld)
    #expect((holder.pid, holder.row) == (4_194_304, 383))
    #expect(!holder.released.isHeld)
    #expect(holder.released.pid == 4_194_304)
    #expect(Holder(pid: 1, row: -1).row == nil)
    #expect(Holder(pid: 1, row: 0).row == 0)
    #expect(Holder(rawValue: 0xFFFF << 32).row == nil, "a row that is none")
  }

  @Test func `A participant's row is filled to its last word`() {
    typealias R = ParticipantRow.Field
    #expect([R.state, R.startTime, R.namespaces, R.attachedWall, R.name] == [0, 8, 16, 24, 32])
    #expect([R.waitsCaused, R.waitNanosecondsCaused] == [48, 56])
    #expect([R.hits, R.misses, R.puts, R.removes, R.waits, R.waitNanoseconds] == [64, 72, 80, 88, 96, 104])
    #expect([R.waitingSince, R.waitingFor] == [112, 120])
    #expect(ParticipantRow(index: 383).offset + F.participantByteCount == F.headerByteCount)
  }

  @Test func `Geometry fits its reservation, from the smallest to the largest`() throws {
    for reservation in [1 << 20, (1 << 20) + 1, 3 << 20, 100 << 20, 16 << 30, 64 << 30] {
      let geometry = Geometry(reservation: reservation, valueLimit: 32, initialSlots: 64, creator: 1)
      #expect(geometry.reservation >= reservation)
      #expect(geometry.reservation % 4096 == 0)
      #expect(geometry.start(.heap) == F.heap)
      #expect(geometry.start(.window0) == F.heap + geometry.heapByteCount)
      #expect(geometry.start(.window1) == geometry.start(.window0) + geometry.windowByteCount)
      let end = geometry.start(.window1) + geometry.windowByteCount
      let alignment = geometry.windowByteCount < F.hugePageByteCount ? 4096 : F.hugePageByteCount
      #expect(geometry.start(.window0) % alignment == 0)
      #expect((0..<alignment).contains(geometry.reservation - end))
      #expect(geometry.windowByteCount == 8 << geometry.slotsLog2Limit)
      #expect(geometry.heapByteCount > geometry.reservation / 2)
      let copy = try Geometry(words: geometry.words, objectByteCount: geometry.reservation, name: "n")
      #expect(copy == geometry)
      #expect(geometry.words.count * 8 == F.Identity.byteCount)
    }
  }

  @Test func `Small tables lie side by side before the heap, the others at the start of their windows`() {
    let geometry = Geometry(reservation: 16 << 30, valueLimit: 32, initialSlots: 64, creator: 1)
    let shapes = TableShapes(geometry)
    defer { shapes.destroy() }
    for window in 0...1 {
      for slotsLog2 in 3...geometry.slotsLog2Limit {
        let table = TableWord(generation: 1, slotsLog2: slotsLog2, window: window)
        let start =
          slotsLog2 <= [11, 9][window] ? [77824, 94208][window] : geometry.start(.window(window))
        #expect(shapes[table].start == start)
        #expect(Int(shapes[table].mask) == table.slotCount - 1)
        #expect(Int(shapes[table].shift) == 32 - slotsLog2)
      }
    }
  }

  @Test func `A geometry whose words contradict each other is refused, each in its turn`() throws {
    let geometry = Geometry(reservation: 1 << 20, valueLimit: 32, initialSlots: 64, creator: 1)
    typealias I = F.Identity
    /// The words with one changed, and the checksum made to fit.
    func refusal(_ offset: Int, _ value: UInt64, objectByteCount: Int = 1 << 20) -> String? {
      var words = geometry.words
      words[offset / 8] = value
      if offset != I.checksum { words[I.checksum / 8] = FNV1a.hash(words[..<(I.checksum / 8)]) }
      do {
        _ = try Geometry(words: words, objectByteCount: objectByteCount, name: "n")
        return nil
      } catch {
        return Mirror(reflecting: error).children.first?.label
      }
    }
    #expect(refusal(I.magic, 1) == "notASegment")
    #expect(refusal(I.version, 0) == "unsupportedVersion")
    #expect(refusal(I.version, F.version + 1) == "unsupportedVersion")
    #expect(refusal(I.byteOrder, F.byteOrderMark.byteSwapped) == "incompatible")
    #expect(refusal(I.pointerBits, 32) == "incompatible")
    #expect(refusal(I.pageSize, 65536) == "incompatible")
    #expect(refusal(I.mutexByteCount, 48) == "incompatible")
    #expect(refusal(I.library, 2) == "incompatible")
    #expect(refusal(I.headerByteCount, 4096) == "incompatible")
    #expect(refusal(I.participantCapacity, 0) == "incompatible")
    #expect(refusal(I.eventCapacity, 512) == "incompatible")
    #expect(refusal(I.clockCapacity, 1) == "incompatible")
    #expect(refusal(I.checksum, 1) == "corrupted")
    for value in [0, 1, 4095, 1 << 19, 1 << 40, .max] as [UInt64] {
      for offset in [I.windowByteCount, I.heapByteCount, I.reservation] {
        #expect(refusal(offset, value) == "corrupted")
      }
    }
    for value in [0, 1 << 20 + 1, .max] as [UInt64] { #expect(refusal(I.valueLimit, value) == "corrupted") }
    for value in [0, 2, 63, 64, .max] as [UInt64] {
      #expect(refusal(I.initialSlotsLog2, value) == "corrupted")
    }
    #expect(refusal(I.creator, 7, objectByteCount: (1 << 20) - 4096) == "corrupted")
    #expect(refusal(I.creator, 7) == nil)
  }
}
