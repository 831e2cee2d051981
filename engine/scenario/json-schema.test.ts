import { expect, test } from "vitest";
import { scenarioJsonSchema } from "./json-schema.ts";

test("the published JSON Schema is the one that the code generates", async () => {
  // `npx vitest run engine/scenario/json-schema.test.ts -u` writes it anew.
  const text = `${JSON.stringify(scenarioJsonSchema(), undefined, 2)}\n`;
  await expect(text).toMatchFileSnapshot("../../scenarios/scenario.schema.json");
});

test("nested steps refer to one definition and unknown keys are refused", () => {
  const schema = JSON.stringify(scenarioJsonSchema());
  expect(schema).toContain(
    '"offload":{"minItems":0,"maxItems":200,"type":"array","items":{"$ref":"#/$defs/step"}}',
  );
  expect(schema).toMatch(/"\$defs":\{.*"additionalProperties":false/);
});
