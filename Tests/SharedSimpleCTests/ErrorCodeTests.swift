import SharedSimple
import Testing

@testable import SharedSimpleC

@Suite struct ErrorCodeTests {
  /// The numbers that programs were compiled with.
  @Test func `each error of the store has the number it always had`() {
    let errors: [StoreError] = [
      .invalidName(name: "", reason: ""), .invalidOption(option: "", value: 0, lower: 0, upper: 0), .emptyKey,
      .keyTooLong(byteCount: 0, limit: 0), .emptyValue, .valueTooLong(byteCount: 0, limit: 0),
      .notFound(name: ""), .notASegment(name: "", reason: ""), .perlSegment(name: ""),
      .unsupportedVersion(name: "", found: 0, supported: 0),
      .incompatible(name: "", property: "", found: 0, expected: 0), .corrupted(name: "", detail: ""),
      .timedOut(name: "", milliseconds: 0), .permissionDenied(name: "", call: "", errno: 0),
      .otherOwner(name: "", owner: 0, user: 0), .valueLimitDiffers(name: "", existing: 0, requested: 0),
      .replaced(name: ""), .closed(name: ""), .readOnly(name: ""),
      .lockTimeout(name: "", holder: 0, holderState: "", milliseconds: 0), .lockReentered(name: ""),
      .transactionTooLarge(name: "", keys: 0, keyLimit: 0, byteCount: 0, byteLimit: 0),
      .sectionEnded(name: ""),
      .unrecoverable(name: ""), .busy(name: ""), .noSpace(name: "", needed: 0, free: 0, errno: 0),
      .noAddressSpace(name: "", needed: 0), .storeFull(name: "", region: "", limit: 0),
      .notANumber(key: "", value: ""), .overflow(key: "", value: 0, by: 0), .notText(key: ""),
      .system(name: "", call: "", errno: 0),
    ]
    #expect(errors.map { $0.code } == (1...32).map { -Int32($0) })
  }
}
