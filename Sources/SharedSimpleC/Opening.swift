public import CSharedSimple
internal import SharedSimple

@c @implementation
public func shs_open(
  _ name: UnsafePointer<CChar>!, _ mode: Int32, _ value_limit: UInt32,
  _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> Int32 {
  var options = StoreOptions()
  if value_limit != 0 { options.valueLimit = Int(value_limit) }
  return unsafe open(name, mode, options, out)
}

@c @implementation
public func shs_open_with(
  _ name: UnsafePointer<CChar>!, _ mode: Int32, _ options: UnsafePointer<shs_options>!,
  _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> Int32 {
  guard let options = unsafe options else { return unsafe open(name, mode, StoreOptions(), out) }
  if let out = unsafe out { unsafe out.pointee = nil }
  guard let known = unsafe SizedStruct.read(options, size: options.pointee.size) else {
    return refuse(.badArgument, "The size of the options is none of theirs: begin with SHS_OPTIONS_DEFAULT.")
  }
  return answering { () throws(StoreError) in unsafe open(name, mode, try StoreOptions(known), out) }
}

@c @implementation
public func shs_close(_ store: OpaquePointer!) {
  guard let store = unsafe store else { return }
  let handle = unsafe Unmanaged<StoreHandle>.fromOpaque(UnsafeRawPointer(store)).takeRetainedValue()
  handle.store.close()
}

@c @implementation
public func shs_unlink(_ name: UnsafePointer<CChar>!) -> Int32 {
  answering { () throws(StoreError) in
    guard let name = unsafe name else { return refuseNull("name") }
    try SharedStore.unlink(try unsafe text(name))
    return 0
  }
}

private func open(
  _ name: UnsafePointer<CChar>?, _ mode: Int32, _ options: StoreOptions,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  guard let out = unsafe out else { return refuseNull("out") }
  unsafe out.pointee = nil
  guard let name = unsafe name else { return refuseNull("name") }
  guard let mode = OpenMode(mode) else {
    return refuse(
      .badArgument, "\(mode) is no mode: there are 0 shared, 1 exclusive, 2 existing, 3 read-only.")
  }
  return answering { () throws(StoreError) in
    let handle = StoreHandle(
      try SharedStore(try unsafe text(name), mode: mode, options: options), CheckedCalls.self)
    unsafe out.pointee = OpaquePointer(Unmanaged.passRetained(handle).toOpaque())
    return 0
  }
}

/// A C string as text.
func text(_ string: UnsafePointer<CChar>) throws(StoreError) -> String {
  if let text = unsafe String(validatingCString: string) { return text }
  throw .notText(key: unsafe String(cString: string))
}

extension OpenMode {
  init?(_ mode: Int32) {
    switch Int(mode) {
    case SHS_SHARED: self = .shared
    case SHS_EXCLUSIVE: self = .exclusive
    case SHS_EXISTING: self = .existing
    case SHS_READ_ONLY: self = .readOnly
    default: return nil
    }
  }
}

extension StoreOptions {
  init(_ options: shs_options) throws(StoreError) {
    self.init()
    if let limit = unsafe given(options.value_limit) { valueLimit = Int(limit) }
    if let bits = unsafe given(options.permissions) { permissions = bits }
    if let byteCount = unsafe given(options.reservation) { reservation = Int(clamping: byteCount) }
    if let slots = unsafe given(options.initial_slots) { initialSlots = Int(clamping: slots) }
    if let wait = unsafe given(options.attach_timeout_ms) { attachTimeout = .milliseconds(max(wait, 0)) }
    if let wait = unsafe given(options.lock_timeout_ms) { lockTimeout = .milliseconds(max(wait, 0)) }
    acceptsOtherOwner = unsafe given(options.accepts_other_owner) != nil
    isInspector = unsafe given(options.is_inspector) != nil
    if let name = unsafe options.participant_name { participantName = try unsafe text(name) }
  }
}

/// What a field says; 0 stands for the default.
private func given<Field: FixedWidthInteger>(_ field: Field) -> Field? { field == 0 ? nil : field }
