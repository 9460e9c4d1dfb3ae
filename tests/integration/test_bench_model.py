"""`detector bench model` with a model of a few kilobytes, so short that it says nothing but that it measures."""

import json
from pathlib import Path

from tests.integration.benches import bench, ended
from tests.tiny_bundle import write_tiny_bundle


def test_the_products_own_backend_is_measured_by_the_command(tmp_path: Path) -> None:
    bundle, file, picture = write_tiny_bundle(tmp_path / "tiny"), tmp_path / "model.json", tmp_path / "model.png"
    sizes = ("--tokens", "16", "--tokens", "512", "--batch", "1", "--batch", "2", "--rounds", "1", "--threads", "1")
    written = ("--json", str(file), "--png", str(picture))
    what = ("--model", "shipped", "--bundle", str(bundle), "--only", "detector/onnxruntime")
    with bench("model", *what, *sizes, *written) as process:
        code, output, errors = ended(process)
    assert code == 0, errors
    assert "shipped: tokens a second" in output
    found = json.loads(file.read_text())
    taken = [each for each in found["figures"] if "latency_ms" in each]
    assert [(each["batch"], each["tokens"]) for each in taken] == [(1, 16), (1, 512), (2, 16), (2, 512)]
    assert all(each["latency_ms"]["median"] > 0 and each["peak_rss_mib_so_far"] > 10 for each in taken)
    (shares,) = [each["shares_of_time"] for each in found["figures"] if "shares_of_time" in each]
    assert abs(sum(shares.values()) - 1) < 0.01
    # Of the other model, which the bars are about, nothing was asked.
    assert [bar["value"] for bar in found["bars"]] == [None] * 3
    assert picture.read_bytes().startswith(b"\x89PNG")
