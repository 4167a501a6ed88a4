# SPDX-License-Identifier: Apache-2.0
"""A browser without a screen, driven by chromedriver (W3C WebDriver) over plain HTTP; standard library only."""
import base64
import json
import shutil
import subprocess
import time
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"Backspace": "\ue003", "Enter": "\ue007", "Escape": "\ue00c", "Left": "\ue012", "Right": "\ue014",
        "Up": "\ue013", "Down": "\ue015", "Control": "\ue009", "Shift": "\ue008"}
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def why_missing():
    """Why there is no browser to test with; None where there is one."""
    for program in ("chromium", "chromedriver"):
        if shutil.which(program) is None:
            return f"no {program} (Debian: apt-get install chromium chromium-driver)"
    return None


class Browser:
    def __init__(self, dark=False, size=(1280, 800)):
        self.driver = subprocess.Popen([shutil.which("chromedriver"), "--port=0"], stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, text=True)
        for line in self.driver.stdout:
            if "successfully on port" in line:
                port = int(line.rstrip(". \n").rsplit(" ", 1)[1])
                break
        self.address = f"http://127.0.0.1:{port}/session"
        # No sandbox: tests run as root in containers. The page is ours.
        options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                   "--disable-background-networking", f"--window-size={size[0]},{size[1]}"]
        if dark:
            options.append("--blink-settings=preferredColorScheme=0")
        chrome = {"binary": shutil.which("chromium"), "args": options}
        reply = self._send("POST", "", {"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": chrome, "goog:loggingPrefs": {"browser": "ALL"}}}})
        self.address += "/" + reply["sessionId"]

    def close(self):
        try:
            self._send("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait()
            self.driver.stdout.close()

    def _send(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with OPENER.open(request, timeout=120) as reply:
                return json.load(reply)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"]) from None

    def open(self, address):
        self._send("POST", "/url", {"url": "about:blank"})  # another part behind '#' alone would load nothing
        self._send("POST", "/url", {"url": address})

    def reload(self):
        self._send("POST", "/refresh", {})

    def run(self, script, *arguments):
        return self._send("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def wait(self, condition, what=None):
        """Until a JavaScript expression is true. The limit is there for pages that hang, not for slow machines."""
        until = time.monotonic() + 120
        while time.monotonic() < until:
            value = self.run(f"return ({condition})")
            if value:
                return value
            time.sleep(0.01)
        raise AssertionError(f"never became true: {what or condition}; console: {self.console()}")

    def keys(self, *words):
        """Presses and releases each: one character, or a name of KEYS."""
        actions = []
        for word in words:
            key = KEYS.get(word, word)
            actions += [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self._send("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def chord(self, held, word):
        hold = KEYS[held]
        actions = [{"type": "keyDown", "value": hold}, {"type": "keyDown", "value": KEYS.get(word, word)},
                   {"type": "keyUp", "value": KEYS.get(word, word)}, {"type": "keyUp", "value": hold}]
        self._send("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def click(self, selector):
        found = self._send("POST", "/element", {"using": "css selector", "value": selector})
        self._send("POST", f"/element/{found[ELEMENT]}/click", {})

    def type(self, selector, text):
        found = self._send("POST", "/element", {"using": "css selector", "value": selector})
        self._send("POST", f"/element/{found[ELEMENT]}/value", {"text": text})

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0]).textContent", selector)

    def new_window(self):
        """Its handle; the one before stays in front."""
        return self._send("POST", "/window/new", {"type": "tab"})["handle"]

    def window(self):
        return self._send("GET", "/window")

    def switch(self, handle):
        self._send("POST", "/window", {"handle": handle})

    def close_window(self):
        self._send("DELETE", "/window")

    def resize(self, width, height, phone=False):
        """The page's own size; `phone`: with two pixels a point and a finger."""
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2 if phone else 1,
                      mobile=phone)
        self.devtools("Emulation.setTouchEmulationEnabled", enabled=phone)

    def devtools(self, command, **parameters):
        return self._send("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def dark(self, is_dark):
        self.devtools("Emulation.setEmulatedMedia",
                      features=[{"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}])

    def screenshot(self, path):
        path.write_bytes(base64.b64decode(self._send("GET", "/screenshot")))

    def console(self):
        """What the page complained of."""
        return [one["message"] for one in self._send("POST", "/se/log", {"type": "browser"})
                if one["level"] in ("SEVERE", "WARNING")]
