import { CONTAINER_ORIGIN } from './container-consent'
import { isPreviewFile } from './preview-host'
import { isShareFile, SHARE_FILES } from './share-host'

export { isPreviewFile, isPreviewHost, PREVIEW_FILES } from './preview-host'
export { agreedToContainers } from './container-consent'

/**
 * The one source of response headers, for the relay, the Vite servers and static hosts (`_headers`). Pure text, no I/O.
 *
 * Four kinds of response differ in their policy:
 * - the app's documents and every script: nothing but its own origin. A worker takes its policy from its own script response, not
 *   from the page, so a script served without one could `eval` and call any host;
 * - the key worker's script: may call the model provider, and nothing else differs. It is the only place without a relay that holds a key;
 * - the kernel frame: runs code that the agent wrote, so it may evaluate anything and reach nothing;
 * - a preview: pages of the workspace at an origin of their own, which reach that origin and nothing else;
 * - a shared session: a page that shows what strangers wrote, at an origin of its own, or at none where all of it is in one file.
 */

/** What {@link headersFor} may be told beyond the path. */
export interface HeaderOptions {
  /** Origins that the key worker may call. Default: Anthropic's API. */
  readonly modelOrigins?: readonly string[]
  /**
   * For Vite's dev server only: its client and React's refresh need an inline script, eval-free but not Trusted Types clean, and
   * worker scripts have other addresses there, so every script may call the model origins. Isolation headers are the same.
   */
  readonly dev?: boolean
  /** Port at which the app is served as `http://localhost:PORT` by a server that gives frames names of their own (`sandbox-host.ts`). */
  readonly localPort?: number
  /** The person agreed to WebContainers: the app's document may frame StackBlitz. */
  readonly containers?: boolean
}

/** Where the key worker calls when nobody configured another origin. */
export const DEFAULT_MODEL_ORIGIN = 'https://api.anthropic.com'

/** The document of the locked frame in which the sandbox's kernel runs. */
export const KERNEL_FRAME_PATH = '/frame/kernel.html'

/** The service worker that opens the app without its server: at the root, because it sees addresses below its own only. */
export const OFFLINE_WORKER_PATH = '/offline.js'

/**
 * Trusted Types policies that may be created: ours for worker addresses, the rest are what monaco-editor 0.57 and the sanitiser in it
 * create (a test compares this list with the installed package). `allow-duplicates`: Monaco makes one of them in two modules.
 */
export const TRUSTED_TYPES_POLICIES = [
  'tabwright-worker',
  'defaultWorkerFactory',
  'diffEditorWidget',
  'diffReview',
  'domLineBreaksComputer',
  'dompurify',
  'editorGhostText',
  'editorViewLayer',
  'richScreenReaderContent',
  'standaloneColorizer',
  'stickyScrollViewLayer',
  'tokenizeToString',
] as const

/** For what never changes under its address. */
const FOREVER = 'public, max-age=31536000, immutable'

const KEY_WORKER = /^\/assets\/key-worker-[^/]*\.js$/

/**
 * `require-corp` and not `credentialless`: the app loads nothing from another origin, so it costs nothing, it isolates in every
 * browser (Safari has no `credentialless`), and a cross-origin load that slips in fails loudly.
 */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const

/** Its own process where the browser can, so that a spinning neighbour does not freeze the app. */
const OWN_CLUSTER = { 'Origin-Agent-Cluster': '?1' } as const

/**
 * `cross-origin-isolated` is not named here: left out, the frame's `allow="cross-origin-isolated"` hands it on, while
 * `(self)` would take it from the frame, whose origin is opaque.
 */
const PERMISSIONS = [
  'camera=()',
  'microphone=()',
  'geolocation=()',
  'payment=()',
  'usb=()',
  'serial=()',
  'hid=()',
  'display-capture=()',
  'clipboard-read=()',
  'clipboard-write=(self)',
].join(', ')

const COMMON = {
  ...ISOLATION,
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Permissions-Policy': PERMISSIONS,
} as const

function kernelPolicy(localPort: number | undefined): string {
  return [
    "default-src 'none'",
    "script-src 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval' blob:",
    'worker-src blob:',
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    `frame-ancestors 'self'${localPort === undefined ? '' : ` http://localhost:${localPort}`}`,
    'sandbox allow-scripts',
  ].join('; ')
}

function appPolicy(connect: readonly string[], { dev = false, localPort, containers = false }: HeaderOptions): string {
  return [
    "default-src 'none'",
    `script-src 'self' ${dev ? "'unsafe-inline' " : ''}'wasm-unsafe-eval'`,
    "worker-src 'self'",
    // Terminal and editor write style elements. That opens no channel out: images and fonts stay closed.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "media-src 'self' blob:",
    `connect-src ${connect.join(' ')}`,
    `frame-src 'self'${localPort === undefined ? '' : ` http://*.localhost:${localPort}`}${containers ? ` ${CONTAINER_ORIGIN}` : ''}`,
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    ...(dev ? [] : ["require-trusted-types-for 'script'", `trusted-types ${TRUSTED_TYPES_POLICIES.join(' ')} 'allow-duplicates'`]),
  ].join('; ')
}

/**
 * A page may do with itself what it likes and reach nothing but its own origin, where each answer is the app's. Who may frame it: the
 * app, and itself. Without a port there is no app beside it.
 */
function previewPolicy(localPort: number | undefined): string {
  return [
    "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'",
    "connect-src 'self' data: blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    `frame-ancestors ${localPort === undefined ? "'none'" : `'self' http://localhost:${localPort}`}`,
  ].join('; ')
}

/**
 * Headers of everything that is given out under the name of a preview. Looking up names ahead of time is off: it would tell others something
 * that the policy keeps in.
 */
function previewHeaders(localPort: number | undefined): Record<string, string> {
  return {
    ...COMMON,
    ...OWN_CLUSTER,
    'Cross-Origin-Resource-Policy': localPort === undefined ? 'same-origin' : 'cross-origin',
    'X-DNS-Prefetch-Control': 'off',
    'Content-Security-Policy': previewPolicy(localPort),
  }
}

/**
 * What shows a shared session reaches the ciphertext at its own origin and nothing else. In one file it reaches nothing at all, and is no
 * origin's, wherever it is given out: its scripts are named in its own text, by their hash.
 */
function sharePolicy(path: string): string {
  const isWhole = path === SHARE_FILES.whole
  return [
    "default-src 'none'",
    `script-src ${isWhole ? "'unsafe-inline'" : "'self'"}`,
    `style-src ${isWhole ? '' : "'self' "}'unsafe-inline'`,
    'img-src data: blob:',
    'font-src data:',
    `connect-src ${isWhole ? "'none'" : "'self'"}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    ...(isWhole ? ['sandbox allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox'] : []),
  ].join('; ')
}

/** Without isolation: nothing there needs it, and it stands in no one's way. */
function shareHeaders(path: string): Record<string, string> {
  return {
    ...OWN_CLUSTER,
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-DNS-Prefetch-Control': 'off',
    'X-Robots-Tag': 'noindex, nofollow',
    'Permissions-Policy': PERMISSIONS,
    'Content-Security-Policy': sharePolicy(path),
  }
}

function policyFor(path: string, options: HeaderOptions): string {
  if (isPreviewFile(path)) return previewPolicy(options.localPort)
  if (isShareFile(path)) return sharePolicy(path)
  if (path === KERNEL_FRAME_PATH) return kernelPolicy(options.localPort)
  const models = options.modelOrigins ?? [DEFAULT_MODEL_ORIGIN]
  if (options.dev === true) return appPolicy(["'self'", ...models], options)
  if (KEY_WORKER.test(path)) return appPolicy(models.length > 0 ? models : ["'none'"], options)
  return appPolicy(["'self'"], options)
}

/**
 * Headers of the response for `path` (with or without a query). Status does not matter: a 304 without them would lose isolation.
 * @throws TypeError for a model origin that is not a bare origin: it would end up inside a policy
 */
export function headersFor(path: string, options: HeaderOptions = {}): Record<string, string> {
  for (const origin of options.modelOrigins ?? []) {
    if (!/^https?:\/\/[a-z0-9.[\]:-]+$/i.test(origin)) throw new TypeError(`not an origin: ${JSON.stringify(origin)}`)
  }
  const bare = path.split(/[?#]/, 1)[0] ?? path
  if (isPreviewFile(bare)) return previewHeaders(options.localPort)
  if (isShareFile(bare)) return shareHeaders(bare)
  // The frame's origin is opaque, so its cluster is its own anyway; asking for it there makes Chromium complain in the console.
  const isKernel = bare === KERNEL_FRAME_PATH
  const cluster = isKernel ? {} : OWN_CLUSTER
  // Under a name of its own the frame is another site's to the app; who may embed it is said by its policy.
  const resource = isKernel && options.localPort !== undefined ? { 'Cross-Origin-Resource-Policy': 'cross-origin' } : {}
  return { ...COMMON, ...cluster, ...resource, 'Content-Security-Policy': policyFor(bare, options) }
}

/** What {@link headersFile} renders. */
export interface HeadersFileOptions extends HeaderOptions {
  /** Every file of the build, as its path on the host: `/assets/index-abc.js`. Scripts get a block of their own. */
  readonly files: readonly string[]
  /** Addresses that answer with the app's document. A trailing `*` is allowed. Default: `/` and `/index.html`. */
  readonly documents?: readonly string[]
}

/**
 * The text of a `_headers` file as Netlify and Cloudflare Pages read it. Both join the values of a header that two matching blocks
 * name, and two joined policies only ever forbid more, which would break frame and key worker. So the policy is never in the block
 * for everything: each document and each script has exactly one block that names it.
 */
export function headersFile(options: HeadersFileOptions): string {
  const documents = options.documents ?? ['/', '/index.html']
  const scripts = options.files.filter(
    (file) => /\.m?js$/.test(file) || file === KERNEL_FRAME_PATH || isPreviewFile(file) || isShareFile(file),
  )
  const block = (path: string, headers: Record<string, string>) =>
    [path, ...Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`)].join('\n')
  const everything = { ...COMMON, 'Strict-Transport-Security': 'max-age=63072000' }
  const own = [...new Set([...documents, ...scripts])].map((path) =>
    block(path, {
      ...(path === KERNEL_FRAME_PATH ? {} : OWN_CLUSTER),
      ...(documents.includes(path) || path === OFFLINE_WORKER_PATH ? { 'Cache-Control': 'no-cache' } : {}),
      // The app names the build in the address, which these hosts do not look at.
      ...(path === KERNEL_FRAME_PATH ? { 'Cache-Control': FOREVER } : {}),
      'Content-Security-Policy': policyFor(path, options),
    }),
  )
  const assets = block('/assets/*', { 'Cache-Control': FOREVER })
  return `${[block('/*', everything), assets, ...own].join('\n\n')}\n`
}
