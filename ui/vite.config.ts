import { fileURLToPath } from "node:url";
import { paraglideVitePlugin } from "@inlang/paraglide-js";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig(({ mode }) => ({
  plugins: [
    svelte(),
    // The tests find the messages compiled: this plugin keeps their process from ending.
    mode !== "test" &&
      paraglideVitePlugin({
        project: "./project.inlang",
        outdir: "./src/shared/paraglide",
        strategy: ["globalVariable", "baseLocale"],
      }),
  ],
  resolve: {
    // `--mode mock` swaps the shell for a pretended one, so that a plain browser can show any state.
    alias:
      mode === "mock"
        ? [
            { find: /^.*\/backend\/(cashier|customer)$/, replacement: here("src/dev/mock-$1.ts") },
            { find: /^.*\/paraglide\/messages\.js$/, replacement: here("src/dev/longer-messages.ts") },
          ]
        : [],
    ...(mode === "test" ? { conditions: ["browser"] } : {}),
  },
  clearScreen: false,
  server: { host: "127.0.0.1", port: 5173, strictPort: true },
  build: {
    target: ["es2022", "safari16.4", "chrome111"],
    ...(mode === "mock" ? { outDir: here("../target/mock-pages"), emptyOutDir: true } : {}),
    // The content security policy allows files only: nothing may be folded into the pages.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: { cashier: here("cashier.html"), customer: here("customer.html") } },
  },
  test: {
    environment: "jsdom",
    include: ["tests/**/*.test.ts"],
    setupFiles: ["tests/setup.ts"],
    restoreMocks: true,
    // A loaded machine is slow, not wrong.
    testTimeout: 60_000,
  },
}));
