import SharedSimple
public import Testing

/// Expects that a check of the whole segment finds nothing.
///
/// - Parameter isRecovered: `false` right after a kill, when words that the next owner rebuilds may be wrong.
public func expectSound(
  _ store: TemporaryStore, _ comment: Comment? = nil, isRecovered: Bool = true,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  do {
    let findings = try SegmentCheck.run(store.name).filter { isRecovered || $0.kind != .derived }
    #expect(findings.isEmpty, comment, sourceLocation: sourceLocation)
  } catch {
    Issue.record("the check could not read the segment: \(error)", sourceLocation: sourceLocation)
  }
}
