import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import type { Connect, Plugin, ProxyOptions } from 'vite'
import { defineConfig } from 'vitest/config'
import { headersFile, headersFor } from './packages/protocol/src/headers.ts'
import { frameBundles } from './vite.frame.ts'

const ROOT = fileURLToPath(new URL('.', import.meta.url))
/** Addresses that answer with the app's document: the start and every session. */
const DOCUMENTS = ['/', '/index.html', '/s/*']
const RELAY_PATHS = ['/session', '/vault', '/mirror', '/v1', '/healthz']

/** Sends each response with the headers that the relay would send, so that a policy that breaks something breaks it here too. */
function sameHeaders(dev: boolean): Connect.NextHandleFunction {
  return (request, response, next) => {
    for (const [name, value] of Object.entries(headersFor(request.url ?? '/', { dev }))) response.setHeader(name, value)
    next()
  }
}

/** Response headers in dev and preview, and what static hosts read: `_headers` and `_redirects`. */
function responseHeaders(): Plugin {
  return {
    name: 'tabwright:response-headers',
    configureServer(server) {
      server.middlewares.use(sameHeaders(true))
    },
    configurePreviewServer(server) {
      server.middlewares.use(sameHeaders(false))
    },
    generateBundle: {
      // Last, so that what other plugins emit is known.
      order: 'post',
      handler(_options, bundle) {
        const copied = existsSync(join(ROOT, 'public')) ? readdirSync(join(ROOT, 'public'), { recursive: true, encoding: 'utf8' }) : []
        const files = [...Object.keys(bundle), ...copied.map((name) => name.replaceAll('\\', '/'))].map((name) => `/${name}`)
        this.emitFile({ type: 'asset', fileName: '_headers', source: headersFile({ files, documents: DOCUMENTS }) })
        // An address of a session is the app's document on a static host too.
        this.emitFile({ type: 'asset', fileName: '_redirects', source: '/s/* /index.html 200\n' })
      },
    },
  }
}

/**
 * The relay behind Vite's server. It answers its own origin only; the page's origin here is Vite's, so exactly that one is rewritten and
 * every other is passed on to be refused.
 */
function relayProxy(target: string): Record<string, ProxyOptions> {
  const options: ProxyOptions = {
    target,
    changeOrigin: true,
    configure(proxy) {
      proxy.on('proxyReq', (outgoing, incoming) => {
        if (incoming.headers.origin === `http://${incoming.headers.host ?? ''}`) outgoing.setHeader('origin', target)
      })
    },
  }
  return Object.fromEntries(RELAY_PATHS.map((path) => [`^${path}(/|\\?|$)`, options]))
}

const relay = process.env['TABWRIGHT_DEV_RELAY']

// Vitest reads this file too, with the repository and not the app as its root.
const underTest = process.env['VITEST'] !== undefined

export default defineConfig({
  root: underTest ? ROOT : join(ROOT, 'apps/web'),
  publicDir: join(ROOT, 'public'),
  cacheDir: join(ROOT, 'node_modules/.vite'),
  plugins: [react(), responseHeaders(), frameBundles()],
  build: {
    outDir: join(ROOT, 'dist'),
    emptyOutDir: true,
    target: 'es2023',
    // Monaco is one chunk of 3 MB, loaded when an editor opens.
    chunkSizeWarningLimit: 4000,
  },
  worker: {
    format: 'es',
    // A worker's policy comes with its own script: the relay knows the key worker by this name.
    rolldownOptions: { output: { entryFileNames: 'assets/[name]-[hash].js' } },
  },
  optimizeDeps: {
    // Lazy chunks and workers too: what Vite finds late it bundles again, and reloads the page.
    entries: ['index.html', 'src/**/*.{ts,tsx}', '../../packages/*/src/**/*.{ts,tsx}', '!**/*.test.{ts,tsx}', '!../../packages/testkit/**'],
  },
  server: {
    port: 5173,
    strictPort: true,
    ...(relay === undefined ? {} : { proxy: relayProxy(relay) }),
  },
  preview: { port: 4173, strictPort: true },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          include: ['packages/**/*.test.{ts,tsx}', 'apps/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'dist/**', 'dist-relay/**'],
          testTimeout: 60_000,
          hookTimeout: 15_000,
          // A second is not much where two cores run everything; a state that never comes still ends its test.
          expect: { poll: { timeout: 15_000 } },
        },
      },
    ],
  },
})
