import Glibc
import ShmtopKit

/// What the user's locale lets a terminal show.
enum Locale {
  static var repertoire: SafeText.Repertoire {
    setlocale(LC_CTYPE, "")
    return String(cString: nl_langinfo(Int32(CODESET))) == "UTF-8" ? .unicode : .ascii
  }

  /// A sentence of this program, fit for a terminal. The segments and keys it names may hold anything.
  static func shown(_ sentence: Sentence) -> String { sentence.shown(repertoire) }
}
