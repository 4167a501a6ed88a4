# SPDX-License-Identifier: Apache-2.0
"""A browser with the page of `sslhost label` in it, for tests of the page."""
import pathlib
import sys
import tempfile
import unittest

import label_program
import webdriver

SAVED = "document.getElementById('saved').textContent === 'saved'"


class PageCase(unittest.TestCase):
    program = ""  # what is started
    @classmethod
    def setUpClass(cls):
        cls.browser = webdriver.Browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()

    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="sslhost-label-")
        self.addCleanup(place.cleanup)
        self.folder = pathlib.Path(place.name) / "photos"
        self.running = []
        self.browser.resize(1280, 800)
        self.browser.console()

    def tearDown(self):
        for label in self.running:
            if label.process.poll() is None:
                label.end()

    def start(self, *more, **process):
        label = label_program.Label(self.program, self.folder, *more, **process)
        self.running.append(label)
        return label

    def open(self, label):
        self.browser.open(label.address)
        self.browser.wait("document.body.dataset.ready === 'yes'")

    def new_class(self, name):
        self.browser.keys("+", *name, "Enter")

    def place(self):
        return self.browser.text("#place")

    def counts(self):
        return self.browser.text("#counts")

    def wait_place(self, place):
        self.browser.wait(f"document.getElementById('place').textContent === '{place}'")


def main():
    """The test script's own main function; its argument: the program."""
    why = webdriver.why_missing()
    if why:
        print(f"skipped: {why}")
        sys.exit(77)
    PageCase.program = sys.argv.pop(1)
    unittest.main(verbosity=2)
