/**
 * JDK 25 with virtual threads behind Tomcat (`useVirtualThreads`): one for each request.
 */
import { jvmPlatform } from "./jvm-platform.ts";
import { cost, type Profile } from "./profile.ts";

export const jvmVirtual: Profile = {
  ...jvmPlatform,
  label: "JVM, virtual threads",
  costs: {
    ...jvmPlatform.costs,
    taskSwitch: cost(350, "ns", "[E] park and unpark, 0.2 to 0.5 µs; 0.29 µs [M]"),
    taskCreate: cost(1_000, "ns", "[E] start and finish, 0.5 to 2 µs; 2.3 µs [M]"),
    timer: cost(
      5_000,
      "ns",
      "[E] a delayed task into the scheduler's heap and out again, the continuation off and on",
    ),
    offload: cost(0, "ns", "not used by this model"),
    offloadProcess: cost(0, "ns", "not used by this model"),
    steal: cost(100, "ns", "[E] a look into a queue of another carrier"),
    taskBytes: cost(
      963,
      "bytes",
      "[M] 0.94 KB parked with a shallow stack; 5 to 30 KB under a web handler [E]",
    ),
  },
};
