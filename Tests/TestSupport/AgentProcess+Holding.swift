extension AgentProcess {
  /// An agent that took a store's lock and is stopped while it has it: whoever wants the lock waits in vain.
  ///
  /// It is killed once nobody refers to it any more; `defer { holder.kill() }` keeps it until the test is done.
  public static func stoppedHolder(of segment: TemporaryStore) throws -> AgentProcess {
    let holder = try AgentProcess()
    try holder.ask("open", "h", segment.name)
    try holder.ask("hold", "h")
    holder.stop()
    return holder
  }
}
