import SharedSimple
public import Testing

/// Expects that a check of the whole segment finds nothing.
public func expectSound(
  _ store: TemporaryStore, _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
) {
  do {
    let findings = try SegmentCheck.run(store.name)
    #expect(findings.isEmpty, comment, sourceLocation: sourceLocation)
  } catch {
    Issue.record("the check could not read the segment: \(error)", sourceLocation: sourceLocation)
  }
}
