/**
 * The published JSON Schema, for editors and other programs. It says less than `parseScenario`:
 * rules between fields, such as names that must exist, have no place in it.
 */
import * as z from "zod";
import { CHOICES } from "./fields.ts";
import { scenarioSchema } from "./schema.ts";

export function scenarioJsonSchema(): Readonly<Record<string, unknown>> {
  const defs: Record<string, unknown> = {};
  const { $schema, ...document } = jsonSchemaOf(scenarioSchema, defs);
  return {
    $schema,
    title: "Interleave scenario, version 1",
    ...document,
    // In one order, whichever part was met first.
    $defs: Object.fromEntries(Object.entries(defs).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** Choices become references; the schemas that they stand for are collected in `defs`. */
function jsonSchemaOf(schema: z.ZodType, defs: Record<string, unknown>): Record<string, unknown> {
  return z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      const choice = CHOICES.get(zodSchema as unknown as z.ZodType);
      if (choice === undefined) return;
      jsonSchema.$ref = `#/$defs/${choice.name}`;
      if (choice.name in defs) return;
      defs[choice.name] = {};
      defs[choice.name] = {
        anyOf: choice.options.map((option) => {
          const { $schema: _, ...rest } = jsonSchemaOf(option, defs);
          return rest;
        }),
      };
    },
  });
}
