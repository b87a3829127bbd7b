internal import CSharedSimple
internal import Glibc
internal import SharedSimple

/// The errors of the interface itself.
enum InterfaceError {
  case badArgument
  case bufferTooSmall

  var code: Int32 {
    switch self {
    case .badArgument: Int32(SHS_ERROR_BAD_ARGUMENT)
    case .bufferTooSmall: Int32(SHS_ERROR_BUFFER_TOO_SMALL)
    }
  }
}

/// Notes an error of the interface for `shs_last_error`; returns its number.
@inline(never)
func refuse(_ error: InterfaceError, _ sentence: @autoclosure () -> String) -> Int32 {
  LastError.set(sentence())
  return error.code
}

/// Notes an error of the store for `shs_last_error`; returns its number.
@inline(never)
func refuse(_ error: StoreError) -> Int32 {
  LastError.set(error.description)
  return error.code
}

/// What a C function returns: the body's answer, or the number of the error it throws.
@inline(__always)
func answering(_ body: () throws(StoreError) -> Int32) -> Int32 {
  do throws(StoreError) { return try body() } catch { return refuse(error) }
}

/// This thread's last sentence, a C string that its thread owns.
enum LastError {
  /// `nil` where the process has used up its keys: then there are no sentences.
  private static let key: pthread_key_t? = {
    var key = pthread_key_t()
    return unsafe pthread_key_create(&key, free) == 0 ? key : nil
  }()

  static func set(_ sentence: String) {
    guard let key else { return }
    let old = unsafe pthread_getspecific(key)
    unsafe pthread_setspecific(key, strdup(sentence))
    unsafe free(old)
  }

  static var sentence: UnsafePointer<CChar> {
    guard let key, let text = unsafe pthread_getspecific(key) else { return unsafe cString("") }
    return unsafe UnsafePointer(text.assumingMemoryBound(to: CChar.self))
  }
}

/// A literal as a C string: it ends with a NUL, and is there for ever.
func cString(_ literal: StaticString) -> UnsafePointer<CChar> {
  unsafe UnsafeRawPointer(literal.utf8Start).assumingMemoryBound(to: CChar.self)
}

@c @implementation
public func shs_last_error() -> UnsafePointer<CChar>! { unsafe LastError.sentence }
