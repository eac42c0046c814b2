# SPDX-License-Identifier: BSD-3-Clause
"""
Firefox, driven with the standard library alone
===============================================

It listens for WebDriver's commands on a socket of this machine (its Marionette).  Requests are
counted by the browser itself, workers included; its own are left out.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

NAMES = ("firefox-esr", "firefox")
#: Nothing is asked of its maker, and nothing is shown that nobody asked for.
QUIET: dict[str, Any] = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.newtabpage.enabled": False,
    "browser.region.network.url": "",
    "browser.safebrowsing.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.systemAddon.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
}
WATCH = """
globalThis.asked = [];
globalThis.watcher = { observe(subject) {
  try { subject.QueryInterface(Ci.nsIHttpChannel); } catch { return; }
  if (!subject.loadInfo?.triggeringPrincipal?.isSystemPrincipal) asked.push(subject.URI.spec);
} };
Services.obs.addObserver(watcher, "http-on-modify-request");
"""
ERRORS = """return Services.console.getMessageArray()
  .filter((told) => told instanceof Ci.nsIScriptError && told.category.startsWith("content")
    && !(told.flags & Ci.nsIScriptError.warningFlag))
  .map((told) => told.errorMessage);"""
KEYS = {
    "Enter": "\ue007", "Tab": "\ue004", "Escape": "\ue00c", "Space": " ", "Control": "\ue009",
    "Backspace": "\ue003", "ArrowUp": "\ue013", "ArrowDown": "\ue015", "ArrowLeft": "\ue012",
    "ArrowRight": "\ue014", "PageUp": "\ue00e", "PageDown": "\ue00f", "End": "\ue010",
    "Shift": "\ue008",
}  # fmt: skip


def found() -> str | None:
    """The program, where there is one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Firefox:
    """A Firefox with a profile of its own, from its start until :meth:`close`."""

    def __init__(self, program: str, patience: float, **preferences: Any) -> None:
        self.patience = patience
        self.profile = tempfile.mkdtemp(prefix="firefox-")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        settings = QUIET | preferences | {"marionette.port": port}
        lines = [f"user_pref({json.dumps(n)}, {json.dumps(v)});\n" for n, v in settings.items()]
        (Path(self.profile) / "user.js").write_text("".join(lines), "utf-8")
        self.process = subprocess.Popen(
            [program, "--headless", "--marionette", "-remote-allow-system-access", "--no-remote",
             "--profile", self.profile, "--width", "1280", "--height", "900"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            env=os.environ | {"HOME": self.profile},
        )  # fmt: skip
        self.count = 0
        self.line = self._called(port)
        self._heard()
        limits = {"script": int(patience * 1000), "pageLoad": int(patience * 1000)}
        self("WebDriver:NewSession", capabilities={"alwaysMatch": {"timeouts": limits}})
        self.chrome(WATCH)

    def __call__(self, command: str, **arguments: Any) -> Any:
        """What WebDriver answers to a command."""
        self.count += 1
        told = json.dumps([0, self.count, command, arguments]).encode()
        self.line.sendall(b"%d:%b" % (len(told), told))
        _, _, error, answer = self._heard()
        if error:
            raise RuntimeError(f"{command}: {error['error']}: {error['message']}")
        return answer.get("value", answer) if isinstance(answer, dict) else answer

    def js(self, body: str, *arguments: Any) -> Any:
        """What the body of a function returns in the page."""
        return self("WebDriver:ExecuteScript", script=body, args=[*arguments], sandbox=None)

    def chrome(self, body: str) -> Any:
        """The same in the browser itself."""
        self("Marionette:SetContext", value="chrome")
        try:
            return self("WebDriver:ExecuteScript", script=body, args=[], sandbox="system",
                        newSandbox=False)  # fmt: skip
        finally:
            self("Marionette:SetContext", value="content")

    def press(self, *keys: str) -> None:
        """Press keys, ``Control+a`` for two at once."""
        steps: list[dict[str, str]] = []
        for chord in keys:
            names = [KEYS.get(name, name) for name in chord.split("+")]
            steps += [{"type": "keyDown", "value": name} for name in names]
            steps += [{"type": "keyUp", "value": name} for name in reversed(names)]
        self("WebDriver:PerformActions",
             actions=[{"type": "key", "id": "keyboard", "actions": steps}])  # fmt: skip

    def shot(self, path: Path) -> None:
        """A picture of the page."""
        path.write_bytes(base64.b64decode(self("WebDriver:TakeScreenshot", full=False)))

    def close(self) -> None:
        """End it, and forget its profile."""
        with suppress(RuntimeError, OSError, EOFError):
            self("Marionette:Quit", flags=["eForceQuit"])
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.line.close()
        shutil.rmtree(self.profile, ignore_errors=True)

    def _called(self, port: int) -> socket.socket:
        limit = time.monotonic() + self.patience
        while True:
            try:
                line = socket.create_connection(("127.0.0.1", port))
            except OSError:
                if time.monotonic() > limit or self.process.poll() is not None:
                    raise
                time.sleep(0.1)
            else:
                line.settimeout(self.patience)
                return line

    def _heard(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._bytes(1)
        return json.loads(self._bytes(int(length[:-1])))

    def _bytes(self, wanted: int) -> bytes:
        got = b""
        while len(got) < wanted:
            part = self.line.recv(wanted - len(got))
            if not part:
                raise EOFError("Firefox is gone")
            got += part
        return got
