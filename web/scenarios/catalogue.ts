/** The scenarios that ship with the program, and what can be said about one without running it. */
import { isList, isObject, textOf, type Json, type JsonObject } from "../state/document-path.ts";

export interface CatalogueEntry {
  /** The file's name without its ending; it also is what a link can name. */
  readonly id: string;
  readonly document: JsonObject;
  readonly name: string;
  /** First sentence of the description. */
  readonly teaser: string;
  /** Profiles and models of its lanes. */
  readonly tags: readonly string[];
}

export const DEFAULT_SCENARIO = "tomcat-vs-webflux";

const FILES = import.meta.glob<Json>(
  ["../../scenarios/*.json", "!../../scenarios/scenario.schema.json"],
  { eager: true, import: "default" },
);

export const CATALOGUE: readonly CatalogueEntry[] = Object.entries(FILES)
  .flatMap(([path, document]) => (isObject(document) ? [entry(path, document)] : []))
  .toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, "en"));

export function findScenario(id: string): CatalogueEntry | undefined {
  return CATALOGUE.find((candidate) => candidate.id === id);
}

/** Entries in which every word of `query` occurs, in name, description or tags. */
export function searchCatalogue(query: string): readonly CatalogueEntry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return CATALOGUE.filter((candidate) => {
    const { name, tags, document } = candidate;
    const text = `${name} ${tags.join(" ")} ${textOf(document["description"])}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export function laneCount({ document }: CatalogueEntry): number {
  return isList(document["lanes"]) ? document["lanes"].length : 0;
}

/** The first sentence of a description, without its marks. */
export function firstSentence(description: string): string {
  const plain = description.replaceAll(/[*`]/g, "");
  const paragraph = plain.split(/\n\s*\n/)[0] ?? "";
  const sentence = /^.*?[.?!](?=\s|$)/s.exec(paragraph);
  return (sentence?.[0] ?? paragraph).replaceAll(/\s+/g, " ").trim();
}

function entry(path: string, document: JsonObject): CatalogueEntry {
  const id = path.replace(/^.*\//, "").replace(/\.json$/, "");
  const description = document["description"];
  return {
    id,
    document,
    name: textOf(document["name"]) || id,
    teaser: typeof description === "string" ? firstSentence(description) : "",
    tags: tagsOf(document),
  };
}

function tagsOf(document: JsonObject): string[] {
  const lanes = isList(document["lanes"]) ? document["lanes"] : [];
  const tags = lanes.flatMap((lane) => {
    const runtime = isObject(lane) ? lane["runtime"] : undefined;
    if (!isObject(runtime)) return [];
    const { profile, model } = runtime;
    return [textOf(profile === undefined || profile === "neutral" ? model : profile)];
  });
  return [...new Set(tags)];
}

function rank(candidate: CatalogueEntry): number {
  return candidate.id === DEFAULT_SCENARIO ? 0 : 1;
}
