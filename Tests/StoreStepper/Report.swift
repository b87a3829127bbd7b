import Glibc

/// What the runs have come to. Findings are printed as they come; a run goes on after one, and ends after some.
final class Report {
  private(set) var findingCount = 0
  static let findingLimit = 20

  struct TooMuch: Error {}

  func note(_ findings: [String], at moment: String) throws {
    for finding in findings {
      print("FOUND at \(moment): \(finding)")
      findingCount += 1
    }
    fflush(nil)
    if findingCount >= Self.findingLimit { throw TooMuch() }
  }

  func say(_ line: String) {
    print(line)
    fflush(nil)
  }
}

/// Ends this process when one examination takes too long, saying which: an endless loop must not look like
/// patience.
enum HangWatch {
  nonisolated(unsafe) private static var moment: [UInt8] = []
  private static let seconds: UInt32 = 60

  static func watch<R>(_ what: String, _ body: () throws -> R) rethrows -> R {
    moment = Array("FOUND at \(what): it hangs\n".utf8)
    signal(SIGALRM) { _ in
      HangWatch.moment.withUnsafeBytes { _ = write(1, $0.baseAddress, $0.count) }
      _exit(1)
    }
    alarm(seconds)
    defer { alarm(0) }
    return try body()
  }
}
