"""One of three processes that share a segment; see LanguageTests."""

import sys
import time

from shared_simple import EXISTING, Store

with Store(sys.argv[1], mode=EXISTING) as store:
    store["python"] = "here"

    def wait_for(*keys):
        deadline = time.monotonic() + 120
        while any(key not in store for key in keys):
            if time.monotonic() > deadline:
                sys.exit("the others do not come: " + ", ".join(keys))
            time.sleep(0.001)

    wait_for("swift", "perl")
    for number in range(2000):
        store[f"python {number}"] = f"ß\0{number}"
        store.increment("turns")
    store["python done"] = "yes"
    wait_for("swift done", "perl done")
    every = store.copy()
    for other in "swift", "perl":
        for number in range(2000):
            assert every[f"{other} {number}"] == f"ß\0{number}", (other, number)
