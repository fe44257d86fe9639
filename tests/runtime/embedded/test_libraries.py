import subprocess
import sys
from pathlib import Path

from runtime.embedded.libraries import bundled_environment
from runtime.embedded.mongod import mongod_binary


class TestBundledEnvironment:
    def test_mongod_runs_on_bundled_libraries_alone_and_with_one_release_of_openssl(self, tmp_path: Path) -> None:
        if sys.platform != "linux":
            return  # macOS brings the libraries that its mongod wants
        for _ in range(2):  # the second start finds the links of the first
            environment = bundled_environment(tmp_path / "libraries")
        loaded = subprocess.run(
            [mongod_binary()],
            env={**environment, "LD_TRACE_LOADED_OBJECTS": "1"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert "not found" not in loaded
        wanted = {line.split()[0]: line.split()[2] for line in loaded.splitlines() if "=>" in line}
        for name in ("libcurl.so.4", "libssl.so.3", "libcrypto.so.3"):
            assert Path(wanted[name]).resolve().parent.name == "pycurl.libs"
        version = subprocess.run(
            [mongod_binary(), "--version"], env=environment, capture_output=True, text=True, check=True
        )
        assert version.stdout.startswith("db version v")
