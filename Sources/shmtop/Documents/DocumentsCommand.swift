import ArgumentParser
import Glibc
import ShmtopKit

/// Writes what ships beside the program and is made by it: the manual page, the completions, and pictures of the
/// screen.
struct DocumentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "documents",
    abstract: "Write the manual page, the completions and pictures of the screen into a folder.",
    shouldDisplay: false)

  @Argument(help: "The folder, with demo.recording in it, which the pictures are drawn from.") var folder:
    String

  func run() throws {
    for (name, text) in try documents() {
      let path = folder + "/" + name
      guard let file = fopen(path, "w") else {
        throw Failure(.systemRefused, "“\(path)” cannot be written: \(String(cString: strerror(errno))).")
      }
      fputs(text, file)
      guard fclose(file) == 0 else {
        throw Failure(.systemRefused, "“\(path)” cannot be written: \(String(cString: strerror(errno))).")
      }
    }
  }

  /// Each by its path in `Assets`.
  private func documents() throws -> [(name: String, text: String)] {
    let tree = try CommandTree.ofProgram()
    return try [
      ("shmtop.1", ManualPage(tree: tree).text),
      ("completions/shmtop.bash", BashCompletions(tree: tree).text),
      ("completions/_shmtop", ZshCompletions(tree: tree).text),
      ("completions/shmtop.fish", FishCompletions(tree: tree).text),
    ] + Pictures(recording: folder + "/demo.recording").all()
  }
}
