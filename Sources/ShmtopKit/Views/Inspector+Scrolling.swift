extension Inspector {
  /// How far what is shown can be scrolled; 0 where a cursor moves instead.
  var scrollLimit: Int {
    switch scope {
    case .help: HelpView(inspector: self).scrollLimit
    case .lock: LockView(inspector: self).scrollLimit
    case .table: TableView(inspector: self).scrollLimit
    case .detail: detail.map { DetailView(inspector: self, detail: $0).scrollLimit } ?? 0
    default: 0
    }
  }
}
