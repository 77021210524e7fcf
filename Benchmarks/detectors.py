"""What the detectors' effects cost per record: W1 at 1 Mcps with dead time, jitter and afterpulses, and without them.

    swift build --package-path Benchmarks -c release --product generate-into-memory
    python3 Benchmarks/detectors.py

The same photons (one seed, one thread, records counted and dropped); the two take turns, eleven times after a warm-up. Printed is
the median difference of processor time, per record, and the whole engine's. The pass over the photons itself, which both do
(a jitter of zero is drawn, too), is counted with callgrind (README). Only a quiet machine tells so small a difference.
"""

import pathlib
import statistics
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = HERE / ".build/release/generate-into-memory"
WITHOUT = [f"detectors[{d}].{path}" for d in (0, 1)
           for path in ("dead_time=0 ns", "afterpulsing.probability=0 %", "jitter.fwhm=0 ps")]
ROUNDS = 11


def run(*changes):
    done = subprocess.run(
        [PROGRAM, HERE.parent / "Scenarios/w1-1m.yaml", "--duration", "20 s", *[w for c in changes for w in ("--set", c)]],
        check=True, capture_output=True, text=True)
    records, _, processor = done.stdout.split()
    return int(records), float(processor)


def main():
    differences, all_of_it = [], []
    for round_ in range(ROUNDS + 1):
        records, seconds = run()
        _, bare = run(*WITHOUT)
        if round_:
            differences.append((seconds - bare) / records * 1e9)
            all_of_it.append(seconds / records * 1e9)
    print(f"{records} records; whole engine {statistics.median(all_of_it):.1f} ns per record, of which dead time, jitter "
          f"and afterpulses {statistics.median(differences):.1f} ns ({min(differences):.1f} to {max(differences):.1f})")


if __name__ == "__main__":
    main()
