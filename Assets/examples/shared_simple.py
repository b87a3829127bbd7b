"""A store in shared memory that feels like a dict.

    from shared_simple import Store

    with Store("sessions") as store:
        store["user:1"] = "Ada"
        print(store.get("user:1", "nobody"))

Keys and values are str or bytes; what is read is str. Bytes that are not UTF-8 come back as surrogates
(PEP 383): value.encode("utf-8", "surrogateescape") is what was put.

The library is libSharedSimpleC.so, found by the loader (LD_LIBRARY_PATH), or what SHARED_SIMPLE_LIBRARY names.
"""

import collections.abc
import ctypes
import os
from ctypes import POINTER, byref, c_char_p, c_int, c_int64, c_size_t, c_uint32, c_uint64, c_void_p

SHARED, EXCLUSIVE, EXISTING, READ_ONLY = range(4)

_BUFFER_TOO_SMALL = -101
_VISIT = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_size_t, c_void_p, c_size_t)
_BODY = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p)


class StoreError(Exception):
    """What the store refuses or fails to do; code is the number in shared_simple.h."""

    def __init__(self, code, sentence):
        super().__init__(sentence)
        self.code = code


def _load():
    library = ctypes.CDLL(os.environ.get("SHARED_SIMPLE_LIBRARY", "libSharedSimpleC.so"))
    store, key, value = c_void_p, (c_char_p, c_size_t), (c_char_p, c_size_t)
    for name, arguments in {
        "open": (c_char_p, c_int, c_uint32, POINTER(c_void_p)),
        "unlink": (c_char_p,),
        "put": (store, *key, *value),
        "get": (store, *key, c_void_p, c_size_t, POINTER(c_size_t)),
        "contains": (store, *key),
        "remove": (store, *key),
        "remove_all": (store,),
        "count": (store, POINTER(c_uint64)),
        "snapshot": (store, _VISIT, c_void_p),
        "increment": (store, *key, c_int64, POINTER(c_int64)),
        "compare_and_swap": (store, *key, c_char_p, c_size_t, *value),
        "transaction": (store, _BODY, c_void_p),
        "with_lock": (store, _BODY, c_void_p),
    }.items():
        function = getattr(library, "shs_" + name)
        function.argtypes, function.restype = arguments, c_int
    library.shs_close.argtypes, library.shs_close.restype = (store,), None
    library.shs_last_error.argtypes, library.shs_last_error.restype = (), c_char_p
    return library


_library = _load()


def _sound(result):
    """A call's answer; its error raised."""
    if result < 0:
        raise StoreError(result, _library.shs_last_error().decode())
    return result


def _bytes(text):
    return text.encode("utf-8", "surrogateescape") if isinstance(text, str) else bytes(text)


def _text(data):
    return data.decode("utf-8", "surrogateescape")


def unlink(name):
    """Takes a segment's name away; who has it open goes on."""
    _sound(_library.shs_unlink(name.encode()))


class Store(collections.abc.MutableMapping):
    """An open store. Threads may share it; a forked child goes on with it."""

    def __init__(self, name, mode=SHARED, value_limit=0):
        self._store = None
        store = c_void_p()
        _sound(_library.shs_open(name.encode(), mode, value_limit, byref(store)))
        self._store = store

    def close(self):
        """Closes it; no other thread may be using it."""
        store, self._store = self._store, None
        if store:
            _library.shs_close(store)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    __del__ = close

    def __getitem__(self, key):
        data, length, capacity = _bytes(key), c_size_t(), 64
        while True:
            buffer = ctypes.create_string_buffer(capacity)
            result = _library.shs_get(self._store, data, len(data), buffer, capacity, byref(length))
            if result == 0:
                return _text(buffer.raw[: length.value])
            if result == 1:
                raise KeyError(key)
            if result != _BUFFER_TOO_SMALL:
                _sound(result)
            capacity = length.value

    def __setitem__(self, key, value):
        key, value = _bytes(key), _bytes(value)
        _sound(_library.shs_put(self._store, key, len(key), value, len(value)))

    def __delitem__(self, key):
        data = _bytes(key)
        if _sound(_library.shs_remove(self._store, data, len(data))) == 1:
            raise KeyError(key)

    def __contains__(self, key):
        data = _bytes(key)
        return _sound(_library.shs_contains(self._store, data, len(data))) == 0

    def __len__(self):
        count = c_uint64()
        _sound(_library.shs_count(self._store, byref(count)))
        return count.value

    def copy(self):
        """All entries at one instant, as a dict."""
        entries = {}

        def visit(_, key, key_length, value, value_length):
            entries[_text(ctypes.string_at(key, key_length))] = _text(ctypes.string_at(value, value_length))
            return 0

        _sound(_library.shs_snapshot(self._store, _VISIT(visit), None))
        return entries

    def __iter__(self):
        return iter(self.copy())

    def keys(self):
        return self.copy().keys()

    def values(self):
        return self.copy().values()

    def items(self):
        return self.copy().items()

    def clear(self):
        _sound(_library.shs_remove_all(self._store))

    def setdefault(self, key, default):
        """The value of a key, which gets this one if it is missing: one step for all processes."""
        while True:
            if self.compare_and_swap(key, None, default):
                return _text(_bytes(default))
            try:
                return self[key]
            except KeyError:
                pass  # removed in between

    def increment(self, key, by=1):
        """Adds to a number kept as decimal text; a missing key counts as 0. Returns the new number."""
        data, number = _bytes(key), c_int64()
        _sound(_library.shs_increment(self._store, data, len(data), by, byref(number)))
        return number.value

    def compare_and_swap(self, key, expected, new):
        """Stores a value if the key has the expected one (None: is missing); returns whether it did."""
        key, new = _bytes(key), _bytes(new)
        expected = None if expected is None else _bytes(expected)
        length = 0 if expected is None else len(expected)
        return _sound(_library.shs_compare_and_swap(self._store, key, len(key), expected, length, new, len(new))) == 0

    def transaction(self, body):
        """Calls body(store): all of what it changes becomes real, or, where it raises, nothing."""
        return self._run(_library.shs_transaction, body)

    def with_lock(self, body):
        """Calls body(store) while no other writer gets in between; what it has changed stays."""
        return self._run(_library.shs_with_lock, body)

    def _run(self, call, body):
        outcome = []

        def run(_, store):
            try:
                outcome.append((body(self), None))
                return 0
            except BaseException as error:  # nothing may be thrown through C
                outcome.append((None, error))
                return 1

        result = call(self._store, _BODY(run), None)
        if outcome and outcome[0][1] is not None:
            raise outcome[0][1]
        _sound(result)
        return outcome[0][0]

    def __repr__(self):
        return f"Store({self.copy()!r})" if self._store else "Store(closed)"
