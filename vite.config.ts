/**
 * One configuration for the development server, the two production builds and the unit tests.
 * `vite build` writes the static site to dist/web; `vite build --ssr` writes the command line
 * program to dist/cli as one file that needs nothing but Node.
 */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig(({ isSsrBuild = false }) => ({
  // Relative addresses, so that the site works from any folder of any host.
  base: "./",
  plugins: [react()],
  build: {
    target: isSsrBuild ? "node20" : "es2023",
    outDir: isSsrBuild ? "dist/cli" : "dist/web",
    copyPublicDir: !isSsrBuild,
  },
  ssr: { noExternal: true },
  worker: { format: "es" },
  // The worker is an entry of its own: without it, the first start would find its dependencies
  // late and reload the page.
  optimizeDeps: { entries: ["index.html", "engine/worker.ts"] },
  test: {
    environment: "node",
    include: ["engine/**/*.test.ts", "web/**/*.test.{ts,tsx}", ".ci/**/*.test.mjs"],
    // Comparisons with exact results need long runs.
    testTimeout: 60_000,
  },
}));
