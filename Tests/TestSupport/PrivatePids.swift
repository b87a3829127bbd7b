public import Glibc

/// A pid namespace of an agent's own: its pids and thread numbers begin at 1, as in a container.
public enum PrivatePids {
  private static let unshare =
    ["unshare", geteuid() == 0 ? "-pf" : "-Urpf", "--kill-child"]

  /// The command in front of an agent that gives it one, with a /proc to match. The agent is not the
  /// namespace's first process, which signals from within cannot kill, but its second: pid 2.
  public static let wrapper = unshare + ["--mount-proc", "sh", "-c", "\"$0\"; exit 0"]

  /// The same, but with the /proc that was there: one that numbers processes otherwise than the agent.
  public static let wrapperWithForeignProc = unshare + ["sh", "-c", "\"$0\"; exit 0"]

  /// The command that runs two agents on the same input, the second after the first has died, in a process
  /// of the same pid.
  public static func wrapper(reusing pid: Int32) -> [String] {
    let run = "echo \(pid - 1) > /proc/sys/kernel/ns_last_pid; \"$0\" 2> /dev/null"
    return unshare + ["--mount-proc", "sh", "-c", "\(run); sleep 0.1; \(run); exit 0"]
  }

  /// Whether the system lets the tests have one.
  public static let isPermitted: Bool = {
    guard let agent = try? AgentProcess(wrapper: wrapper) else { return false }
    return (try? agent.ask("pid"))?.number == 2
  }()

  /// Whether it also lets them choose a pid.
  public static let isChoosingPermitted: Bool = {
    guard let agent = try? AgentProcess(wrapper: wrapper(reusing: 500)) else { return false }
    return (try? agent.ask("pid"))?.number == 500
  }()
}

/// A namespace of times of an agent's own, in which the machine has been up for longer.
public enum PrivateTime {
  public static let wrapper =
    ["unshare", geteuid() == 0 ? "-Tf" : "-UrTf", "--kill-child", "--boottime", "1000000"]

  public static let isPermitted: Bool = {
    guard let agent = try? AgentProcess(wrapper: wrapper) else { return false }
    return (try? agent.ask("end")) == .done([])
  }()
}

extension AgentProcess {
  /// The agent's pid as this process sees it, where `pid` is that of a wrapper: its child's child's.
  public var innermostPid: pid_t {
    var pid = pid
    while let child = Self.onlyChild(of: pid) { pid = child }
    return pid
  }

  private static func onlyChild(of pid: pid_t) -> pid_t? {
    let descriptor = open("/proc/\(pid)/task/\(pid)/children", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 64)
    let count = read(descriptor, &buffer, buffer.count)
    return pid_t(String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self).prefix { $0 != " " })
  }
}
