/**
 * What runtimes cost on the machine whose measurements `machine/truth.ts` computes with. Costs
 * that were not measured there stay those of the profile.
 */
import primitives from "../../reality/primitives.json";
import type { ProfileName } from "../../scenario/model.ts";
import { measuredCosts } from "./measured.ts";

/** The costs of `profile` on that machine, where they differ from the profile's own. */
export function truthCosts(profile: ProfileName, cores: number) {
  return measuredCosts({ name: "truth", ...primitives }, profile, cores);
}
