public import OriginalSegment
public import SharedSimple

/// Something that is not as the segment's format has it.
public struct CheckFinding: Sendable, Hashable, CustomStringConvertible {
  /// A word for the kind of fault.
  public let kind: String
  /// Where, in bytes.
  public let offset: Int
  /// A sentence with the numbers in it.
  public let message: String

  public init(_ finding: SegmentCheck.Finding) {
    (kind, offset, message) = (finding.kind.rawValue, finding.offset, finding.message)
  }

  public init(_ fault: OriginalFault) {
    (kind, offset, message) = (fault.kind.rawValue, fault.offset, fault.message)
  }

  /// The finding in one line.
  public var description: String { "\(kind) at byte \(offset): \(message)" }
}
