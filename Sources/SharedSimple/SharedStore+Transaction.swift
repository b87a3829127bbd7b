extension SharedStore {
  /// Changes several keys, all or nothing (rule R11).
  ///
  /// ```swift
  /// try store.transaction { transfer in
  ///   try transfer.increment("alice", by: -5)
  ///   try transfer.increment("bob", by: 5)
  /// }
  /// ```
  ///
  /// The closure runs with the mutex held, and reads what it has written itself. When it returns, all of its
  /// changes are made; when it throws, or has called `rollBack`, none. A process killed at any instant, growth and
  /// recovery included, leaves all of them or none. Snapshots (`all`), sections (`withLock`) and other
  /// transactions see all or none as well; a lock-free `get` may see one key's change a moment before another's.
  ///
  /// Keep the body short: all writers wait for it. Inside, the store's own writing operations throw
  /// `lockReentered`; its lock-free reads work, and see nothing of the transaction.
  ///
  /// - Returns: what the closure returns.
  /// - Throws: what taking the lock throws, what the body throws; `noSpace` or `storeFull` when there is no room for
  ///   all of the changes, and then none is made (each key that is new counts, also where others are removed: at the
  ///   index's very limit single calls may succeed where the batch does not); `sectionEnded` in a child that was forked inside.
  /// - Complexity: the changes are copied twice; at most 65,536 keys and 64 MiB of keys and values.
  /// - Concurrency: takes the lock and holds it during the whole call.
  @discardableResult
  public func transaction<R>(_ body: (inout Transaction) throws -> R) throws -> R {
    let writer = try beginWriting()
    defer { endWriting(writer) }
    var transaction = Transaction(self, writer)
    do {
      let result = try body(&transaction)
      try requireHold(writer)
      if transaction.isRolledBack {
        TransactionStatistics(segment).addRolledBack()
      } else {
        try writer.commit(transaction.changes)
      }
      return result
    } catch {
      if (try? requireHold(writer)) != nil { TransactionStatistics(segment).addRolledBack() }
      throw error
    }
  }
}
