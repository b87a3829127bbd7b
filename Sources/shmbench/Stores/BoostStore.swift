import CBench
import FoundationEssentials
import Glibc

/// Boost.Interprocess: an unordered map in managed shared memory under one mutex.
///
/// Boost is templates, so there is no library to load: where its headers and g++ are, a driver is compiled.
final class BoostStore: Subject {
  private static let header = "/usr/include/boost/interprocess/managed_shared_memory.hpp"

  private let closeStore: bench_boost_close
  private let putEntry: bench_boost_put
  private let getEntry: bench_boost_get
  private let removeEntry: bench_boost_remove
  private let store: UnsafeMutableRawPointer
  private let buffer: UnsafeMutableRawPointer

  init(_ place: Place, creates: Bool) throws {
    guard let driver = place.driver else { throw Failure("Boost's driver is not compiled") }
    let library = try DynamicLibrary(driver)
    let open: bench_boost_open = try library.function("bench_boost_open")
    closeStore = try library.function("bench_boost_close")
    putEntry = try library.function("bench_boost_put")
    getEntry = try library.function("bench_boost_get")
    removeEntry = try library.function("bench_boost_remove")
    buffer = .allocate(byteCount: max(place.valueLimit, 64), alignment: 16)
    guard let store = open(place.name, creates ? 1 : 0) else { throw Failure("Boost: no store") }
    self.store = store
  }

  func put(_ key: UnsafeRawBufferPointer, _ value: Value) throws {
    if putEntry(store, key.baseAddress, key.count, value.bytes.baseAddress, value.bytes.count) != 0 {
      throw Failure("Boost: put failed")
    }
  }

  func get(_ key: UnsafeRawBufferPointer) -> Bool { getEntry(store, key.baseAddress, key.count, buffer) == 0 }

  func remove(_ key: UnsafeRawBufferPointer) -> Bool { removeEntry(store, key.baseAddress, key.count) == 0 }

  func close() { closeStore(store) }

  /// Compiles the driver; returns its file.
  static func compileDriver(in folder: String) throws -> String {
    guard access(Self.header, R_OK) == 0 else { throw Failure("its headers are not installed") }
    let compilers: [String] = ["/usr/bin/g++", "/usr/local/bin/g++"]
    guard let compiler = compilers.first(where: { access($0, X_OK) == 0 }) else {
      throw Failure("there is no g++ to compile its driver with")
    }
    let (source, driver) = ("\(folder)/boost.cpp", "\(folder)/boost.so")
    try Data(Self.driverSource.utf8).write(to: URL(filePath: source))
    let compilation = try EndSignals.starting {
      try Program(
        path: compiler, ["-O2", "-w", "-shared", "-fPIC", "-o", driver, source, "-lrt", "-lpthread"],
        input: nil,
        output: nil)
    }
    defer { EndSignals.hasEnded(compilation) }
    if let ending = compilation.wait() { throw Failure("its driver does not compile: \(ending)") }
    return driver
  }

  /// The driver's source: C functions over what Boost's own examples build.
  private static let driverSource = """
    #include <boost/interprocess/managed_shared_memory.hpp>
    #include <boost/interprocess/allocators/allocator.hpp>
    #include <boost/interprocess/containers/string.hpp>
    #include <boost/interprocess/sync/interprocess_mutex.hpp>
    #include <boost/interprocess/sync/scoped_lock.hpp>
    #include <boost/unordered_map.hpp>
    #include <cstring>
    namespace bi = boost::interprocess;
    typedef bi::managed_shared_memory::segment_manager Manager;
    typedef bi::allocator<char, Manager> Characters;
    typedef bi::basic_string<char, std::char_traits<char>, Characters> Text;
    typedef bi::allocator<std::pair<const Text, Text>, Manager> Entries;
    typedef boost::unordered_map<Text, Text, boost::hash<Text>, std::equal_to<Text>, Entries> Map;
    typedef bi::scoped_lock<bi::interprocess_mutex> Hold;
    struct Store {
      bi::managed_shared_memory memory;
      Map *map;
      bi::interprocess_mutex *mutex;
      Characters characters() { return Characters(memory.get_segment_manager()); }
    };
    extern "C" {
    void *bench_boost_open(const char *name, int creates) try {
      Store *store = new Store;
      if (creates) {
        bi::managed_shared_memory(bi::create_only, name, 1ull << 29).swap(store->memory);
        Manager *manager = store->memory.get_segment_manager();
        store->map = store->memory.construct<Map>("map")(3, boost::hash<Text>(), std::equal_to<Text>(), Entries(manager));
        store->mutex = store->memory.construct<bi::interprocess_mutex>("mutex")();
      } else {
        bi::managed_shared_memory(bi::open_only, name).swap(store->memory);
        store->map = store->memory.find<Map>("map").first;
        store->mutex = store->memory.find<bi::interprocess_mutex>("mutex").first;
      }
      return store;
    } catch (...) { return nullptr; }
    void bench_boost_close(void *opaque) { delete (Store *)opaque; }
    int bench_boost_put(void *opaque, const void *key, size_t kl, const void *value, size_t vl) try {
      Store *store = (Store *)opaque;
      Hold hold(*store->mutex);
      Text text((const char *)key, kl, store->characters());
      Map::iterator found = store->map->find(text);
      if (found != store->map->end()) found->second.assign((const char *)value, vl);
      else store->map->emplace(boost::move(text), Text((const char *)value, vl, store->characters()));
      return 0;
    } catch (...) { return -1; }
    int bench_boost_get(void *opaque, const void *key, size_t kl, void *buffer) {
      Store *store = (Store *)opaque;
      Hold hold(*store->mutex);
      Map::iterator found = store->map->find(Text((const char *)key, kl, store->characters()));
      if (found == store->map->end()) return 1;
      memcpy(buffer, found->second.data(), found->second.size());
      return 0;
    }
    int bench_boost_remove(void *opaque, const void *key, size_t kl) {
      Store *store = (Store *)opaque;
      Hold hold(*store->mutex);
      return store->map->erase(Text((const char *)key, kl, store->characters())) == 1 ? 0 : 1;
    }
    }
    """
}
