/// What an object turns out to be, from its status and first bytes, read without mapping it.
enum ObjectKind {
  /// Has our magic number, be it in the other byte order; the words up to the checksum.
  case segment([UInt64])
  /// Empty, or all zero where the magic number would be: somebody may still be setting it up, though not
  /// we (rule R6).
  case unfinished(byteCount: Int)
  /// Of the Perl module Shared::Simple; the name of its control object.
  case perl(name: String)
  /// Something else.
  case foreign(reason: String)

  /// Why this is not a segment, nor going to be one; `nil` if it may be. What is to be removed must be a
  /// segment of ours, or empty: a name with nothing in it.
  func refusal(name: String, forRemoval: Bool = false) -> StoreError? {
    switch self {
    case .segment: nil
    case .unfinished(let byteCount):
      forRemoval && byteCount > 0
        ? .notASegment(name: name, reason: "it has \(byteCount) bytes, and no magic number") : nil
    case .perl(let control): .perlSegment(name: control)
    case .foreign(let reason): .notASegment(name: name, reason: reason)
    }
  }

  /// The size of the Perl module's control object on 64-bit Linux.
  private static let perlControlByteCount = 312

  static func of(_ object: SharedMemoryObject, name: String) throws(SystemFailure) -> (
    ObjectKind, ObjectStatus
  ) {
    let status = try object.status()
    guard status.isRegularFile else { return (.foreign(reason: "it is not a regular file"), status) }
    let bytes = try object.read(at: 0, byteCount: min(status.byteCount, SegmentFormat.Identity.byteCount))
    let words = stride(from: 0, to: bytes.count - 7, by: 8).map { unsafe bytes.span.bytes.word($0 / 8) }
    if let first = words.first, [SegmentFormat.magic, SegmentFormat.magic.byteSwapped].contains(first) {
      guard words.count * 8 == SegmentFormat.Identity.byteCount else {
        return (.foreign(reason: "it begins like a segment, but ends after \(bytes.count) bytes"), status)
      }
      return (.segment(words), status)
    }
    if let control = perlControl(name, status, words) { return (.perl(name: control), status) }
    if words.first ?? 0 == 0, bytes.allSatisfy({ $0 == 0 }) {
      return (.unfinished(byteCount: status.byteCount), status)
    }
    return (.foreign(reason: "it does not begin with a segment's magic number"), status)
  }

  /// Two objects, `NAME` of 312 bytes and `NAME_data`; either one can be asked for.
  private static func perlControl(_ name: String, _ status: ObjectStatus, _ words: [UInt64]) -> String? {
    func byteCount(_ name: String) -> Int? {
      (try? SharedMemoryObject.status(name: name)).flatMap { $0.isRegularFile ? $0.byteCount : nil }
    }
    if status.byteCount == perlControlByteCount, byteCount(name + "_data") != nil, words.first ?? 0 <= 2 {
      return name
    }
    if name.hasSuffix("_data"), byteCount(String(name.dropLast(5))) == perlControlByteCount {
      return String(name.dropLast(5))
    }
    return nil
  }
}
