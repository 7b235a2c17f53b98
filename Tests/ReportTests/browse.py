"""Opens a page in headless Chromium and does what a script of commands says; prints one JSON object.

    python3 browse.py BROWSER PAGE COMMAND…

Commands: `size WIDTH HEIGHT`, `dark`, `moving` (things may move by themselves), `click SELECTOR X Y` (X and Y from 0 to 1
inside of the element), `drag SELECTOR X Y X Y`, `rest SELECTOR X Y` (the pointer there), `type KEY`, `read SELECTOR`, `evaluate EXPRESSION`, `shot FILE.png`, `whole FILE.png`, `print FILE.pdf`, `go HASH`. The object has what
`read` and `evaluate` found in `found`, and what went wrong: `problems` (errors, rejected promises, console output of severity
warning and above) and `requests` (of anything but the page itself). Speaks the DevTools protocol through a pipe: Python's
standard library is enough.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
import time


class Browser:
    def __init__(self, path, folder):
        to_browser, self.sink = os.pipe()
        self.source, from_browser = os.pipe()

        def attach():
            # The protocol wants the descriptors 3 and 4; the ones below may be these two already.
            first, second = os.dup(to_browser), os.dup(from_browser)
            os.dup2(first, 3)
            os.dup2(second, 4)

        self.process = subprocess.Popen(
            [path, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
             "--user-data-dir=" + folder, "about:blank"],
            close_fds=False, preexec_fn=attach, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.rest = b""
        self.number = 0
        self.session = None
        self.events = []
        self.is_pressed = False

    def send(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.sink, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def receive(self):
        while b"\0" not in self.rest:
            piece = os.read(self.source, 1 << 20)
            if not piece:
                raise RuntimeError("the browser has ended")
            self.rest += piece
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def wait_for(self, method):
        while True:
            for event in self.events:
                if event.get("method") == method:
                    self.events.remove(event)
                    return event["params"]
            self.events.append(self.receive())

    def evaluate(self, expression):
        result = self.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']['text']}")
        return result["result"].get("value")

    def end(self):
        """Closes the browser; killed, it would leave processes that write into the folder behind its back."""
        try:
            self.session = None
            self.send("Browser.close")
            self.process.wait(timeout=10)
        except (OSError, RuntimeError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()

    def settle(self):
        """Waits until the page has drawn what it was told to."""
        self.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))")


def run(browser, page, commands):
    target = browser.send("Target.createTarget", url="about:blank")["targetId"]
    browser.session = browser.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    for domain in ["Page", "Runtime", "Network", "Log"]:
        browser.send(domain + ".enable")
    size(browser, 1280, 900)
    ground(browser, "light")
    url = "file://" + os.path.abspath(page.split("#")[0]) + ("#" + page.split("#")[1] if "#" in page else "")
    begun = time.monotonic()
    browser.send("Page.navigate", url=url)
    browser.wait_for("Page.loadEventFired")
    browser.settle()
    found = []
    seconds = time.monotonic() - begun
    commands = list(commands)
    while commands:
        command = commands.pop(0)
        if command == "size":
            size(browser, int(commands.pop(0)), int(commands.pop(0)))
        elif command == "dark":
            ground(browser, "dark")
        elif command == "moving":
            ground(browser, "light", motion="no-preference")
        elif command == "click":
            place = find(browser, commands.pop(0), float(commands.pop(0)), float(commands.pop(0)))
            for kind in ["mouseMoved", "mousePressed", "mouseReleased"]:
                point(browser, kind, place)
        elif command == "rest":
            point(browser, "mouseMoved", find(browser, commands.pop(0), float(commands.pop(0)), float(commands.pop(0))))
        elif command == "drag":
            selector = commands.pop(0)
            start, end = [find(browser, selector, float(commands.pop(0)), float(commands.pop(0))) for _ in range(2)]
            for kind, place in [("mouseMoved", start), ("mousePressed", start), ("mouseMoved", end), ("mouseReleased", end)]:
                point(browser, kind, place)
        elif command == "type":
            key = commands.pop(0)
            for kind in ["keyDown", "keyUp"]:
                browser.send("Input.dispatchKeyEvent", type=kind, key=key, code=key)
        elif command == "read":
            selector = json.dumps(commands.pop(0))
            found.append(browser.evaluate(f"document.querySelector({selector})?.innerText ?? null"))
        elif command == "evaluate":
            found.append(browser.evaluate(commands.pop(0)))
        elif command == "go":
            browser.evaluate(f"location.hash = {json.dumps(commands.pop(0))}")
        elif command in ["shot", "whole"]:
            browser.settle()
            picture = browser.send("Page.captureScreenshot", captureBeyondViewport=command == "whole")
            write(commands.pop(0), picture["data"])
        elif command == "print":
            write(commands.pop(0), browser.send("Page.printToPDF", printBackground=False)["data"])
        else:
            raise RuntimeError("no such command: " + command)
        browser.settle()
    problems, requests = [], []
    for event in browser.events:
        method, parameters = event.get("method"), event.get("params", {})
        if method == "Runtime.exceptionThrown":
            problems.append(parameters["exceptionDetails"].get("exception", {}).get("description", "exception"))
        elif method == "Runtime.consoleAPICalled" and parameters["type"] in ["error", "warning", "assert"]:
            problems.append(str(parameters["args"]))
        elif method == "Log.entryAdded" and parameters["entry"]["level"] in ["error", "warning"]:
            problems.append(parameters["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            address = parameters["request"]["url"]
            if address.split("#")[0] != url.split("#")[0] and not address.startswith("data:"):
                requests.append(address)
    return {"found": found, "problems": problems, "requests": requests, "seconds": round(seconds, 2)}


def size(browser, width, height):
    browser.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)


def ground(browser, scheme, motion="reduce"):
    """Light or dark; and nothing moves by itself."""
    browser.send("Emulation.setEmulatedMedia", features=[
        {"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": motion}])


def find(browser, selector, x, y):
    """A place inside of an element, which comes into view."""
    box = browser.evaluate(
        f"(() => {{ const element = document.querySelector({json.dumps(selector)});"
        " element.scrollIntoView({block: 'center', behavior: 'instant'}); const box = element.getBoundingClientRect();"
        " return [box.x, box.y, box.width, box.height]; })()")
    browser.settle()
    return {"x": box[0] + x * box[2], "y": box[1] + y * box[3]}


def point(browser, kind, place):
    is_pressed = kind != "mouseReleased" and browser.is_pressed or kind == "mousePressed"
    browser.send("Input.dispatchMouseEvent", type=kind, button="none" if kind == "mouseMoved" else "left",
                 buttons=1 if is_pressed else 0, clickCount=0 if kind == "mouseMoved" else 1, **place)
    browser.is_pressed = is_pressed


def write(path, data):
    with open(path, "wb") as file:
        file.write(base64.b64decode(data))


def main():
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        browser = Browser(sys.argv[1], folder)
        try:
            print(json.dumps(run(browser, sys.argv[2], sys.argv[3:])))
        finally:
            browser.end()


main()
