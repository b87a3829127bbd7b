/// The frame of a recording's file, for who reads and writes files; see ``RecordingFormat``.
public enum Recording {
  /// Bytes before the first record.
  public static let headerLength = RecordingFormat.headerLength
  /// Bytes before each body.
  public static let prefixLength = RecordingFormat.prefixLength
  /// Bytes of a value that are kept.
  public static let keptValueBytes = EntryTable.valuePrefixLimit

  /// The first bytes of a file.
  public static var header: [UInt8] { RecordingFormat.header }

  /// A body with what stands before it.
  public static func record(_ body: [UInt8]) -> [UInt8] { RecordingFormat.record(body) }

  /// Why a file that begins so cannot be read; nil where it can.
  public static func refusal(ofHeader bytes: [UInt8]) -> String? {
    guard bytes.count == headerLength, bytes.starts(with: RecordingFormat.magic) else {
      return "it is no recording of shmtop"
    }
    var reader = ByteReader(bytes[8...])
    guard let version = try? reader.fixed32(), let checksum = try? reader.fixed32(),
      checksum == Checksum.of(bytes[..<12])
    else { return "its first bytes are damaged" }
    return RecordingFormat.versions.contains(version)
      ? nil
      : "it has format version \(version), and this shmtop knows versions up to \(RecordingFormat.version)"
  }

  /// How long the body is that follows; nil where no body is so long.
  public static func length(ofPrefix bytes: [UInt8]) -> Int? {
    var reader = ByteReader(bytes[...])
    guard let length = try? reader.fixed32(), 1...RecordingFormat.bodyLimit ~= Int(length) else { return nil }
    return Int(length)
  }

  /// Whether a body is the one that the bytes before it tell of.
  public static func isSound(_ body: [UInt8], prefix: [UInt8]) -> Bool {
    var reader = ByteReader(prefix[4...])
    return (try? reader.fixed32()) == Checksum.of(body[...])
  }
}
