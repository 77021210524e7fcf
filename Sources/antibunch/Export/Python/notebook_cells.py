# %% [markdown]
# # A run, exported by antibunch
#
# The tables beside this notebook come as CSV, NPZ, HDF5 and Parquet; this notebook reads `npz`. Column names end with their
# units, and `tables.json` says what every column means. Missing numbers are NaN.

# %%
import pathlib

import matplotlib.pyplot as plt
import numpy as np

plt.rcParams.update({"figure.figsize": (8, 4), "figure.constrained_layout.use": True, "axes.spines.top": False,
                     "axes.spines.right": False, "axes.prop_cycle": plt.cycler(color=[
                         "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"])})


def table(name):
    """The columns of a table by name."""
    return np.load(f"npz/{name}.npz")


photons = table("photons")
print(f"{photons['channel'].size:,} photons, columns: {', '.join(photons.files)}")

# %% [markdown] needs comparison
# ## Paper, prediction, simulation
#
# *Predicted* numbers follow from the bench without random numbers; *simulated* ones are measured on the simulated recording by
# the routines that serve real ones. The last column is their difference in standard deviations of what recordings of this length
# scatter by (blinking included) where that is calculated, else of the measurement.

# %% needs comparison
c = table("comparison")
print(f"{'':42s}{'paper':>12s}{'predicted':>12s}{'simulated':>12s}{'±':>10s}{'difference':>12s}")
for i, name in enumerate(c["quantity"]):
    numbers = [c[key][i] for key in ("paper", "predicted", "simulated", "simulated_uncertainty")]
    difference = c["difference_from_predicted"][i]
    cells = ["–" if np.isnan(x) else f"{x:.4g}" for x in numbers] + ["–" if np.isnan(difference) else f"{difference:+.1f}"]
    print(f"{name + (' / ' + c['unit'][i] if c['unit'][i] else ''):42s}{cells[0]:>12s}{cells[1]:>12s}{cells[2]:>12s}{cells[3]:>10s}{cells[4]:>12s}")

# %% [markdown] needs g2
# ## Second-order correlation

# %% needs g2
g2 = table("g2")
tau = g2["tau_ps"] / 1e3
figure, axes = plt.subplots()
axes.fill_between(tau, g2["coincidences"], step="mid", alpha=0.5, label="recording")
if pathlib.Path("npz/predicted_coincidences.npz").exists():
    predicted = table("predicted_coincidences")
    axes.plot(predicted["tau_ns"], predicted["coincidences"], color="C1", lw=1, label="predicted")
axes.set(xlabel="delay τ (ns)", ylabel=f"coincidences per {(tau[1] - tau[0]):.3g} ns", xlim=(tau[0], tau[-1]), ylim=0)
axes.legend(loc="upper right")
plt.show()

# %% [markdown] needs decay
# ## Decay after the laser pulse

# %% needs decay
decay, components = table("decay"), table("decay_components")
figure, (axes, below) = plt.subplots(2, sharex=True, height_ratios=(3, 1), figsize=(8, 5))
axes.step(decay["time_ns"], decay["counts"], where="mid", lw=0.8, label="recording")
axes.plot(decay["time_ns"], decay["fit"], label="fit: " + ", ".join(
    f"{t:.2f} ± {u:.2f} ns" for t, u in zip(components["lifetime_ns"], components["lifetime_uncertainty_ns"])))
axes.set(yscale="log", ylabel=f"counts per {np.diff(decay['time_ns'][:2])[0] * 1e3:.3g} ps", ylim=0.5)
axes.legend()
below.plot(decay["time_ns"], decay["residual"], ".", ms=2)
below.axhline(0, color="0.6", lw=0.8)
below.set(xlabel="time (ns)", ylabel="residual (σ)", ylim=(-5, 5))
plt.show()

# %% [markdown] needs trace
# ## Intensity against time

# %% needs trace
trace = table("trace")
width = np.diff(trace["time_s"][:2])[0]
counts = sum(trace[name] for name in trace.files if name.startswith("channel_"))
figure, (axes, beside) = plt.subplots(1, 2, sharey=True, width_ratios=(4, 1))
axes.plot(trace["time_s"], counts / width / 1e3, lw=0.4)
axes.set(xlabel="time (s)", ylabel=f"count rate in {width * 1e3:.3g} ms (kcps)", ylim=0)
edges = np.arange(counts.max() + 2) - 0.5
edges = edges[::max(1, len(edges) // 80)]
beside.hist(counts / width / 1e3, bins=edges / width / 1e3, orientation="horizontal")
beside.set(xlabel="bins of the trace")
plt.show()

# %% [markdown] needs levels stretches
# ## Levels of intensity
#
# Change points by likelihood ratio part the recording into stretches of steady rate; stretches are then gathered into levels.

# %% needs levels stretches
levels, stretches = table("levels"), table("stretches")
figure, axes = plt.subplots()
long = stretches["duration_s"] > 0
points = axes.scatter(stretches["duration_s"][long], stretches["photons"][long] / stretches["duration_s"][long] / 1e3,
                      c=stretches["level"][long], s=6, cmap="viridis", vmin=1, vmax=max(2, levels["level"].max()))
for rate in levels["rate_hz"]:
    axes.axhline(rate / 1e3, color="0.6", lw=0.8)
# where stretches are so short that a photon more or less is a large rate
axes.set(xscale="log", xlabel="length of the stretch (s)", ylabel="count rate (kcps)",
         ylim=(0, 1.6 * levels["rate_hz"].max() / 1e3))
if levels["level"].size > 1:
    figure.colorbar(points, label="level", ticks=levels["level"])
plt.show()

# %% [markdown] needs on_times off_times
# ## On and off times

# %% needs on_times off_times
figure, axes = plt.subplots()
for name in ("on_times", "off_times"):
    stays = np.sort(table(name)["duration_s"])
    axes.step(stays, 1 - np.arange(stays.size) / stays.size, where="post", label=f"{name.replace('_', ' ')} ({stays.size})")
axes.set(xscale="log", yscale="log", xlabel="duration t (s)", ylabel="share of stays longer than t")
axes.legend()
plt.show()

# %% [markdown] needs lifetime_intensity
# ## Lifetime against intensity

# %% needs lifetime_intensity
flid = table("lifetime_intensity")
figure, axes = plt.subplots(figsize=(6, 4.5))
cells = axes.scatter(flid["rate_hz"] / 1e3, flid["lifetime_ns"], c=flid["bins"], s=14, marker="s", cmap="viridis")
axes.set(xlabel="count rate (kcps)", ylabel="lifetime (ns)", xlim=0, ylim=0)
figure.colorbar(cells, label="bins of the trace")
plt.show()

# %% [markdown] needs causes
# ## What truly caused the photons
#
# Only a simulation knows this: the column `cause` of the photons.

# %% needs causes
causes = table("causes")
shown = causes["photons"] > 0
figure, axes = plt.subplots(figsize=(8, 0.6 + 0.35 * shown.sum()))
bars = axes.barh(causes["name"][shown], causes["photons"][shown],
                 color=["C0" if kind == "emission" else "C1" for kind in causes["kind"][shown]])
axes.bar_label(bars, fmt="{:,.0f}", padding=3)
axes.invert_yaxis()
axes.margins(x=0.12)
axes.set(xlabel="photons (blue: of an emitter)", ylabel="cause")
plt.show()
