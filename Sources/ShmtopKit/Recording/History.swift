/// The last minutes, kept in memory as they would be in a recording: within a budget, the oldest go first.
public struct History: FrameSequence {
  /// Bytes. Arbitrary: a small part of any machine where one looks at stores that need more.
  public static let usualBudget = 32 << 20

  private let budget: Int
  public private(set) var index = FrameIndex()
  /// Bodies from record `firstRecord` on.
  private var bodies: [[UInt8]] = []
  private var firstRecord = 0
  private var byteCount = 0
  /// Whether entries are kept: not where telling all of them once takes too much of the budget.
  public private(set) var keepsEntries = true

  public init(budget: Int = usualBudget) { self.budget = budget }

  public var origin: Timeline.Origin {
    .history(byteCount: byteCount, budget: budget, keepsEntries: keepsEntries)
  }

  public func body(ofRecord number: Int) -> [UInt8]? {
    bodies.indices.contains(number - firstRecord) ? bodies[number - firstRecord] : nil
  }

  /// Takes the next record.
  ///
  /// - Parameter wholePassLength: what all entries took when they were last told.
  public mutating func note(_ body: [UInt8], wholePassLength: Int) {
    let isEntries = body.first == RecordingFormat.Kind.entries.rawValue
    if keepsEntries, wholePassLength > budget / 4 { dropEntries() }
    guard keepsEntries || !isEntries else { return }
    // It was made here; should it be odd, it is not kept.
    guard (try? index.note(body)) != nil else { return }
    // A copy as long as it is: what was written into piece by piece may take twice its bytes.
    bodies.append(Array(body[...]))
    byteCount += body.count
    while byteCount > budget, let start = index.nextStart ?? loneStart { giveUp(before: start) }
  }

  /// Where no entries are kept, any frame that is told from nothing.
  private var loneStart: Int? {
    keepsEntries
      ? nil
      : (index.firstFrame + 1..<max(index.firstFrame + 1, index.endFrame)).first { index[frame: $0].isAfresh }
  }

  private mutating func giveUp(before frame: Int) {
    let record = index.records(of: frame).lowerBound
    for body in bodies[..<(record - firstRecord)] { byteCount -= body.count }
    bodies.removeFirst(record - firstRecord)
    firstRecord = record
    index.giveUp(before: frame)
  }

  /// Too much for the budget: the bodies of entries go, and no others come.
  private mutating func dropEntries() {
    keepsEntries = false
    for position in bodies.indices where bodies[position].first == RecordingFormat.Kind.entries.rawValue {
      byteCount -= bodies[position].count
      bodies[position] = []
    }
  }
}
