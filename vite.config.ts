import { existsSync, readdirSync } from 'node:fs'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import type { Connect, Plugin, ProxyOptions } from 'vite'
import { defineConfig } from 'vitest/config'
import type { TestSequencer, TestSpecification } from 'vitest/node'
import {
  agreedToContainers,
  headersFile,
  headersFor,
  isPreviewFile,
  isPreviewHost,
  KERNEL_FRAME_PATH,
  OFFLINE_WORKER_PATH,
  PREVIEW_FILES,
} from './packages/protocol/src/headers.ts'
import { buildFrameBundle, frameBundles } from './vite.frame.ts'
import { offlineWorker } from './vite.offline.ts'
import { bundlerPack } from './vite.bundler.ts'
import { pythonPack } from './vite.python.ts'
import { typescriptLibraries } from './vite.typescript.ts'
import { sharedViewer } from './vite.viewer.ts'

const ROOT = fileURLToPath(new URL('.', import.meta.url))
/** Addresses that answer with the app's document: the start and every session. */
const DOCUMENTS = ['/', '/index.html', '/s/*']
const RELAY_PATHS = [
  '/http',
  '/session',
  '/fetch',
  '/notify',
  '/vault',
  '/mcp',
  '/mirror',
  '/shares',
  '/live',
  '/v1',
  '/healthz',
  '/worker',
  '/invoke',
]

/** A clean checkout knows no durations of before: what takes half a minute and more begins first, or one core ends alone with it. */
const LONGEST = [
  'evals/evals',
  'hands/cases-git',
  'hands/cases-git-sessions',
  'hands/cases-commands',
  'hands/cases-text',
  'hands/cases-language',
  'hands/cases-node',
  'sim/sweep',
  'sim/sweep-late',
  'embedded/limits',
  'sim/seeds',
  'embedded/embedded-hands',
  'shell-fuzz/fuzz',
]

class LongestFirst implements TestSequencer {
  sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(`${name}.test.ts`))
      return at === -1 ? LONGEST.length : at
    }
    return Promise.resolve(files.toSorted((a, b) => rank(a) - rank(b)))
  }

  shard(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve(files)
  }
}

/** Sends each response with the headers that the relay would send, so that a policy that breaks something breaks it here too. */
function sameHeaders(dev: boolean): Connect.NextHandleFunction {
  return (request, response, next) => {
    // As the relay does: under a preview's name every page is the one that all begin with.
    const isPreview = isPreviewHost(request.headers.host ?? '', request.socket.localPort ?? 0)
    if (isPreview && request.url !== PREVIEW_FILES.page) request.url = PREVIEW_FILES.shell
    // Only `localhost` has names below it that every browser looks for here.
    const isFrame = request.url === KERNEL_FRAME_PATH || isPreviewFile(request.url ?? '/')
    const { localPort } = isFrame || request.headers.host?.startsWith('localhost:') ? request.socket : {}
    const headers = headersFor(request.url ?? '/', {
      dev,
      ...(localPort !== undefined && { localPort }),
      containers: agreedToContainers(request.headers.cookie),
    })
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
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
        const named = [...Object.keys(bundle), ...copied.map((name) => name.replaceAll('\\', '/'))].map((name) => `/${name}`)
        const files = [...named, OFFLINE_WORKER_PATH]
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
    ws: true,
    configure(proxy) {
      const rewrite = (outgoing: ClientRequest, incoming: IncomingMessage) => {
        if (incoming.headers.origin === `http://${incoming.headers.host ?? ''}`) outgoing.setHeader('origin', target)
      }
      proxy.on('proxyReq', rewrite)
      proxy.on('proxyReqWs', rewrite)
    },
  }
  return Object.fromEntries(RELAY_PATHS.map((path) => [`^${path}(/|\\?|$)`, options]))
}

const relay = process.env['TABWRIGHT_DEV_RELAY']

// Vitest reads this file too, with the repository and not the app as its root.
const underTest = process.env['VITEST'] !== undefined

const NOT_OURS = ['**/node_modules/**', 'dist/**', 'dist-relay/**']
/**
 * All others share a process: loading the modules anew for each file costs more than most of them run. What stays alone are programs that run in
 * threads and processes of their own, workers of the page, whose clocks go on until the process ends, campaigns that are as long as all others
 * together, and tests that make hours pass by the process's own clock: a loop that another file left there would go round for all of these hours.
 */
const ALONE = [
  'packages/runtime/src/hands/**/*.test.ts',
  'packages/runtime/src/worker/**/*.test.ts',
  'packages/testkit/**/*.test.ts',
  'apps/relay/src/services/cron/cron.test.ts',
  'apps/relay/src/stores/contracts.test.ts',
  'scripts/**/*.test.ts',
]

/** What all unit tests have in common. */
const UNIT = {
  environment: 'node',
  // By default one core is left free, which of two is half of the time.
  maxWorkers: '100%',
  testTimeout: 60_000,
  hookTimeout: 15_000,
  // A second is not much where two cores run everything; a state that never comes still ends its test.
  expect: { poll: { timeout: 15_000 } },
} as const

export default defineConfig({
  root: underTest ? ROOT : join(ROOT, 'apps/web'),
  publicDir: join(ROOT, 'public'),
  cacheDir: join(ROOT, 'node_modules/.vite'),
  plugins: [
    react(),
    responseHeaders(),
    frameBundles(),
    pythonPack(buildFrameBundle),
    bundlerPack(buildFrameBundle),
    typescriptLibraries(),
    sharedViewer(),
    offlineWorker(buildFrameBundle),
  ],
  build: {
    outDir: join(ROOT, 'dist'),
    emptyOutDir: true,
    target: 'es2023',
    // Monaco is one chunk of 3 MB, loaded when an editor opens.
    chunkSizeWarningLimit: 4000,
    rolldownOptions: {
      // What the document loads is one file and not one for each set of parts that share something: a browser asks a server for six at a time.
      output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] } },
    },
  },
  resolve: {
    // Its form for browsers asks the document, and there is none in a worker.
    alias: { 'decode-named-character-reference': join(ROOT, 'node_modules/decode-named-character-reference/index.js') },
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
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { ...UNIT, name: 'alone', include: ALONE, exclude: NOT_OURS } },
      {
        extends: true,
        test: {
          ...UNIT,
          name: 'shared',
          include: ['packages/**/*.test.{ts,tsx}', 'apps/**/*.test.{ts,tsx}'],
          exclude: [...NOT_OURS, ...ALONE],
          isolate: false,
          setupFiles: join(ROOT, 'scripts/fresh-database.mjs'),
        },
      },
      // They ask a service of somebody else's: only where its own command says so.
      ...(process.env['TABWRIGHT_WEBCONTAINERS'] === undefined
        ? []
        : [{ extends: true as const, test: { ...UNIT, name: 'service', include: ['e2e/service/*.check.ts'], hookTimeout: 60_000 } }]),
    ],
  },
})
