import Glibc

/// How an agent is run as a user without rights, where the tests run as root.
public enum Unprivileged {
  /// The user and group it runs as: arbitrary, and nobody's.
  public static let user: UInt32 = 54321

  /// The command in front of the agent; empty where the tests have no rights themselves.
  public static var wrapper: [String] {
    geteuid() == 0 ? ["setpriv", "--reuid=\(user)", "--regid=\(user)", "--clear-groups", "--"] : []
  }

  /// A copy of the agent that every user may execute: the build folder may lie where only root may look.
  public static let agentPath: String = {
    guard geteuid() == 0 else { return AgentProcess.executable }
    let copy = ScratchFile(byteCount: 0)
    copyForEver = copy
    let source = open(AgentProcess.executable, O_RDONLY | O_CLOEXEC)
    let target = open(copy.path, O_WRONLY | O_CLOEXEC)
    defer {
      close(source)
      close(target)
    }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = read(source, &buffer, buffer.count)
      guard count > 0 else { break }
      precondition(write(target, buffer, count) == count, "/tmp has no room for the agent")
    }
    fchmod(target, 0o755)
    return copy.path
  }()

  // Written once, under the initialisation of `agentPath`.
  nonisolated(unsafe) private static var copyForEver: ScratchFile?
}
