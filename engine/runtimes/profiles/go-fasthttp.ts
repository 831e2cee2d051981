/**
 * Go 1.23 with fasthttp: worker goroutines kept in a LIFO stack, objects and buffers reused, a
 * limit of connections over which it refuses. Workers that end after 10 s idle are left out.
 */
import { go } from "./go.ts";
import { cost, type Profile } from "./profile.ts";

export const goFasthttp: Profile = {
  ...go,
  label: "Go runtime, fasthttp",
  costs: {
    ...go.costs,
    accept: cost(7_000, "ns", "[E] accept4, epoll_ctl, an idle worker; buffers from a pool"),
    connectionBytes: cost(8 * 1024, "bytes", "[E] 4 KiB read and 4 KiB write buffer, as net/http"),
  },
  maxConnections: { value: 262_144, source: "[S] workerpool.go, Concurrency" },
  refusesOverLimit: true,
};
