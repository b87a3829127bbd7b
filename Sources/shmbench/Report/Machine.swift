import FoundationEssentials
import Glibc

/// The machine that figures were taken on, as it describes itself.
struct Machine: Codable, Equatable {
  var processor: String
  var coreCount: Int
  var memoryByteCount: Int
  var system: String
  var kernel: String
  /// Processes that wanted a core, on average over the minute before: more than 0.5 says that it was not quiet.
  var load: Double

  init() {
    let cpu = Self.lines("/proc/cpuinfo").first { $0.hasPrefix("model name") || $0.hasPrefix("CPU part") }
    processor = cpu?.split(separator: ":").last.map { Self.trimmed($0) } ?? "unknown"
    coreCount = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    memoryByteCount = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    let release = Self.lines("/etc/os-release").first { $0.hasPrefix("PRETTY_NAME=") }
    system = release.map { $0.dropFirst(12).filter { $0 != "\"" } } ?? "Linux"
    kernel = Self.lines("/proc/sys/kernel/osrelease").first ?? "unknown"
    load = Self.lines("/proc/loadavg").first?.split(separator: " ").first.flatMap { Double($0) } ?? 0
  }

  /// For a caption: “AMD EPYC, 2 cores, 24 GiB, Debian …, Linux 6.1”.
  var caption: String {
    let gibibytes = Int((Double(memoryByteCount) / Double(1 << 30)).rounded(.up))
    return
      "\(processor), \(coreCount) \(coreCount == 1 ? "core" : "cores"), \(gibibytes) GiB, \(system), Linux \(kernel)"
  }

  private static func trimmed(_ text: Substring) -> String {
    String(text.drop { $0 == " " || $0 == "\t" })
  }

  private static func lines(_ path: String) -> [String] {
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
