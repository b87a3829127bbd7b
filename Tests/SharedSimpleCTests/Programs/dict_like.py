"""The Python store beside a dict; ends with an AssertionError where they differ."""

import os
import random
import sys
import threading

import shared_simple
from shared_simple import EXCLUSIVE, EXISTING, READ_ONLY, Store, StoreError


def raises(kind, call, code=None):
    try:
        call()
    except kind as error:
        assert code is None or error.code == code, error.code
        return
    raise AssertionError(f"{kind.__name__} was not raised")


name = sys.argv[1]
seed = int(os.environ.get("SHMTOP_SEED", random.randrange(1 << 32)))
print("seed", seed)
random.seed(seed)

store, model = Store(name, EXCLUSIVE, value_limit=4096), {}
keys = ["a", "b" * 300, "ü", "nul\0nul", b"\xff\xfe".decode("utf-8", "surrogateescape"), "e"]
for _ in range(4000):
    key, choice = random.choice(keys), random.randrange(8)
    value = chr(random.randrange(0xE000, 0xF000)) * random.choice([1, 20, 21, 22, 1000])
    if choice < 3:
        store[key] = model[key] = value
    elif choice == 3:
        assert store.pop(key, None) == model.pop(key, None)
    elif choice == 4:
        assert store.setdefault(key, value) == model.setdefault(key, value)
    elif choice == 5:
        assert store.get(key) == model.get(key)
    elif choice == 6:
        assert (key in store) == (key in model) and len(store) == len(model)
    else:
        assert store == model and sorted(store) == sorted(model)
assert dict(store) == model and dict(store.items()) == model and sorted(store.values()) == sorted(model.values())
store.clear()
assert not store

raises(KeyError, lambda: store["missing"])
raises(KeyError, lambda: store.__delitem__("missing"))
raises(StoreError, lambda: store[""], -3)
raises(StoreError, lambda: store.__setitem__("k", ""), -5)
raises(StoreError, lambda: store.__setitem__("k", "x" * 4097), -6)
raises(StoreError, lambda: Store(name, 9), -100)
raises(StoreError, lambda: Store(name + "-none", EXISTING), -7)
assert store.increment("n") == 1 and store.increment("n", -3) == -2 and store["n"] == "-2"
assert store.compare_and_swap("n", "-2", "x") and not store.compare_and_swap("n", None, "y")

with Store(name, READ_ONLY) as reader:
    assert reader["n"] == "x"
    raises(StoreError, lambda: reader.__setitem__("n", "y"), -19)
raises(StoreError, lambda: reader["n"], -100)


def fails(inside):
    inside["n"] = "dropped"
    assert inside["n"] == "dropped"
    raise ZeroDivisionError


raises(ZeroDivisionError, lambda: store.transaction(fails))
assert store["n"] == "x"
raises(ZeroDivisionError, lambda: store.with_lock(fails))
assert store["n"] == "dropped"
assert store.transaction(lambda inside: inside.increment("t", 4)) == 4 and store["t"] == "4"


def both(inside):
    value = int(inside.get("sum", "0"))
    inside["sum"] = str(value + 1)


threads = [threading.Thread(target=lambda: [store.with_lock(both) for _ in range(200)]) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert store["sum"] == "800"

child = os.fork()
if child == 0:
    store["child"] = "was here"
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0 and store["child"] == "was here"
store.close()
store.close()
shared_simple.unlink(name)
raises(StoreError, lambda: shared_simple.unlink(name), -7)
print("as a dict")
