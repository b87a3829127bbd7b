import OriginalSegment

/// Remarks as the bytes of a body, in the order of the format.
enum RecordedRemarks {
  /// More findings, owners and longer sentences there are not.
  private static let findingLimit = 64
  private static let ownerLimit = 4096
  private static let sentenceLimit = 4096

  static func write(_ remarks: Remarks, to writer: inout ByteWriter) {
    writer.number(UInt64(min(remarks.findings.count, findingLimit)))
    for finding in remarks.findings.prefix(findingLimit) {
      writer.byte(finding.subject.rawValue << 1 | (finding.isGrave ? 1 : 0))
      let sentence = beginning(of: Array(finding.sentence.utf8))
      writer.number(UInt64(sentence.count))
      writer.bytes += sentence
    }
    writer.number(UInt64(remarks.hiddenProcesses))
    writer.number(UInt64(remarks.unreadEntries))
    guard let looks = remarks.looks else { return writer.byte(0) }
    writer.byte(looks.isUnknown ? 2 : looks.isWaitedFor ? 3 : 1)
    for count in [looks.looks, looks.held, looks.withWaiters] { writer.number(UInt64(count)) }
    for run in [looks.longestRun, looks.run] {
      writer.number(UInt64(UInt32(bitPattern: run.owner)))
      for number in [UInt64(run.looks), run.first, run.last] { writer.number(number) }
    }
    writer.number(UInt64(min(looks.looksByOwner.count, ownerLimit)))
    for (owner, count) in looks.looksByOwner.sorted(by: { $0.key < $1.key }).prefix(ownerLimit) {
      writer.number(UInt64(UInt32(bitPattern: owner)))
      writer.number(UInt64(count))
    }
  }

  /// As many whole characters as there is room for.
  private static func beginning(of sentence: [UInt8]) -> ArraySlice<UInt8> {
    var end = min(sentence.count, sentenceLimit)
    while end < sentence.count, sentence[end] & 0xC0 == 0x80 { end -= 1 }
    return sentence[..<end]
  }

  static func read(_ reader: inout ByteReader) throws(RecordingDamage) -> Remarks {
    var remarks = Remarks()
    for _ in 0..<(try reader.count(atMost: findingLimit)) {
      let flags = try reader.byte()
      guard let subject = Finding.Subject(rawValue: flags >> 1) else {
        throw RecordingDamage("a finding of an unknown kind")
      }
      let sentence = try reader.take(try reader.count(atMost: sentenceLimit))
      // It was made safe to show when it was recorded; a file may hold anything. The backslashes are of escapes.
      let shown = SafeText(Array(sentence)).text.replacing(#"\\"#, with: #"\"#)
      remarks.findings.append(Finding(subject, shown, isGrave: flags & 1 != 0))
    }
    remarks.hiddenProcesses = try reader.count(atMost: Int(Int32.max))
    remarks.unreadEntries = try reader.count(atMost: Int(Int32.max))
    let state = try reader.byte()
    guard state != 0 else { return remarks }
    var counts: [Int] = []
    for _ in 0..<3 { counts.append(try reader.count(atMost: 1 << 56)) }
    var runs: [LockWatch.Run] = []
    for _ in 0..<2 {
      var run = LockWatch.Run()
      run.owner = Int32(truncatingIfNeeded: try reader.number())
      run.looks = try reader.count(atMost: 1 << 56)
      run.first = try reader.number()
      run.last = try reader.number()
      runs.append(run)
    }
    var owners: [Int32: Int] = [:]
    for _ in 0..<(try reader.count(atMost: ownerLimit)) {
      let owner = Int32(truncatingIfNeeded: try reader.number())
      owners[owner] = try reader.count(atMost: 1 << 56)
    }
    remarks.looks = LockWatch(
      looks: counts[0], held: counts[1], withWaiters: counts[2], looksByOwner: owners, longestRun: runs[0],
      run: runs[1], isWaitedFor: state == 3, isUnknown: state == 2)
    return remarks
  }
}
