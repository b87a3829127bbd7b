/// One segment of this machine, as `SharedStore.list()` finds it.
public struct SegmentListing: Sendable {
  /// The name it was found under.
  public var name: String
  /// What was fixed at its creation; `nil` where it was refused.
  public var identity: SegmentIdentity?
  /// A sample; `nil` where it was refused.
  public var sample: SegmentSample?
  /// Why it was refused: damaged, of another version, of the Perl module.
  public var refusal: StoreError?
}

extension SharedStore {
  /// The segments of this machine, by name; those that cannot be attached to with the reason. Objects of
  /// other programs are left out, and those that this user may not read.
  ///
  /// - Throws: `permissionDenied` or `system` when the directory cannot be read.
  /// - Complexity: a read of the first bytes of each object, and a copy of each segment's header (76 KiB) with a
  ///   sample of it.
  /// - Concurrency: lock-free.
  public static func list() throws(StoreError) -> [SegmentListing] {
    let directory = SharedMemoryObject.directory
    let names = try StoreError.wrapping(directory) { () throws(SystemFailure) in
      try SharedMemoryObject.names()
    }
    return names.sorted().compactMap { name in
      SegmentName.isTemporary(name) ? nil : listing(name)
    }
  }

  /// From a copy of the header: a mapping of somebody else's segment is a SIGBUS where it is cut short just then,
  /// and who asks for a list has not chosen to rely on any of them.
  private static func listing(_ name: String) -> SegmentListing? {
    do throws(StoreError) {
      let copy = try SegmentAttacher(name: name, options: StoreOptions()).copyHeader()
      defer {
        copy.mapping.unmap()
        copy.destroy()
      }
      let sampler = SegmentSampler(copy, name: name)
      return SegmentListing(name: name, identity: sampler.identity, sample: sampler.sample(copy.status))
    } catch {
      switch error {
      // Gone since the directory was read, or never one of ours.
      case .notFound, .notASegment, .timedOut, .invalidName, .permissionDenied: return nil
      // The Perl module's two objects are one segment.
      case .perlSegment(let control) where control != name: return nil
      default: return SegmentListing(name: name, refusal: error)
      }
    }
  }
}
