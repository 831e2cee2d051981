/** The classes of requests that a document declares. */
import { isObject, readPath, type Json } from "../state/document-path.ts";

export function classNames(document: unknown): string[] {
  const requests = readPath((document ?? null) as Json, "requests");
  return isObject(requests) ? Object.keys(requests) : [];
}

/** True where a number alone does not say which request is meant. */
export function hasClasses(document: unknown): boolean {
  return classNames(document).length > 1;
}
