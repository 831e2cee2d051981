/** All profiles by name. A new one is a file and a row here. */
import type { ProfileName } from "../../scenario/model.ts";
import { asyncio } from "./asyncio.ts";
import { cpython311 } from "./cpython-3.11.ts";
import { go } from "./go.ts";
import { jvmPlatform } from "./jvm-platform.ts";
import { netty } from "./netty.ts";
import { neutral } from "./neutral.ts";
import { node20 } from "./node-20.ts";
import type { Profile } from "./profile.ts";

export const PROFILES = {
  neutral,
  "cpython-3.11": cpython311,
  asyncio,
  "node-20": node20,
  go,
  "jvm-platform": jvmPlatform,
  netty,
} as const satisfies Record<ProfileName, Profile>;
