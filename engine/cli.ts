#!/usr/bin/env node
/** The command line program: the process around `cli/main.ts`. */
import { main } from "./cli/main.ts";

let isInterrupted = false;
// Once: a second Ctrl-C ends the process at once.
process.once("SIGINT", () => {
  isInterrupted = true;
});
// `run ... | head` closes the pipe early, which is nobody's mistake.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await main(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  isErrTty: process.stderr.isTTY,
  seconds: () => performance.now() / 1000,
  isInterrupted: () => isInterrupted,
});
