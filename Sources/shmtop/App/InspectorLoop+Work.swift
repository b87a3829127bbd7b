import SharedSimple
import ShmtopKit

/// The work between keys: passes over entries and slots, and the rows that are shown, in slices of some 5 ms.
extension InspectorLoop {
  /// Does a slice of what there is to do.
  ///
  /// - Returns: Whether there is more.
  func work() -> Bool {
    if workOnMany() { return true }
    guard let source else {
      _ = workOnRows()
      return inspector.entries.chore != nil || inspector.entries.isSorting || inspector.wantsSizes
    }
    let start = Clock.monotonic
    let ownStart = Clock.ownTime
    let isOnce = follower.entries.isStartingOver
    defer { if !isOnce { pace.worked(Clock.ownTime - ownStart) } }
    // About 5 ms; a slice of either takes a few of them at most.
    while Clock.monotonic - start < 5_000_000 {
      if workOnRows() {
        continue
      } else if isSurveying || (inspector.wantsSurvey && surveyPace.isDue(Clock.monotonic, isWatched: true)) {
        survey(source)
      } else if live?.entries.isSorting ?? false {
        // So that rows of entries that are gone are given up there as well.
        _ = live?.sortOn(20_000)
      } else if tape.isTellingPass {
        if let sentence = tape.keepPart(of: &follower) { inspector.report(SafeText(sentence).text) }
      } else if isPassing {
        readOn(source)
      } else if readsEntries, pace.isDue(Clock.monotonic, isWatched: isWatchingEntries) {
        beginPass(source)
      } else {
        return false
      }
    }
    return true
  }

  /// Counts slots and blocks on.
  private func survey(_ source: any SegmentSource) {
    let start = Clock.ownTime
    if !isSurveying { surveyPace.began(Clock.monotonic) }
    do {
      isSurveying = try !inspector.surveyOn { (survey) throws(SourceError) in
        try source.survey(&survey, slotLimit: 100_000)
      }
      if !isSurveying { isStale = true }
    } catch {
      // The segment was replaced or damaged; the next sample says which.
      isSurveying = false
    }
    surveyPace.worked(Clock.ownTime - start)
  }

  /// What is seen of entries while other moments are shown is seen only for a recording.
  private var readsEntries: Bool { follower.wantsEntries && (live == nil || tape.isRecording) }
  private var isWatchingEntries: Bool { inspector.view == .entries || tape.isRecording }

  /// Works a little on the rows that are shown.
  ///
  /// - Returns: Whether there was something to do.
  private func workOnRows() -> Bool {
    if inspector.entries.chore != nil {
      isStale = true
      _ = inspector.workOn(2000)
    } else if inspector.entries.isSorting {
      if inspector.sortOn(20_000) { isStale = true }
    } else if inspector.wantsSizes {
      if inspector.sizeOn(20_000) { isStale = true }
    } else {
      return false
    }
    return true
  }

  private func beginPass(_ source: any SegmentSource) {
    pace.began(Clock.monotonic)
    source.beginPass()
    follower.beginPass(sequence: source.sequence)
    for (row, key) in follower.hotEntries {
      // The pass, or the next sample, says what is wrong.
      if let entry = try? source.entry(key) { follower.noteHot(row, stamp: entry.stamp) }
    }
    isPassing = true
  }

  private func readOn(_ source: any SegmentSource) {
    do {
      isPassing = try follower.readOn { (note) throws(SourceError) in try source.readOn(slots: 8192, note) }
      if !isPassing {
        isStale = true
        tape.passed(wall: follower.entries.readAt)
      }
    } catch {
      // The segment was replaced or damaged; the next sample says which.
      isPassing = false
    }
  }
}
