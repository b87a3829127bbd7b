/// What a recording is made of: samples of a segment, and its entries as passes over it found them.
///
/// This is all that a second reader needs to know. Numbers of a fixed width are little endian.
///
///     file      header record*
///     header    8 bytes   "SHMTOPRC"
///               u32       version: 1 or 2; 2 has remarks
///               u32       checksum of the 12 bytes before
///     record    u32       length of the body, 1 to 1,048,576
///               u32       checksum of the body
///               body
///     body      u8        kind: 1 segment, 2 sample, 3 entries, 4 remarks
///               what the kind says, to the body's very end
///
/// A checksum is CRC-32C (Castagnoli: polynomial 0x1EDC6F41, reflected, starting with and XORed with all ones).
/// A record is written by one call, and nothing that has been written is changed: a recording whose writer was
/// killed ends in a part of a record at the worst. Whoever reads one that is being written stops at such a part,
/// and goes on there when the file has grown.
///
/// Within a body:
///
///     number    7 bits a byte, the lowest first; bit 7 says that another byte follows. At most 10 bytes.
///     signed    a number: 2n for n ≥ 0, −2n − 1 below
///     bytes     number: how many; then they
///     words     number: how many, at most 262,144; then for each the signed difference (modulo 2^64) from the
///               word in the same place of the last words of that kind, or from 0 where there is none. A
///               difference of 0 is followed by a number: how many more are 0.
///
/// **Segment**: which segment the samples are of from here on: words (differences from nothing) as
/// `RecordedWords.visit(identity)` lists them. A sample that starts afresh follows, and stands nowhere else.
/// Format version 0 in them is a segment of the Perl module Shared::Simple: what that one does not tell is 0 in its
/// samples, and is not to be shown; stamps number the changes that samples showed, and remarks say the rest.
///
/// **Sample**: begins a frame.
///
///     u8        1: starts afresh: words differ from nothing, all events and points are told, and the first
///               entries after it begin as a whole
///     u64       when the sample was taken: nanoseconds since 1970
///     number    how many events follow: those that are younger than all of the sample before
///     events    words each (differences from the event before; the first from nothing)
///     words     of the sample, as `RecordedWords.visit(sample)` lists them
///     number    how many points of the write clock follow: those beyond the last one before, or all
///     points    number, number: sequence and wall clock, as differences from the point before (the first from
///               nothing); both only grow, modulo 2^64
///
/// **Entries**: a part of a pass over the entries, which belongs to the frame it stands in. A pass may go on
/// into later frames.
///
///     u8        1: a pass begins, and tells all entries there are; 2: a pass begins, and tells what is different
///               from the one before; plus 4: the pass ends here
///     u64       when the pass ended in the segment: nanoseconds since 1970
///     number    the sequence that stamps are told against
///     changes   to the end of the body, each:
///       u8      1: an entry that was not there: bytes: key; then a state. It gets the next free place;
///                  places count from 0 in each pass that tells all.
///               2: an entry's new state: signed: its place, as the difference from the place of the change
///                  before in this body (the first from 0); then a state
///               3: an entry is gone: its place, likewise. The place is not used again.
///     state     signed: the sequence above less the stamp; number: length of the value in bytes;
///               the value's first bytes: as many as it has, and at most 64
///
/// **Remarks**: what there was to say beside the sample of the frame it stands in, all of it; it holds until the next
/// ones, and a sample that starts afresh forgets it.
///
///     number    how many findings follow, at most 64, the gravest first; each:
///       u8      bit 0: grave; above it the subject: 0 segment, 1 lock, 2 table
///       bytes   a sentence in UTF-8, at most 4,096
///     number    processes that could not be looked into
///     number    entries that could not be read
///     u8        0: the lock counts by itself, and the body ends here. Else it was looked at now and then: 1: so;
///               2: its layout is not known; 3: so, and somebody may have waited at the last look
///     number    looks; number: those that found it held; number: those that found somebody waiting
///     run       the longest run of looks with the same owner: numbers: thread, looks, and the time of the first
///               and the last on the monotonic clock
///     run       the run that the last look belongs to
///     number    how many owners follow, at most 4,096; each: number: thread, number: looks
///
/// Of longer values no more is kept than their length and these 64 bytes, which is what the screen shows in a
/// row and sorts by.
///
/// A recording is good up to the first record that is cut off, or whose checksum differs, or whose body is not
/// as told here. What stands behind that is not read.
enum RecordingFormat {
  static let magic = Array("SHMTOPRC".utf8)
  static let version: UInt32 = 2
  /// What can be read: older recordings have no remarks.
  static let versions: ClosedRange<UInt32> = 1...2
  static let headerLength = 16
  /// Length and checksum before a body.
  static let prefixLength = 8
  /// Bounds what a reader must hold at once.
  static let bodyLimit = 1 << 20
  static let wordLimit = 1 << 18
  /// A part of a pass ends behind the change that takes it beyond this. With the longest key, and a value's
  /// kept bytes, it still is far below the limit.
  static let partLength = 64 << 10
  static let keyLimit = 65_535

  enum Kind: UInt8 { case segment = 1, sample = 2, entries = 3, remarks = 4 }

  enum Change: UInt8 { case added = 1, changed = 2, removed = 3 }

  static let startsAfresh: UInt8 = 1
  static let beginsWhole: UInt8 = 1
  static let beginsDifference: UInt8 = 2
  static let endsPass: UInt8 = 4

  /// The first bytes of a file.
  static var header: [UInt8] {
    var writer = ByteWriter()
    writer.bytes = magic
    writer.fixed32(version)
    writer.fixed32(Checksum.of(writer.bytes[...]))
    return writer.bytes
  }

  /// A body with what stands before it.
  static func record(_ body: [UInt8]) -> [UInt8] {
    var writer = ByteWriter()
    writer.bytes.reserveCapacity(prefixLength + body.count)
    writer.fixed32(UInt32(body.count))
    writer.fixed32(Checksum.of(body[...]))
    writer.bytes += body
    return writer.bytes
  }
}

/// Why a recording cannot be read on.
struct RecordingDamage: Error, Hashable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
