# SPDX-License-Identifier: Apache-2.0
"""What the page of `sslhost label` makes of answers: advice, answers to look at again, a model.

loop_browser_test.py PROGRAM: one that has its worker
"""
import os
import subprocess

import photos
from page_case import PageCase, SAVED, main


class LoopTest(PageCase):
    def test_answers_say_more_together(self):
        photos.two_kinds(self.folder, 40)
        data = self.folder.parent / "no weights"
        label = self.start(env=os.environ | {"XDG_DATA_HOME": str(data)})
        self.open(label)
        self.new_class("red")
        self.new_class("blue")
        for number in range(2, 13):
            self.browser.keys("1" if number in (6, 7) or number % 2 == 0 and number != 8 else "2")  # 7 and 8 are wrong
            if number == 7:  # eight answers, of which two are wrong
                likely = "[...document.querySelectorAll('#classes small')].map((one) => one.textContent).join()"
                self.browser.wait(f"{likely}.includes('about')")
                self.assertTrue(self.browser.run("return document.getElementById('review').hidden"))
        agree = "document.getElementById('agree').textContent"
        self.browser.wait(f"{agree}.startsWith('Each predicted from the others, 2 of 13 answers come out otherwise')")
        self.assertIn("By pixels.", self.browser.text("#by"))
        self.assertEqual(self.browser.text("#model"), "")  # nothing of a picture without an answer
        self.assertIn(" of about 2", self.browser.text("#classes small"))
        self.browser.keys("Left")
        self.browser.wait("document.getElementById('model').textContent.startsWith('the others say: red')")
        self.assertEqual(self.browser.text("#review"), "Look at 2 answers again")
        self.browser.click("#review")
        names = "return [...document.querySelectorAll('#grid [role=option]')].map((one) => one.title)"
        self.assertEqual(sorted(self.browser.run(names)), ["photo_00007.png", "photo_00008.png"])
        self.browser.keys("Right", " ")  # one is right as it stands, says the person
        first = self.browser.run(names)[0]
        self.browser.keys("1" if first == "photo_00007.png" else "2")
        self.browser.wait("document.getElementById('review').textContent === 'Look at 1 answer again'")
        self.browser.wait(SAVED)
        self.browser.reload()
        self.browser.wait("document.getElementById('review').textContent === 'Look at 1 answer again'")
        self.assertEqual(self.browser.console(), [])
        label.end()
        table = self.folder.parent / "accepted.csv"
        accept = [self.program, "label", str(self.folder), "--accept", "0.5", "--to", str(table)]
        env = os.environ | {"XDG_DATA_HOME": str(data)}
        said = subprocess.run([*accept, "--holdout", "0.2"], check=True, stdout=subprocess.PIPE, text=True, env=env).stdout
        self.assertIn("\nheld out for tests: 2 pictures; they had no say in the guesses, ", said)
        self.assertEqual(sum(row.endswith(",test,person,") for row in table.read_text().splitlines()), 2)
        said = subprocess.run([*accept, "--holdout", "0", "--force"], check=True, stdout=subprocess.PIPE, text=True, env=env).stdout
        self.assertIn(f"\nmeasure on your labels alone: sslhost --data {self.folder}\nnext: ", said)
        rows = table.read_text().splitlines()
        self.assertEqual(sum(row.endswith(",person,") for row in rows), 13)
        guessed = [row.split(",") for row in rows if ",advice," in row]
        self.assertGreater(len(guessed), 20)
        wrong = [name for name, kind, _, _ in guessed if kind != ("red" if int(name[6:11]) % 2 == 0 else "blue")]
        self.assertEqual(wrong, [])

    def test_a_model_is_trained_and_its_unsure_ones_come_next(self):
        photos.two_kinds(self.folder, 60)
        (self.folder / "z.png").write_bytes((self.folder / "photo_00000.png").read_bytes()[:99])  # ends too early
        env = os.environ | {"XDG_DATA_HOME": str(self.folder.parent / "no weights"), "SSLHOST_PLUGIN": "label-propagation"}
        label = self.start("--no-advice", env=env, cwd=self.folder.parent)
        self.open(label)
        self.new_class("red")
        self.browser.wait("!document.getElementById('training').hidden && document.getElementById('train').disabled")
        self.new_class("blue")
        for number in range(2, 20):
            self.browser.keys("1" if number % 2 == 0 else "2")
        self.browser.click("#train")
        self.browser.wait("document.getElementById('train-words').textContent.startsWith('Trained: test error')")
        self.assertIn("95 % interval 0 to ", self.browser.text("#train-words"))
        report = self.browser.text("#train-run").removeprefix("Report: ")
        self.assertTrue((self.folder.parent / report).is_file())
        self.browser.click("#train-next")
        self.browser.wait("document.getElementById('place').textContent.endsWith(' of 61')")
        self.browser.keys("1")
        self.browser.keys("Left")
        self.browser.wait("document.getElementById('model').textContent.startsWith('model: ')")
        self.assertTrue(self.browser.run("const { model } = await import('./model.js'); return model.order === model.training.order"))
        self.assertEqual(self.browser.console(), [])
        label.end()


if __name__ == "__main__":
    main()
