/** The place of tasks that help a collector or wait for it, and the edges that lead there. */
import type { Place } from "../../api.ts";
import type { Runtime } from "../../scenario/model.ts";
import type { EdgeName, Uses } from "../flow.ts";
import { PROFILES } from "../profiles/index.ts";

export function collectorPlaces(runtime: Runtime, uses: Uses): Place[] {
  if (!uses.allocates) return [];
  switch (PROFILES[runtime.profile].collector) {
    case "go":
      return [{ name: "gc-assist", label: "helps the collector", kind: "gc", group: "runtime" }];
    case "g1":
      if (runtime.collector !== "zgc") return [];
      return [{ name: "gc-stall", label: "waits for memory", kind: "gc", group: "runtime" }];
    case "cpython":
    case "cpython-free-threaded":
    case "v8":
    case "none":
      return [];
  }
}

export function collectorEdges(runtime: Runtime, uses: Uses): EdgeName[] {
  if (!uses.allocates) return [];
  switch (PROFILES[runtime.profile].collector) {
    case "go":
      return [
        "running>gc-assist",
        "gc-assist>running",
        "gc-assist>runnable",
        "gc-assist>global-queue",
      ];
    case "g1": {
      const isVirtual = runtime.model === "virtual-threads";
      const back: EdgeName = isVirtual ? "gc-stall>submission-queue" : "gc-stall>runnable";
      return ["running>failed:error", ...(runtime.collector === "zgc" ? stall(back) : [])];
    }
    case "cpython":
    case "cpython-free-threaded":
    case "v8":
    case "none":
      return [];
  }
}

function stall(back: EdgeName): EdgeName[] {
  return ["running>gc-stall", back];
}
