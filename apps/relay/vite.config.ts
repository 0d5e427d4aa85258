import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** One file that runs without node_modules, but for the database: its native part cannot be bundled. */
export default defineConfig({
  root: here('.'),
  publicDir: false,
  build: {
    ssr: here('src/main.ts'),
    outDir: here('../../dist-relay'),
    emptyOutDir: true,
    target: 'node20.19',
    minify: false,
    rolldownOptions: { output: { entryFileNames: 'main.mjs', banner: '#!/usr/bin/env node' } },
  },
  // What `ws` would take from a native library that is not here.
  resolve: { alias: { bufferutil: here('src/frame-mask.ts') } },
  ssr: { noExternal: true, external: ['libsql'] },
})
