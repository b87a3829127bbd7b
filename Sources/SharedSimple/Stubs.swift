// Placeholder declarations while the library is being written; this file goes with the next commits.
public protocol StoreBytes {
  func withRawSpan<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R
}
extension String: StoreBytes {
  public func withRawSpan<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R { try unsafe body(utf8Span.span.bytes) }
}
extension [UInt8]: StoreBytes {
  public func withRawSpan<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R { try unsafe body(span.bytes) }
}
public struct Entry: Sendable, Hashable {
  public var key: [UInt8] = []
  public var value: [UInt8] = []
  public var stamp: UInt64 = 0
  public init(key: [UInt8], value: [UInt8], stamp: UInt64) { self.key = key; self.value = value; self.stamp = stamp }
  public var keyText: String? { nil }
  public var valueText: String? { nil }
}
public struct LockedSection {
  public func get(_ key: some StoreBytes) throws(StoreError) -> String? { fatalError() }
  public func bytes(_ key: some StoreBytes) throws(StoreError) -> [UInt8]? { fatalError() }
  public func put(_ key: some StoreBytes, _ value: some StoreBytes) throws(StoreError) { fatalError() }
  @discardableResult public func remove(_ key: some StoreBytes) throws(StoreError) -> Bool { fatalError() }
}
public final class SharedStore: Sendable {
  public let name: String
  public var mode: OpenMode { fatalError() }
  public var valueLimit: Int { fatalError() }
  public init(_ name: String, mode: OpenMode = .shared, options: StoreOptions = StoreOptions()) throws(StoreError) { fatalError() }
  public func close() { fatalError() }
  public static func unlink(_ name: String) throws(StoreError) { fatalError() }
  public static func list() throws(StoreError) -> [SegmentListing] { fatalError() }
  public func get(_ key: some StoreBytes) throws(StoreError) -> String? { fatalError() }
  public func bytes(_ key: some StoreBytes) throws(StoreError) -> [UInt8]? { fatalError() }
  public func withValue<R>(_ key: some StoreBytes, _ body: (RawSpan) -> R) throws(StoreError) -> R? { fatalError() }
  public func contains(_ key: some StoreBytes) throws(StoreError) -> Bool { fatalError() }
  public var count: Int { get throws(StoreError) { fatalError() } }
  public func forEach(_ body: (_ key: RawSpan, _ value: RawSpan) -> Bool) throws(StoreError) { fatalError() }
  public func all() throws(StoreError) -> [Entry] { fatalError() }
  public func dictionary() throws(StoreError) -> [String: String] { fatalError() }
  public func put(_ key: some StoreBytes, _ value: some StoreBytes) throws(StoreError) { fatalError() }
  @discardableResult public func remove(_ key: some StoreBytes) throws(StoreError) -> Bool { fatalError() }
  @discardableResult public func removeAll() throws(StoreError) -> Int { fatalError() }
  @discardableResult public func increment(_ key: some StoreBytes, by: Int64 = 1) throws(StoreError) -> Int64 { fatalError() }
  public func compareAndSwap(_ key: some StoreBytes, expected: some StoreBytes, new: some StoreBytes) throws(StoreError) -> Bool { fatalError() }
  public func putIfAbsent(_ key: some StoreBytes, _ value: some StoreBytes) throws(StoreError) -> Bool { fatalError() }
  public func putIfPresent(_ key: some StoreBytes, _ value: some StoreBytes) throws(StoreError) -> Bool { fatalError() }
  public func remove(_ key: some StoreBytes, ifValue: some StoreBytes) throws(StoreError) -> Bool { fatalError() }
  public func getOrPut(_ key: some StoreBytes, _ value: some StoreBytes) throws(StoreError) -> String { fatalError() }
  public func withLock<R>(_ body: (LockedSection) throws -> R) throws -> R { fatalError() }
  @discardableResult public func reap() throws(StoreError) -> Int { fatalError() }
}
public struct SegmentListing: Sendable {
  public var name: String
  public var identity: SegmentIdentity?
  public var sample: SegmentSample?
  public var refusal: StoreError?
}
public final class SegmentObserver: Sendable {
  public let identity: SegmentIdentity
  public init(_ name: String, attachTimeout: Duration = .seconds(5)) throws(StoreError) { fatalError() }
  public func sample() throws(StoreError) -> SegmentSample { fatalError() }
  public func writeClock() throws(StoreError) -> [WriteClockPoint] { fatalError() }
  public func entry(_ key: some StoreBytes) throws(StoreError) -> Entry? { fatalError() }
  public func scan(_ cursor: inout TableCursor, slotLimit: Int, _ body: (_ key: RawSpan, _ value: RawSpan, _ stamp: UInt64) -> Void) throws(StoreError) -> Bool { fatalError() }
}
public struct TableCursor: Sendable {
  public init() {}
  public var progress: Double { 0 }
}
extension StoreError: CustomStringConvertible { public var description: String { "…" } }
