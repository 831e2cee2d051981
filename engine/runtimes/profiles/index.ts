/** All profiles by name. A new one is a file and a row here. */
import type { ProfileName } from "../../scenario/model.ts";
import { asyncio } from "./asyncio.ts";
import { cpython311 } from "./cpython-3.11.ts";
import { cpython313t } from "./cpython-3.13t.ts";
import { goFasthttp } from "./go-fasthttp.ts";
import { go } from "./go.ts";
import { jvmPlatform } from "./jvm-platform.ts";
import { jvmVirtual } from "./jvm-virtual.ts";
import { netty } from "./netty.ts";
import { neutral } from "./neutral.ts";
import { node20 } from "./node-20.ts";
import type { Profile } from "./profile.ts";
import { uvloop } from "./uvloop.ts";

export const PROFILES = {
  neutral,
  "cpython-3.11": cpython311,
  "cpython-3.13t": cpython313t,
  asyncio,
  uvloop,
  "node-20": node20,
  go,
  "go-fasthttp": goFasthttp,
  "jvm-platform": jvmPlatform,
  "jvm-virtual": jvmVirtual,
  netty,
} as const satisfies Record<ProfileName, Profile>;
