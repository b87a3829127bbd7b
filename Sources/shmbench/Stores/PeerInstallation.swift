import FoundationEssentials
import Glibc

/// Which peers this machine has.
struct PeerInstallation {
  /// Those that can be measured.
  let shared: [SubjectKind]
  /// Those that cannot, each with the reason.
  let omissions: [String]
  /// Boost's driver, compiled; nil where it could not be.
  let boostDriver: String?

  init(_ scratch: Scratch) {
    var shared: [SubjectKind] = []
    var omissions: [String] = []
    for (kind, file, package) in [
      (SubjectKind.lmdb, LMDBStore.file, "liblmdb0"), (.tdb, TdbStore.file, "libtdb1"),
    ] {
      if (try? DynamicLibrary(file)) != nil {
        shared.append(kind)
      } else {
        omissions.append("\(kind.title), because \(file) is not installed (Debian: \(package)).")
      }
    }
    do {
      boostDriver = try Self.compileDriver(scratch)
      shared.append(.boost)
    } catch {
      boostDriver = nil
      omissions.append("\(SubjectKind.boost.title), because \(error) (Debian: libboost-dev, g++).")
    }
    self.shared = shared
    self.omissions = omissions
  }

  private static func compileDriver(_ scratch: Scratch) throws -> String {
    guard access(BoostStore.header, R_OK) == 0 else { throw Failure("its headers are not installed") }
    let compilers: [String] = ["/usr/bin/g++", "/usr/local/bin/g++"]
    guard let compiler = compilers.first(where: { access($0, X_OK) == 0 }) else {
      throw Failure("there is no g++ to compile its driver with")
    }
    let folder = scratch.folder()
    let (source, driver) = ("\(folder)/boost.cpp", "\(folder)/boost.so")
    try Data(BoostStore.driverSource.utf8).write(to: URL(filePath: source))
    let compilation = try EndSignals.starting {
      try Program(
        path: compiler, ["-O2", "-w", "-shared", "-fPIC", "-o", driver, source, "-lrt", "-lpthread"],
        input: nil,
        output: nil)
    }
    defer { EndSignals.hasEnded(compilation) }
    if let ending = compilation.wait() { throw Failure("its driver does not compile: \(ending)") }
    return driver
  }
}
