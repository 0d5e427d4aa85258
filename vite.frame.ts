import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import type { Plugin, ViteDevServer } from 'vite'

const root = dirname(fileURLToPath(import.meta.url))
const embedded = resolve(root, 'packages/runtime/src/hands/embedded')

/**
 * The two workers of the sandbox, the script of every preview, and what is no module of the page either. Classic scripts: an opaque frame cannot load modules from
 * text, and a preview's script runs before the page goes on.
 */
const ENTRIES = {
  kernel: resolve(embedded, 'kernel-main.ts'),
  process: resolve(embedded, 'process-main.ts'),
  'preview-page': resolve(root, 'packages/runtime/src/preview-page/main.ts'),
  python: resolve(embedded, 'python/python-main.ts'),
  bundler: resolve(embedded, 'bundler/bundler-main.ts'),
  offline: resolve(root, 'packages/runtime/src/offline/main.ts'),
}
type Entry = keyof typeof ENTRIES

/** Where they are given out. */
const FILES: readonly { readonly entry: Entry; readonly file: string }[] = [
  { entry: 'kernel', file: 'frame/kernel.js' },
  { entry: 'process', file: 'frame/process.js' },
  { entry: 'preview-page', file: '__preview/page.js' },
]

interface Bundle {
  readonly code: string
  /** Files that it was made of. */
  readonly files: readonly string[]
}

const EXPECTED = new Set(['EVAL', 'CIRCULAR_DEPENDENCY', 'EMPTY_IMPORT_META', 'COMMONJS_VARIABLE_IN_ESM'])

/** Bundles one of them to one classic script. */
export async function buildFrameBundle(entry: Entry, minify = false): Promise<Bundle> {
  const build = await rolldown({
    input: ENTRIES[entry],
    platform: 'browser',
    // Pyodide asks for these where it finds itself in Node.
    external: entry === 'python' ? [/^node:/, 'ws'] : [],
    resolve: {
      alias: {
        // The platform's own module of that name must not be meant: these are the libraries.
        buffer: 'buffer/',
        events: 'events/',
        string_decoder: 'string_decoder/',
        // The one without WebAssembly, which would have to be waited for.
        'cjs-module-lexer': createRequire(resolve(root, 'packages/runtime/package.json')).resolve('cjs-module-lexer'),
        'process/': resolve(embedded, 'process-shim.ts'),
        process: resolve(embedded, 'process-shim.ts'),
      },
    },
    transform: { define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEBUG': 'undefined', global: 'globalThis' } },
    onLog(level, log, report) {
      // An unresolved import would only show when a program meets it.
      if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message)
      if (level === 'warn' && !EXPECTED.has(log.code ?? '')) report(level, log)
    },
  })
  const { output } = await build.generate({ format: 'iife', codeSplitting: false, minify })
  const files = (await build.watchFiles).filter((file) => existsSync(file))
  await build.close()
  return { code: output[0].code, files }
}

/**
 * Serves and emits them: `/frame/kernel.js` and `/frame/process.js`, which the page fetches as text and hands into the locked frame, and
 * that of previews, which is given out under their names.
 * Built once and again only when a file of theirs changes.
 */
export function frameBundles(): Plugin {
  const built = new Map<Entry, Promise<Bundle>>()
  const get = (entry: Entry): Promise<Bundle> => {
    const known = built.get(entry)
    if (known !== undefined) return known
    const started = buildFrameBundle(entry)
    built.set(entry, started)
    // A failed build is tried again at the next request.
    started.catch(() => built.delete(entry))
    return started
  }
  const entryOf = (url: string | undefined): Entry | undefined => {
    const path = url?.split('?', 1)[0]
    return FILES.find(({ file }) => `/${file}` === path)?.entry
  }
  return {
    name: 'tabwright:frame-bundles',
    configureServer(server: ViteDevServer) {
      const stale = async (file: string): Promise<void> => {
        for (const [entry, bundle] of built) {
          const { files } = await bundle
          if (files.includes(file)) built.delete(entry)
        }
      }
      server.watcher.on('change', (file) => void stale(file))
      server.middlewares.use((request, response, next) => {
        const entry = entryOf(request.url)
        if (entry === undefined) return next()
        get(entry).then(
          async ({ code, files }) => {
            server.watcher.add([...files])
            response.setHeader('content-type', 'text/javascript; charset=utf-8')
            response.setHeader('cache-control', 'no-store')
            response.end(code)
          },
          (thrown: unknown) => next(thrown instanceof Error ? thrown : new Error(String(thrown))),
        )
      })
    },
    async generateBundle() {
      // Once a build, not once for each worker that the app itself has.
      if (this.environment.name !== 'client') return
      for (const { entry, file } of FILES) {
        const { code } = await buildFrameBundle(entry, true)
        this.emitFile({ type: 'asset', fileName: file, source: code })
      }
    },
  }
}
