import { describe, expect, it } from "vitest";
import type { Progress, Scenario } from "../../engine/api.ts";
import { Conductor } from "./conductor.ts";
import { createRunStore } from "./run-store.ts";
import { createWorkerLink, type Engine } from "./worker-link.ts";

const MS = 1e6;

/** A lane that lasts a second of virtual time, with an event in each millisecond. */
class Metronome {
  nowNs = 0;
  loads = 0;
  private sent = 0;
  crash: (cause: string) => void = () => undefined;
  /** Never answers again, as a worker in an endless loop. */
  hangs = false;

  engine(): Engine {
    const lane = {
      load: async () => {
        this.loads++;
        this.nowNs = 0;
        this.sent = 0;
        return {
          kind: "ready",
          topology: { places: [], edges: [], runtimeLabel: "test", processes: 1, cores: 1 },
          series: { sampleNs: 200 * MS, columns: ["t"] },
          durationNs: 1000 * MS,
          warmupNs: 0,
          planned: { unit: "rate", points: [] },
        };
      },
      advance: async (untilNs: number) => {
        if (this.hangs) await new Promise(() => undefined);
        this.nowNs = Math.max(this.nowNs, Math.min(untilNs, 1000 * MS));
        return this.progress();
      },
      step: async () => {
        this.nowNs += MS;
        return this.progress();
      },
      rewind: async (toNs: number) => {
        this.nowNs = toNs;
        return this.progress();
      },
      stepBack: async () => {
        this.nowNs -= MS;
        return this.progress();
      },
      result: async () => ({
        digest: `digest at ${this.nowNs}`,
        events: this.nowNs / MS,
        virtualSeconds: this.nowNs / 1e9,
      }),
    };
    return lane as unknown as Engine;
  }

  progress(): Progress {
    return {
      kind: this.nowNs >= 1000 * MS ? "finished" : "running",
      nowNs: this.nowNs,
      events: this.nowNs / MS,
      firstSample: this.sent++,
      samples: new Float64Array([this.nowNs]),
      occupancy: new Float64Array(0),
      edgeCounts: new Float64Array(0),
      coreBusy: new Float64Array(0),
    };
  }
}

function orchestra() {
  const store = createRunStore();
  const players: Metronome[] = [];
  const conductor = new Conductor({
    store,
    spawn: () => {
      const player = new Metronome();
      players.push(player);
      return createWorkerLink({
        engine: player.engine(),
        onCrash: (listener) => {
          player.crash = listener;
        },
        terminate: () => undefined,
      });
    },
    digest: async (digests) => digests.join(" + "),
    nowMs: () => performance.now(),
  });
  const status = () => store.getState().status;
  return { players, conductor, store, status };
}

const LANES = [
  { name: "one", runtime: { model: "threads" } },
  { name: "two", runtime: { model: "goroutines" } },
];
const SCENARIO = { lanes: LANES } as unknown as Scenario;
const SOLO = { lanes: LANES.slice(0, 1) } as unknown as Scenario;

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe("the conductor", () => {
  it("runs all lanes to the end and asks for the digest over all of them", async () => {
    const { conductor, store, status } = orchestra();
    conductor.setSpeed(Infinity);
    await conductor.start(SCENARIO);
    await until(() => status() === "finished");
    const { clockNs, lanes, digest } = store.getState();
    expect(clockNs).toBe(1000 * MS);
    expect(lanes.map((lane) => [lane.letter, lane.status])).toEqual([
      ["A", "finished"],
      ["B", "finished"],
    ]);
    expect(digest).toBe("digest at 1000000000 + digest at 1000000000");
  });

  it("keeps to the speed that was asked for", async () => {
    const { conductor, store } = orchestra();
    conductor.setSpeed(1);
    await conductor.start(SCENARIO);
    const startMs = performance.now();
    await until(() => store.getState().clockNs >= 300 * MS);
    expect(performance.now() - startMs).toBeGreaterThan(250);
    conductor.pause();
  });

  it("brings all lanes to one instant when it pauses, and when one of them steps", async () => {
    const { conductor, players, store } = orchestra();
    conductor.setSpeed(1);
    await conductor.start(SCENARIO);
    await until(() => store.getState().clockNs > 50 * MS);
    conductor.pause();
    await until(() => players[0]?.nowNs === players[1]?.nowNs);
    const pausedAt = players[0]?.nowNs ?? 0;
    await conductor.step(1);
    await until(() => store.getState().clockNs === pausedAt + MS);
    expect(store.getState().lanes.map((lane) => lane.nowNs)).toEqual([
      pausedAt + MS,
      pausedAt + MS,
    ]);
  });

  it("shows, where it pauses, the figures of that instant", async () => {
    const { conductor, store } = orchestra();
    conductor.setSpeed(1);
    await conductor.start(SCENARIO);
    await until(() => store.getState().clockNs > 50 * MS);
    conductor.pause();
    const shown = () => store.getState().lanes.map(({ nowNs, result }) => [nowNs, result?.digest]);
    await until(() => shown().every(([ns, digest]) => digest === `digest at ${ns}`));
    const [first, second] = shown();
    expect(first).toEqual(second);
  });

  it("goes to an instant, and back to one without starting over", async () => {
    const { conductor, players, store, status } = orchestra();
    conductor.setSpeed(0.001);
    await conductor.start(SOLO);
    conductor.seek(600 * MS);
    await until(() => status() === "paused");
    expect(store.getState().clockNs).toBe(600 * MS);
    conductor.seek(200 * MS);
    await until(() => status() === "paused" && store.getState().clockNs === 200 * MS);
    expect(players[0]?.loads).toBe(1);
  });

  it("stands at a whole nanosecond, wherever between two of them somebody points", async () => {
    const { conductor, store, status } = orchestra();
    await conductor.start(SOLO);
    conductor.seek(600 * MS + 0.7);
    await until(() => status() === "paused");
    expect(store.getState().clockNs).toBe(600 * MS);
  });

  it("goes back from the end of a run, and forth to the same end", async () => {
    const { conductor, store, status } = orchestra();
    conductor.setSpeed(Infinity);
    await conductor.start(SCENARIO);
    await until(() => status() === "finished");
    const { digest } = store.getState();
    conductor.seek(200 * MS);
    await until(() => status() === "paused");
    expect(store.getState().lanes.map((lane) => lane.nowNs)).toEqual([200 * MS, 200 * MS]);
    expect(store.getState().digest).toBeUndefined();
    conductor.play();
    await until(() => status() === "finished");
    expect(store.getState().digest).toBe(digest);
  });

  it("of many moments that are asked for at once, the last one counts", async () => {
    const { conductor, store, status } = orchestra();
    conductor.setSpeed(Infinity);
    await conductor.start(SCENARIO);
    await until(() => status() === "finished");
    for (const ms of [900, 100, 800, 300]) conductor.seek(ms * MS);
    await until(() => store.getState().clockNs === 300 * MS);
    expect(status()).toBe("paused");
  });

  it("takes back one event of a lane, and the others follow to its time", async () => {
    const { conductor, store } = orchestra();
    conductor.setSpeed(0.001);
    await conductor.start(SCENARIO);
    conductor.seek(600 * MS);
    await until(() => store.getState().status === "paused");
    conductor.stepBack(1);
    await until(() => store.getState().clockNs === 599 * MS);
    expect(store.getState().lanes.map((lane) => lane.nowNs)).toEqual([599 * MS, 599 * MS]);
  });

  it("leaves the old run on screen until the new one has something to show", async () => {
    const { conductor, store, status } = orchestra();
    conductor.setSpeed(Infinity);
    await conductor.start(SCENARIO);
    await until(() => status() === "finished");
    const counts: number[] = [];
    const stop = store.subscribe((state) => counts.push(state.lanes[0]?.samples.count ?? 0));
    await conductor.start(SOLO);
    await until(() => status() === "finished" && store.getState().lanes.length === 1);
    stop();
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });

  it("stops a lane whose worker dies, says why, and can run again", async () => {
    const { conductor, players, store, status } = orchestra();
    conductor.setSpeed(1);
    await conductor.start(SCENARIO);
    await until(() => store.getState().clockNs > 0);
    players[1]?.crash("out of memory");
    await until(() => store.getState().lanes[1]?.status === "stopped");
    expect(store.getState().lanes[1]?.reason).toBe("out of memory");
    conductor.setSpeed(Infinity);
    conductor.restart();
    await until(() => status() === "finished");
    expect(store.getState().lanes[1]?.status).toBe("finished");
    expect(players).toHaveLength(3);
  });

  it("replaces a worker that does not answer", async () => {
    const { conductor, players, status } = orchestra();
    conductor.setSpeed(Infinity);
    await conductor.start(SOLO);
    const [player] = players;
    if (player !== undefined) player.hangs = true;
    await new Promise((resolve) => setTimeout(resolve, 50));
    await conductor.start(SOLO);
    await until(() => status() === "finished");
    expect(players).toHaveLength(2);
  });
});
