"""A tour of the store in Python.

    LD_LIBRARY_PATH=.build/release python3 Assets/examples/tour.py
"""

import shared_simple
from shared_simple import Store, StoreError

with Store("tour-python", mode=shared_simple.EXCLUSIVE) as store:
    store["motd"] = "back at noon"
    print("motd:", store["motd"])
    print("nothing:", store.get("nothing"))
    print("leader:", store.setdefault("leader", "me"))

    store["alice"] = "10"

    def transfer(store):
        left = store.increment("alice", -7)
        store.increment("bob", 7)
        if left < 0:
            raise ValueError("not enough")

    for _ in range(2):
        try:
            store.transaction(transfer)
            print("transfer of 7: made")
        except ValueError as error:
            print("transfer of 7: dropped,", error)

    print(len(store), "entries")
    for key, value in sorted(store.items()):
        print(f"  {key} = {value}")
    print("bob" in store, "zoe" in store)

    try:
        store["motd"] = "too long " * 10
    except StoreError as error:
        print("refused:", error)

shared_simple.unlink("tour-python")
