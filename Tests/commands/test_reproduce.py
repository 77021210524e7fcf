"""`antibunch reproduce`: the paper's numbers, what they are worth, and its proposals."""

import json
import os
import pathlib

import pytest

SHARED = pathlib.Path(os.environ.get("ANTIBUNCH_SHARED", pathlib.Path(__file__).resolve().parents[3] / "shared"))


@pytest.fixture(scope="module")
def paper(antibunch, repository, tmp_path_factory):
    folder = tmp_path_factory.mktemp("paper")
    done = antibunch("reproduce", "--json", "-o", folder, "--scenarios", repository / "Scenarios")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert json.loads((folder / "paper.json").read_text()) == result
    return folder, result


def rows(paper, kind):
    return [row for row in paper[1]["quantities"] if row["kind"] == kind]


def test_what_was_put_in_or_calibrated_comes_out(paper):
    """Against the exact expectation of the same measurement, else against what was put in: 4.9 standard deviations."""
    held = 0
    for row in rows(paper, "put in") + rows(paper, "calibrated"):
        if row["ours"] is None or "photon emitters" in row["quantity"] or "with two lines" in row["quantity"]:
            continue
        if row["scenario"] == "spectra/fig6a-top.yaml" and "center" in row["quantity"]:
            continue  # biexciton and trion pull it, as its note says
        target = row["expected"] if row["expected"] is not None else row["paper"]["value"]
        if "pedestal" in row["quantity"]:
            continue  # another estimator than the expected one
        assert abs(row["ours"]["value"] - target) < 4.9 * row["ours"]["uncertainty"] + 1e-3 * target, row
        held += 1
    assert held > 20


def test_every_number_says_what_it_is_worth(paper):
    for row in paper[1]["quantities"]:
        assert row["kind"] in ("put in", "calibrated", "predicted", "arithmetic")
        assert row["place"] and row["quantity"]
        if row["kind"] == "calibrated":
            assert row["through"], row
    noted = " ".join(row["note"] for row in paper[1]["quantities"])
    for contradiction in ("1.1992", "0.015", "16.2", "2.8", "620 nm"):
        assert contradiction in noted


def test_numbers_are_the_papers(paper):
    file = SHARED / "paper/paper_values.json"
    if not file.exists():
        pytest.skip(f"no list of the paper's values at {file}")
    known = {value["value"] for value in json.loads(file.read_text())["values"] if isinstance(value["value"], (int, float))}
    means = {11.74, 10.83, 9.79}  # of two lifetimes each, printed nowhere
    for row in paper[1]["quantities"]:
        if row["paper"] is not None and "increase by the strip, simulated" not in row["quantity"]:
            assert row["paper"]["value"] in known | means, row


def test_proposals(paper):
    proposals = {one["proposal"]: one for one in paper[1]["proposals"]}
    home = proposals.pop("as it is")
    assert len(proposals) == 5 and all(one["verdict"] for one in proposals.values())
    for name, one in proposals.items():
        if "through the guide" in name:
            assert one["g2_zero"] > 0.9 and "does harm" in one["verdict"]
        else:
            assert one["g2_zero"] < home["g2_zero"] and one["verdict"].startswith("helps")


def test_page_and_figures(paper):
    page = (paper[0] / "paper.html").read_text()
    for name in ("2a", "2b", "5", "6a", "6b", "7", "S3-1a", "S3-1b", "S3-2", "S4-1a, b", "S4-1c", "S4-1d"):
        assert f"Fig. {name}" in page or name == "5"
        assert (paper[0] / f"figures/fig{name.replace(', ', '').lower()}.svg").read_text().startswith("<svg")
    assert page.count("<figure") == 12


def test_scenarios_that_are_not_there(antibunch, tmp_path):
    done = antibunch("reproduce", "--scenarios", tmp_path, "-o", tmp_path / "out")
    assert done.returncode == 66 and "fibre-hbt.yaml" in done.stderr
