import OriginalSegment

/// What there is to say of an original segment, in sentences.
struct OriginalFindings {
  let identity: OriginalIdentity
  let sample: OriginalSample
  let collision: OriginalSample.Collision?
  /// Why the sample is not of this moment.
  let staleReason: String?
  let mutex: OriginalMutex?
  /// Some processes live where thread ids mean other threads.
  let hasStrangers: Bool

  /// The gravest first.
  var all: [Finding] {
    let findings = stale + owner + reading + table + files
    return findings.filter(\.isGrave) + findings.filter { !$0.isGrave }
  }

  private var name: String { SafeText(identity.name).text }

  private var stale: [Finding] {
    staleReason.map {
      [Finding(.segment, "STALE: what is shown is the last that could be read. " + $0, isGrave: true)]
    } ?? []
  }

  private var owner: [Finding] {
    guard let mutex else { return [] }
    guard mutex.isKnown else {
      return [Finding(.lock, "The lock is of a kind not known here: nothing is said of it.")]
    }
    guard mutex.isHeld, mutex.owner > 0 else { return [] }
    let thread = OriginalThread(mutex.owner)
    switch thread.state {
    case .gone where !hasStrangers:
      return [
        Finding(
          .lock,
          "The lock's owner, pid \(mutex.owner), is gone; every process that calls put or get hangs. Restart the "
            + "app with EXCLUSIVE, or free the lock with 'shmtop original-unlock \(name)'.", isGrave: true)
      ]
    case .stopped:
      return [
        Finding(
          .lock,
          "The lock's owner, pid \(thread.process) (\(SafeText(thread.name).text)), is stopped; every process that "
            + "calls put or get hangs until it goes on: 'kill -CONT \(thread.process)'.", isGrave: true)
      ]
    default: return []
    }
  }

  private var reading: [Finding] {
    var findings: [Finding] = []
    if sample.isHeldThroughout {
      findings.append(
        Finding(
          .segment, "The lock was held all the time while this was read: one value may be half written."))
    }
    if sample.damagedSlots > 0 {
      findings.append(
        Finding(
          .table,
          "\(sample.damagedSlots) \(sample.damagedSlots == 1 ? "slot leads to a record that makes" : "slots lead to records that make") "
            + "no sense: 'shmtop check \(name)' says which."))
    }
    if sample.restlessEntries > 0 {
      findings.append(
        Finding(
          .segment,
          "\(sample.restlessEntries) \(sample.restlessEntries == 1 ? "entry was" : "entries were") written too fast "
            + "to be read, and not shown."))
    }
    return findings
  }

  private var table: [Finding] {
    guard let collision else { return [] }
    let suffix = SafeText(collision.suffix).text
    let keys = collision.keys.prefix(3).map { "“\(SafeText($0, limit: 40).text)”" }.joined(separator: ", ")
    return [
      Finding(
        .table,
        "A search takes up to \(collision.longestProbe) steps: keys "
          + (suffix.isEmpty ? "whose last bytes are nearly alike" : "that end alike (“…\(suffix)”)")
          + " collide, such as \(keys). The module's hash knows only the last six bytes of a key: let keys differ "
          + "more in these."
      )
    ]
  }

  private var files: [Finding] {
    guard identity.owner != identity.dataOwner else { return [] }
    return [
      Finding(
        .segment,
        "“\(name)” belongs to user \(identity.owner), and its data, “\(SafeText(identity.dataName).text)”, to user "
          + "\(identity.dataOwner): one of them may have been put there by somebody else.", isGrave: true)
    ]
  }
}
