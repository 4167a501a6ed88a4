# SPDX-License-Identifier: Apache-2.0
"""How long a key takes to the next picture on the screen: measure.py PROGRAM [COUNT [SIDE]]"""
import os
import pathlib
import sys
import tempfile

import label_program
import photos
import webdriver


def measure(program, count=4000, side=96):
    """Key to painted picture, many photos; from the browser's own marks."""
    with tempfile.TemporaryDirectory(prefix="sslhost-label-") as place:
        folder = photos.folder_of(pathlib.Path(place) / "photos", count, side)
        label, browser = label_program.Label(program, folder), webdriver.Browser()
        try:
            browser.open(label.address)
            browser.wait("document.body.dataset.ready === 'yes'")
            browser.keys("+", *"disc", "Enter")
            browser.keys("+", *"square", "Enter")
            for _ in range(500):
                browser.keys("1")
                browser.keys("2")
            browser.wait("document.getElementById('saved').textContent === 'saved'")
            times = sorted(browser.run("return performance.getEntriesByName('key to picture').map((e) => e.duration)"))
        finally:
            browser.close()
            label.end()
        print(f"{len(times)} keys: median {times[len(times) // 2]:.1f} ms, 99th percentile "
              f"{times[int(len(times) * 0.99)]:.1f} ms, longest {times[-1]:.1f} ms; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    measure(sys.argv[1], *(int(word) for word in sys.argv[2:]))
