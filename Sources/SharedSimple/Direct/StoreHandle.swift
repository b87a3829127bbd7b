internal import Synchronization

/// A store in the hands of somebody to whom nothing can be thrown: what an `shs_store *` points at.
package final class StoreHandle: Sendable {
  package let store: SharedStore
  let caller: any DirectCaller.Type

  /// Whether a thread is inside of a body, so that all others need not ask whether they are. That thread sees what it
  /// stored itself, so no order is needed; whatever another one sees is right.
  private let entered = Atomic<Bool>(false)
  package var isEntered: Bool {
    @inline(__always) get { entered.load(ordering: .relaxed) }
    set { entered.store(newValue, ordering: .relaxed) }
  }

  /// - Parameter caller: answers where `DirectCalls` does not.
  package init(_ store: SharedStore, _ caller: any DirectCaller.Type) {
    self.store = store
    self.caller = caller
  }
}
