import OriginalSegment
public import SharedSimple

/// One segment of this machine, of whichever format.
public struct SourceListing: Sendable {
  public var name: String
  /// What is known of it; nil where it was refused.
  public var identity: SegmentIdentity?
  /// A sample; nil where it was refused.
  public var sample: SegmentSample?
  public var remarks = Remarks()
  /// Why it cannot be used.
  public var refusal: SourceError?

  public init(
    name: String, identity: SegmentIdentity? = nil, sample: SegmentSample? = nil, refusal: SourceError? = nil
  ) {
    (self.name, self.identity, self.sample, self.refusal) = (name, identity, sample, refusal)
  }

  /// Processes that use it; nil where that is not known: some may not be looked into.
  public var processCount: Int? { remarks.hiddenProcesses == 0 ? sample?.livingCount : nil }

  /// The same for a table: `2+` where two are seen and others may be, `-` where none is.
  public var processText: String {
    if let processCount { return Quantity.exact(processCount) }
    guard let seen = sample?.livingCount, seen > 0 else { return "-" }
    return Quantity.exact(seen) + "+"
  }

  /// Whether there is that to know of it.
  public func isKnown(_ knowledge: Knowledge) -> Bool {
    identity?.knowledge.contains(knowledge) ?? false
  }

  /// The segments of this machine, by name.
  ///
  /// - Parameter withProcesses: also looks for the processes of segments that do not list them, which can wait for
  ///   a process that hangs in the kernel.
  public static func all(withProcesses: Bool) throws(StoreError) -> [SourceListing] {
    var listings: [SourceListing] = []
    for listing in try SharedStore.list() {
      if case .perlSegment = listing.refusal { continue }
      listings.append(
        SourceListing(
          name: listing.name, identity: listing.identity, sample: listing.sample,
          refusal: listing.refusal.map { .store($0) }))
    }
    let stores = Set(listings.map(\.name))
    for name in OriginalReader.objectNames() where !stores.contains(name) && OriginalReader.concerns(name) {
      if let listing = original(name, withProcesses: withProcesses) { listings.append(listing) }
    }
    return listings.sorted { $0.name < $1.name }
  }

  private static func original(_ name: String, withProcesses: Bool) -> SourceListing? {
    do throws(SourceError) {
      let source = try OriginalSource(name, readOnlyReason: "", looksForProcesses: withProcesses)
      var listing = SourceListing(name: name, identity: source.identity, sample: try source.glance())
      listing.remarks = source.remarks
      return listing
    } catch {
      switch error {
      // The two objects are one segment; or it has gone meanwhile.
      case .original(.dataOfAnother), .original(.notFound): return nil
      default: return SourceListing(name: name, refusal: error)
      }
    }
  }

  /// What there is to know of the segment first of all, in one word.
  public var stateWord: String {
    switch refusal {
    case nil: sample.map { identity?.formatWord ?? $0.stateWord } ?? "unreadable"
    case .store(let error):
      switch error {
      case .perlSegment, .incompatible, .notASegment, .otherOwner: "foreign"
      case .unsupportedVersion(_, let found, let supported): found < supported ? "older" : "newer"
      case .timedOut: "empty"
      case .corrupted, .unrecoverable: "broken"
      default: "refused"
      }
    case .original(let error):
      switch error {
      case .otherKind, .foreign: "foreign"
      case .settingUp: "unfinished"
      case .dataMissing, .controlMissing, .dataIsStore, .tooLarge: "broken"
      default: "refused"
      }
    }
  }
}
