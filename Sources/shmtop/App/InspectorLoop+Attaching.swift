import SharedSimple
import ShmtopKit

/// Goes over to another segment: one that the operator picks, or one that has taken the name.
extension InspectorLoop {
  func attach(_ name: String) {
    do {
      let source = try opener.open(name)
      self.source?.close()
      watch(source)
    } catch {
      inspector.report(SafeText(error.description).text)
    }
  }

  func watch(_ source: any SegmentSource) {
    stopMany()
    surveyPace = PassPace()
    giveUp("The segment was replaced meanwhile. Nothing was changed.")
    self.source = source
    tape.attached(to: source.identity)
    follower.attached(to: source.identity, access: source.access)
    isPassing = false
    pace = PassPace()
    nextSample = 0
    isStale = true
  }

  /// The name leads elsewhere: goes along where it leads to a segment, keeps the last state where not.
  func follow(_ source: any SegmentSource, _ last: SegmentSample) {
    do {
      // A segment that is still being set up is there at the next sample: the keys do not wait for it.
      let successor = try opener.open(source.identity.name, attachTimeout: .zero)
      source.close()
      watch(successor)
    } catch {
      guard error.isMissing else { return follower.failed(SafeText(error.description).text) }
      if follower.presence == .live {
        follower.take(last)
        keep(last, [], source.remarks)
      }
      follower.lost()
    }
  }
}
