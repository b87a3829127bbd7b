import SharedSimple
import ShmtopKit

/// Looks at the segment when the time has come: a sample, the entry that is watched closely, the lock.
extension InspectorLoop {
  var nanosecondsOfDelay: UInt64 { UInt64(inspector.delay * 1e9) }

  func sample() {
    nextSample = Clock.monotonic + nanosecondsOfDelay
    isStale = true
    guard let source else {
      if let replay {
        if replay.grow() { playback?.grown(replay.frames, on: &inspector) }
      } else {
        inspector.take((try? SourceListing.all(withProcesses: false)) ?? [])
      }
      return
    }
    do {
      let sample = try source.sample()
      switch sample.binding {
      case .bound:
        let clock = try source.writeClock()
        follower.take(sample)
        follower.take(clock)
        let remarks = source.remarks
        follower.take(remarks)
        keep(sample, clock, remarks)
        for (row, key) in follower.visibleEntries {
          if let entry = try source.entry(key) { follower.refresh(row, entry) }
        }
        pace.noted(sequence: sample.sequence, generation: sample.table.generation)
        surveyPace.noted(sequence: sample.sequence, generation: sample.table.generation)
      case .replaced, .unlinked: follow(source, sample)
      }
    } catch {
      follower.failed(SafeText(error.description).text)
    }
  }

  /// Keeps a sample: in the history, and in the file where one is recorded.
  func keep(_ sample: SegmentSample, _ clock: [WriteClockPoint], _ remarks: Remarks) {
    if let sentence = tape.keep(sample, clock, remarks) { inspector.report(SafeText(sentence).text) }
    if live != nil { playback?.grown(tape.history, on: &inspector) }
  }

  /// Looks the entry up that is looked at closely, more often than samples are taken.
  func look() {
    guard let source, let key = inspector.watchedKey, nextLook <= Clock.monotonic else { return }
    nextLook = Clock.monotonic + 100_000_000
    do {
      if inspector.look(at: try source.entry(key)) { isStale = true }
    } catch {
      // The next sample says what is wrong as well.
    }
  }

  func lookAtLock() {
    guard let source, let interval = source.lookInterval, nextLockLook <= Clock.monotonic else { return }
    nextLockLook = Clock.monotonic + interval
    source.lookAtLock()
  }
}
