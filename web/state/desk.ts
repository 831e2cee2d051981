/** The desk: parsing and links, in a worker of its own so that no run can hold it up. */
import type { Desk } from "../../engine/api.ts";
import { spawnWorkerLink, type WorkerLink } from "./worker-link.ts";

let link: WorkerLink | undefined;

function deskLink(): WorkerLink {
  if (link === undefined || link.dead) link = spawnWorkerLink();
  return link;
}

export const desk: Desk = {
  parse: (source) => deskLink().call((engine) => engine.parse(source)),
  encodeLink: (document) => deskLink().call((engine) => engine.encodeLink(document)),
  decodeLink: (hash) => deskLink().call((engine) => engine.decodeLink(hash)),
  digest: (laneDigests) => deskLink().call((engine) => engine.digest(laneDigests)),
};
