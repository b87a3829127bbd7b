import Glibc
import ShmtopKit

/// The file that settings are kept in: `shmtop/config.toml` in `$XDG_CONFIG_HOME`, which is `~/.config` without
/// that. Only `W` writes it.
struct ConfigurationFile {
  /// nil where it is not to be read, or there is no place for it.
  private let path: String?
  private let file: SettingsFile
  /// Why it cannot be read, though it is there.
  private let problem: String?

  /// No file: all is as it is without one.
  static let none = ConfigurationFile(path: nil, file: SettingsFile(), problem: nil)

  var settings: Settings { file.settings }

  /// What is not understood, each as a sentence that names the file.
  var warnings: [String] {
    (problem.map { [$0] } ?? []) + file.warnings.map { "\(shownPath): \($0)" }
  }

  /// Whether the file is there and it cannot be known what it keeps read-only: it cannot be read, or what it says
  /// of that is not understood.
  var hidesReadOnly: Bool { problem != nil || file.hidesReadOnly }

  /// The path with `~` for the home folder.
  var shownPath: String {
    guard let path else { return "the settings file" }
    guard let home = Self.variable("HOME"), path.hasPrefix(home + "/") else { return path }
    return "~" + path.dropFirst(home.count)
  }

  /// Reads the file, if there is one.
  static func read() -> ConfigurationFile {
    // A relative path is no place: so the XDG rules have it.
    let folder =
      variable("XDG_CONFIG_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil }
      ?? variable("HOME").map { $0 + "/.config" }
    guard let path = folder.map({ $0 + "/shmtop/config.toml" }) else { return .none }
    do {
      guard let text = String(validating: try StandardStreams.readAll(ofFile: path), as: UTF8.self) else {
        throw Failure(.systemRefused, "“\(path)” is not UTF-8, and not used.")
      }
      return ConfigurationFile(path: path, file: SettingsFile(text), problem: nil)
    } catch let failure as Failure where failure.status == .notThere {
      return ConfigurationFile(path: path, file: SettingsFile(), problem: nil)
    } catch {
      let problem = (error as? Failure)?.sentence.plain ?? "\(error)"
      return ConfigurationFile(path: path, file: SettingsFile(), problem: problem)
    }
  }

  /// Writes settings into the file as it is now, which somebody may have edited since.
  ///
  /// - Returns: why it was left alone, as a sentence; nil where it was written.
  func save(_ changes: [(setting: Setting, value: SettingValue)]) -> String? {
    guard let path else { return "There is no settings file to write: started with --no-config." }
    let current = Self.read()
    if let problem = current.problem { return problem }
    guard let text = current.file.text(with: changes) else {
      return "\(shownPath) is written in a way that W cannot change; it is as it was."
    }
    do {
      try Self.replace(path, by: text)
      return nil
    } catch { return (error as? Failure)?.sentence.plain ?? "\(error)" }
  }

  /// All at once: whoever reads it meanwhile sees the old text or the new one. A symbolic link stays one.
  private static func replace(_ path: String, by text: String) throws {
    makeFolders(of: path)
    var target = path
    if let resolved = realpath(path, nil) {
      target = String(cString: resolved)
      free(resolved)
    }
    var status = stat()
    let mode = stat(target, &status) == 0 ? status.st_mode & 0o777 : 0o644
    let new = target + ".new"
    let descriptor = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { throw failure(new) }
    if let code = writeAll(Array(text.utf8), to: descriptor) {
      close(descriptor)
      unlink(new)
      errno = code
      throw failure(new)
    }
    fchmod(descriptor, mode)
    // Else a power cut could leave the new name with nothing behind it.
    fsync(descriptor)
    close(descriptor)
    guard rename(new, target) == 0 else { throw failure(target) }
  }

  private static func makeFolders(of path: String) {
    var end = path.startIndex
    while let slash = path[end...].dropFirst().firstIndex(of: "/") {
      mkdir(String(path[..<slash]), 0o700)
      end = slash
    }
  }

  private static func failure(_ path: String) -> Failure {
    Failure(.systemRefused, "“\(path)” cannot be written: \(String(cString: strerror(errno))).")
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }
}
