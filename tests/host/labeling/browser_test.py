# SPDX-License-Identifier: Apache-2.0
"""The page of `sslhost label` in Chromium: keys, undo, reload, kill -9, two windows, many pictures, a phone.

browser_test.py PROGRAM
"""
import signal

import photos
from page_case import PageCase, SAVED, main


class PageTest(PageCase):
    def test_thirty_by_keyboard_with_undo_reload_and_a_kill(self):
        photos.folder_of(self.folder, 40)
        label = self.start()
        self.open(label)
        self.new_class("disc")
        self.new_class("square")
        for number in range(2, 15):
            self.browser.keys("1" if number % 2 == 0 else "2")
        self.wait_place("16 of 40")
        self.browser.wait(SAVED)
        self.browser.keys("1", "1", "1")
        self.wait_place("19 of 40")
        for place in ("18", "17", "16"):  # back to where each was given
            self.browser.keys("Backspace")
            self.wait_place(f"{place} of 40")
        self.assertEqual(self.counts(), "15 of 40 labeled")
        self.browser.reload()
        self.browser.wait("document.body.dataset.ready === 'yes'")
        self.wait_place("16 of 40")
        for number in range(15, 20):
            self.browser.keys("1" if number % 2 == 0 else "2")
        self.browser.wait(SAVED + " && document.getElementById('place').textContent === '21 of 40'")
        label.end(signal.SIGKILL)
        self.browser.keys("1")
        self.browser.wait("!document.getElementById('banner').hidden")
        self.assertIn("1 answer of this window is not saved yet", self.browser.text("#banner"))
        again = self.start()
        self.open(again)
        self.assertEqual(self.counts(), "20 of 40 labeled")
        self.browser.keys("Backspace")  # what another start of the program was told
        self.browser.wait("document.getElementById('counts').textContent.startsWith('19 of 40')")
        for number in range(19, 30):
            self.browser.keys("1" if number % 2 == 0 else "2")
        self.browser.wait(SAVED + " && document.getElementById('counts').textContent.startsWith('30 of')")
        self.assertIn("30 of 40 pictures have a label", again.end())
        wanted = {f"photo_{n:05}.png": "disc" if n % 2 == 0 else "square" for n in range(30)}
        self.assertEqual({name: one for name, one in again.labels().items() if one}, wanted)

    def test_two_windows_agree(self):
        photos.folder_of(self.folder, 6)
        label = self.start()
        self.open(label)
        first, second = self.browser.window(), self.browser.new_window()
        try:
            self.browser.switch(second)
            self.open(label)
            self.new_class("disc")
            self.browser.wait(SAVED)
            self.browser.switch(first)
            self.browser.wait("document.getElementById('counts').textContent.startsWith('1 of 6')")
            self.browser.keys("Left")
            self.new_class("ball")  # the last answer wins
            self.browser.wait(SAVED)
            self.browser.switch(second)
            self.browser.keys("Left")
            self.browser.wait("document.getElementById('answer').textContent === 'ball'")
        finally:
            self.browser.switch(second)
            self.browser.close_window()
            self.browser.switch(first)
        label.end()
        self.assertEqual(label.labels(), {"photo_00000.png": "ball"})

    def test_skip_unsure_arrows_and_zoom(self):
        photos.folder_of(self.folder, 5)
        label = self.start()
        self.open(label)
        self.browser.keys(" ")
        self.wait_place("2 of 5")
        self.browser.keys("?")
        self.wait_place("3 of 5")
        self.assertEqual(self.counts(), "0 of 5 labeled, 1 unsure")
        self.browser.keys("Left")
        self.wait_place("2 of 5")
        self.assertEqual(self.browser.text("#answer"), "unsure")
        self.browser.keys("z")
        self.assertTrue(self.browser.run("return document.getElementById('stage').classList.contains('own-size')"))
        self.browser.keys("Right", "Right", "Right")
        self.wait_place("5 of 5")
        self.browser.keys(*"xy", "Enter")  # typing makes a class
        self.wait_place("1 of 5")  # which was skipped
        self.assertIn("1 are unsure", label.end())
        self.assertEqual(label.labels(), {"photo_00004.png": "xy"})

    def test_grid_gives_many_one_class(self):
        photos.folder_of(self.folder, 30)
        label = self.start()
        self.open(label)
        self.new_class("disc")
        self.browser.keys("g")
        self.browser.wait("document.querySelectorAll('#grid canvas').length === 29")
        self.browser.keys("Right", " ", "Right", " ", "Right")
        self.browser.chord("Shift", " ")
        self.browser.wait("document.querySelectorAll('#grid [aria-selected=true]').length === 3")
        self.browser.keys("1")
        self.browser.wait("document.querySelectorAll('#grid [role=option]').length === 26")
        self.browser.chord("Control", "a")
        self.browser.type("#new-name", "rest")
        self.browser.keys("Enter")
        self.browser.wait(SAVED + " && document.getElementById('counts').textContent.startsWith('30 of 30')")
        self.browser.keys("Backspace")
        self.browser.wait("document.querySelectorAll('#grid [role=option]').length === 26")
        label.end()
        self.assertEqual([one for one in label.labels().values() if one], ["disc"] * 4)

    def test_classes_are_renamed_and_joined_after_a_question(self):
        photos.folder_of(self.folder, 4)
        label = self.start()
        self.open(label)
        for name in ("bee", "wasp", "<b>bold</b>"):
            self.new_class(name)
        self.browser.wait(SAVED)
        self.assertEqual(self.browser.text("#classes li:nth-child(3) span"), "<b>bold</b>")
        self.browser.click("#classes li:nth-child(1) .more")
        self.browser.type("#change-name", "wasp")
        self.assertIn("The one picture of bee becomes wasp", self.browser.text("#change-words"))
        self.browser.click("#change-do")
        self.browser.wait("document.querySelectorAll('#classes li').length === 2")
        self.browser.click("#classes li:nth-child(1) .more")
        self.browser.type("#change-name", "insect")
        self.browser.keys("Enter")
        self.browser.wait("document.querySelector('#classes li span').textContent === 'insect'")
        self.browser.wait(SAVED)
        label.end()
        self.assertEqual(list(label.labels().values()), ["insect", "insect", "<b>bold</b>"])

    def test_doubtful_names_of_classes_are_spoken_of(self):
        photos.folder_of(self.folder, 5)
        label = self.start()
        self.open(label)
        self.new_class("cat")
        self.wait_place("2 of 5")
        self.browser.run("window.confirm = (words) => { window.asked = words; return window.reply; }")
        self.new_class("Cat")
        self.assertEqual(self.browser.run("return window.asked"), "There is a class cat already. Make another one, Cat?")
        self.assertEqual(self.place(), "2 of 5")
        self.assertEqual(self.browser.text("#new-words"), "There is a class cat already. ")
        self.browser.run("window.reply = true")
        self.browser.keys("Enter")
        self.wait_place("3 of 5")
        self.browser.run("window.asked = ''")
        self.new_class("cat")  # which there is
        self.wait_place("4 of 5")
        self.browser.keys("+", *"a/b")
        self.assertIn("no folder for a class with /", self.browser.text("#new-words"))
        self.browser.keys("Enter")
        self.wait_place("5 of 5")
        self.assertEqual(self.browser.text("#new-words"), "")
        self.browser.click("#classes li:nth-child(3) .more")
        self.browser.run("document.getElementById('change-name').value = ''")
        self.browser.type("#change-name", "CAT")
        self.assertEqual(self.browser.text("#change-words"), "There is a class cat already. ")
        self.assertEqual(self.browser.run("return window.asked"), "")
        self.browser.click("#change-close")
        self.browser.wait(SAVED)
        label.end()
        self.assertEqual(list(label.labels().values()), ["cat", "Cat", "cat", "a/b"])

    def test_class_buttons_stay_while_numbers_change(self):
        photos.folder_of(self.folder, 6)
        label = self.start()
        self.open(label)
        self.new_class("disc")
        self.browser.wait(SAVED)
        self.browser.run("window.button = document.querySelector('#classes .give')")
        self.browser.keys("1", "1")
        self.browser.wait("document.querySelector('#classes i').textContent.startsWith('3')")
        self.assertTrue(self.browser.run("return window.button === document.querySelector('#classes .give')"))
        label.end()

    def test_mouse_alone_on_a_phone(self):
        photos.folder_of(self.folder, 8)
        label = self.start()
        self.browser.resize(390, 760, phone=True)
        self.open(label)
        self.browser.type("#new-name", "disc")
        self.browser.click("#new button")
        self.wait_place("2 of 8")
        self.browser.click("#classes .give")
        self.browser.click("#skip")
        self.browser.click("#unsure")
        self.wait_place("5 of 8")
        self.browser.click("#undo")
        self.wait_place("4 of 8")
        self.assertTrue(self.browser.run("return document.documentElement.scrollWidth <= innerWidth"))
        for selector in ("#skip", "#classes .give", "#new button", "#show-grid"):
            height = self.browser.run("return document.querySelector(arguments[0]).getBoundingClientRect().height",
                                      selector)
            self.assertGreaterEqual(height, 36, selector)  # for fingers
        self.browser.click("#show-grid")
        self.browser.wait("document.querySelectorAll('#grid canvas').length === 6")
        label.end()

    def test_five_thousand_pictures(self):
        photos.folder_of(self.folder, 5000)
        label = self.start()
        self.open(label)
        self.assertEqual(self.place(), "1 of 5,000")
        self.new_class("disc")
        self.new_class("square")
        for _ in range(20):
            self.browser.keys("1", "2")
        self.browser.wait(SAVED + " && document.getElementById('counts').textContent.startsWith('42 of 5,000')")
        self.browser.keys("g")
        self.browser.wait("document.querySelectorAll('#grid [role=option]').length === 4958")
        self.browser.wait("document.querySelectorAll('#grid canvas').length > 20")
        self.browser.run("document.getElementById('grid').scrollTop = 1e9")
        self.browser.wait("document.querySelector('#grid [role=option]:last-child canvas')")
        self.browser.click("#all")
        self.browser.keys("2")
        self.browser.wait(SAVED + " && document.getElementById('counts').textContent.startsWith('5,000 of 5,000')")
        label.end()
        self.assertEqual(len(label.labels()), 5000)

    def test_predictions_order_group_and_review(self):
        photos.folder_of(self.folder, 6)
        table = self.folder.parent / "predictions.csv"
        rows = [(0, "disc", 0.99), (1, "square", 0.6), (2, "disc", 0.7), (3, "disc", 0.95), (4, "disc", 0.8)]
        table.write_text("path,class,probability\n" + "".join(f"photo_{n:05}.png,{c},{p}\n" for n, c, p in rows))
        label = self.start("--predictions", str(table))
        self.open(label)
        self.assertEqual(self.browser.text("#name"), "photo_00001.png")  # the least sure one
        self.assertEqual(self.browser.text("#model"), "")  # not before an answer of one's own
        self.new_class("disc")
        self.browser.wait("document.getElementById('model').textContent === 'model: disc, 70 %'")
        self.browser.keys("g")
        values = self.browser.run("return [...document.getElementById('filter').options].map((one) => one.value)")
        self.assertIn("model disc", values)
        choose = ("const f = document.getElementById('filter'); f.value = arguments[0];"
                  "f.dispatchEvent(new Event('change'))")
        self.browser.run(choose, "model disc")
        self.browser.wait("document.querySelectorAll('#grid [role=option]').length === 4")
        self.browser.run(choose, "review")
        self.browser.wait("document.querySelectorAll('#grid [role=option]').length === 1")
        self.assertEqual(self.browser.text("#grid span"), "disc / square 60 %")
        label.end()

    def test_read_only_and_what_is_no_picture(self):
        photos.folder_of(self.folder, 2)
        (self.folder / "broken.png").write_text("no picture")
        (self.folder / "labels.csv").write_text("path,label\nphoto_00000.png,disc\n")
        label = self.start("--read-only")
        self.open(label)
        self.assertEqual(self.browser.text("#saved"), "only to look")
        self.assertIn("is no JPEG, PNG, WebP, GIF or BMP", self.browser.text("#broken"))
        self.browser.keys("1", "Right", "Right")
        self.wait_place("3 of 3")
        self.browser.keys("g")
        self.browser.run("const f = document.getElementById('filter'); f.value = 'all'; f.dispatchEvent(new Event('change'))")
        self.browser.wait("document.querySelectorAll('#grid canvas').length === 2")
        self.browser.wait("document.querySelector('#grid [role=option] p')")
        self.assertEqual(self.browser.text("#grid [role=option] p"), "broken.png is no JPEG, PNG, WebP, GIF or BMP")
        label.end()
        self.assertEqual((self.folder / "labels.csv").read_text(), "path,label\nphoto_00000.png,disc\n")

    def test_nothing_on_the_page_breaks_its_own_policy(self):
        photos.folder_of(self.folder, 3)
        label = self.start()
        self.open(label)
        self.new_class("disc")
        self.browser.click("#show-help")
        self.browser.click("#help-close")
        self.browser.keys("g")
        self.browser.wait("document.querySelectorAll('#grid canvas').length === 2")
        self.assertEqual(self.browser.console(), [])
        self.browser.open(label.address.split("#")[0])
        self.browser.wait("!document.getElementById('banner').hidden")
        self.assertIn("another start", self.browser.text("#banner"))
        label.end()


if __name__ == "__main__":
    main()
