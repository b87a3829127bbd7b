public import SharedSimple

/// The name of the case that a body throws as a `StoreError`; `nil` if it throws nothing.
///
/// For errors whose sentence or numbers are not what the test is about.
public func refusal<R>(_ body: () throws -> R) -> String? {
  do {
    _ = try body()
    return nil
  } catch let error as StoreError {
    return error.caseName
  } catch {
    return "another error: \(error)"
  }
}

extension StoreError {
  /// The case's name.
  public var caseName: String {
    switch self {
    case .emptyKey: "emptyKey"
    case .emptyValue: "emptyValue"
    default: Mirror(reflecting: self).children.first?.label ?? "\(self)"
    }
  }
}
