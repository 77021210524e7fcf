"""`antibunch modes`: the published device's cross-section, and what it says when there is nothing to find."""

import json

import pytest


def modes(antibunch, *arguments):
    done = antibunch("modes", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_strip_on_the_ion_exchanged_guide(antibunch):
    found = modes(antibunch, "Scenarios/guides/tio2-strip.yaml", "--count", "6")
    tm = [mode["effective_index"] for mode in found["modes"] if mode["polarization"] == "TM"]
    te = [mode["effective_index"] for mode in found["modes"] if mode["polarization"] == "TE"]
    # A finite-element solver (femwell, second order) finds 1.558718 and 1.540459; TE-like 1.552848 and 1.521510.
    assert tm[:2] == pytest.approx([1.558718, 1.540459], abs=6e-5)
    assert te[0] == pytest.approx(1.552848, abs=6e-5) and te[-1] == pytest.approx(1.521510, abs=1.5e-4)
    # The two supermodes beat with a half length of 16.7 um.
    assert 0.610 / (2 * (tm[0] - tm[1])) == pytest.approx(16.7, abs=0.1)
    # A dipole 10 nm above the strip: 1.42 times its rate on glass, and both normalisations.
    assert found["purcell"]["over_substrate"] == pytest.approx(1.420, abs=0.01)
    own = found["purcell"]["over_free_space"]
    assert own == pytest.approx(2.226, abs=0.02)
    for mode in found["modes"]:
        assert mode["beta"]["average"] == pytest.approx(mode["rate_over_free_space"]["average"] / own)
    assert found["coupling"]["beta"] == pytest.approx(found["coupling"]["rate_over_free_space"] / own)
    assert 0.09 < found["coupling"]["beta"] < 0.12
    # An objective of 0.95 sees more than above a film (8 %): 12 %.
    assert found["collection"]["share"] == pytest.approx(found["collection"]["rate_over_free_space"] / own)
    assert 0.11 < found["collection"]["share"] < 0.14
    assert found["coupling"]["rate_over_free_space"] == pytest.approx(
        sum(mode["rate_over_free_space"]["average"] for mode in found["modes"]))


def test_names_both_normalisations(antibunch):
    done = antibunch("modes", "Scenarios/guides/tio2-strip.yaml", "--count", "2")
    assert done.returncode == 0 and done.stderr == ""
    assert "over its rate in free space" in done.stdout and "over the dipole's own total rate" in done.stdout


def test_ion_exchanged_guide_alone(antibunch):
    found = modes(antibunch, "Scenarios/guides/ion-exchanged.yaml", "--count", "12", "--set", "dipole.height=6 nm")
    # Eight modes; all of them together take less than half a percent of the dipole's light.
    assert len(found["modes"]) == 8
    assert 0.0035 < found["coupling"]["beta"] < 0.0055
    assert found["purcell"]["over_substrate"] == pytest.approx(1.056, abs=0.004)
    for mode in found["modes"]:
        assert set(mode["beta"]) == {"x", "y", "z", "average"}
        assert 1.5 < mode["effective_index"] < 1.57 and mode["group_index"] > mode["effective_index"]


@pytest.mark.parametrize("arguments, message", [
    (["tio2-strip.yaml", "--set", "dipole.height=1 nm"], "closer to an interface than one cell of the grid"),
    (["ion-exchanged.yaml", "--set", "exchanged_guide.index=1.501"], "mode 0 is cut off: no modes have an effective index above 1.5"),
    (["tio2-strip.yaml", "--set", "strip.index=0.5"], "strip.index must be between 1 and 10, found 0.5"),
    (["tio2-strip.yaml", "--set", "strip.widht=190 nm"], "did you mean 'strip.width'?"),
    (["tio2-strip.yaml", "--set", "grid.margins.side=100 nm", "--set", "grid.margins.below=100 nm",
      "--set", "grid.margins.above=100 nm"], "the window is too small for the mode"),
])
def test_says_what_is_wrong(antibunch, arguments, message):
    done = antibunch("modes", "Scenarios/guides/" + arguments[0], *arguments[1:])
    assert done.returncode == 65 and message in done.stderr, done.stderr
