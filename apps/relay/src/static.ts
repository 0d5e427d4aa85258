import { createHash } from 'node:crypto'
import { readFile, realpath, stat } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { mediaType, SHARE_FILES } from '@tabwright/protocol'
import { agreedToContainers, headersFor, KERNEL_FRAME_PATH } from '@tabwright/protocol/headers'
import { isCompressible } from './media-type'

type Encoding = 'br' | 'gzip' | 'identity'

/** One file of the build as it is sent, kept until the file changes. */
interface Loaded {
  /** Where it is, links resolved. */
  readonly path: string
  readonly mtimeMs: number
  readonly size: number
  readonly type: string
  readonly tag: string
  readonly bytes: Buffer
  readonly packed: Map<Encoding, Promise<Buffer>>
}

/** Answers GET and HEAD for the built app. */
export type StaticFiles = (request: IncomingMessage) => Promise<Response>

/** Smaller files grow by the wrapping more than they shrink. */
const WORTH_COMPRESSING = 1024

const pack: Readonly<Record<Encoding, (bytes: Buffer) => Promise<Buffer>>> = {
  // Quality 5: a tenth of the time of 11, which would hold up the first page for seconds, at a few per cent more bytes.
  br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (bytes) => promisify(gzip)(bytes),
  identity: (bytes) => Promise.resolve(bytes),
}

/** @param port the port that is in use: known once the server listens */
export function createStaticFiles(dist: string, port: () => number): StaticFiles {
  const cache = new Map<string, Loaded>()

  async function load(path: string): Promise<Loaded | undefined> {
    const file = await fileInside(dist, path)
    if (file === undefined) return undefined
    const known = cache.get(path)
    if (known !== undefined && known.mtimeMs === file.mtimeMs && known.size === file.size) return known
    const bytes = await readFile(file.path)
    const tag = createHash('sha256').update(bytes).digest('base64url').slice(0, 22)
    const loaded: Loaded = { path: file.path, mtimeMs: file.mtimeMs, size: file.size, type: mediaType(path), tag, bytes, packed: new Map() }
    cache.set(path, loaded)
    return loaded
  }

  async function answer(path: string, file: Loaded, request: IncomingMessage): Promise<Response> {
    const encoding = file.bytes.length >= WORTH_COMPRESSING && isCompressible(file.type) ? bestEncoding(request) : 'identity'
    const etag = `"${file.tag}-${encoding}"`
    const headers: Record<string, string> = {
      // On a 304 as well: a browser takes the policy from the newer headers, and isolation would be lost without them.
      ...headersFor(path, { localPort: port(), containers: agreedToContainers(request.headers.cookie) }),
      'cache-control': cachingOf(path, request.url),
      etag,
      vary: 'accept-encoding',
    }
    if (matches(request.headers['if-none-match'], etag)) return new Response(null, { status: 304, headers })
    headers['content-type'] = file.type
    if (encoding !== 'identity') headers['content-encoding'] = encoding
    const bytes = await packed(file, encoding)
    headers['content-length'] = String(bytes.length)
    return new Response(new Uint8Array(bytes), { headers })
  }

  return async (request) => {
    const path = cleanPath(request.url ?? '/')
    if (path === undefined) return plain(400, 'That address is not one of a file.')
    const file = await load(path === '/' ? '/index.html' : path)
    if (file !== undefined) return answer(path === '/' ? '/index.html' : path, file, request)
    if (!isDocument(request) || /\.[^/]*$/.test(path)) return plain(404, 'There is no such file.')
    // The app has addresses of its own: one that is no file gets the app, which reads it.
    const app = await load('/index.html')
    return app === undefined
      ? plain(503, `The app is not built. Run "npm start", or "npm run build" and reload.`)
      : answer('/index.html', app, request)
  }
}

function cachingOf(path: string, address = path): string {
  // The page names its build in it, and the browser is to have it when this relay is away.
  const isOfBuild = path === KERNEL_FRAME_PATH && /\?v=[0-9a-f]{16}$/.test(address)
  if (path.startsWith('/assets/') || isOfBuild) return 'public, max-age=31536000, immutable'
  return path === SHARE_FILES.page ? 'no-store' : 'no-cache'
}

/** Whether a person's browser asks for a page, as opposed to a script for data. */
export function isDocument(request: IncomingMessage): boolean {
  return (request.method === 'GET' || request.method === 'HEAD') && (request.headers.accept ?? '').includes('text/html')
}

/** The decoded path, or undefined for one that could mean something outside the folder on any file system. */
export function cleanPath(target: string): string | undefined {
  const raw = target.split(/[?#]/, 1)[0] ?? ''
  let path: string
  try {
    path = decodeURIComponent(raw)
  } catch (thrown) {
    if (thrown instanceof URIError) return undefined
    throw thrown
  }
  // Decoded once, so what is left of a double encoding is a name with a percent sign in it. Drive letters and streams: `:`.
  if (!path.startsWith('/') || /[\0-\x1f\\:%]/.test(path) || /%2f/i.test(raw)) return undefined
  const segments = path.split('/').slice(1)
  const last = segments.length - 1
  const isOdd = (segment: string, i: number) => (segment === '' && i !== last) || (segment.startsWith('.') && segment !== '.well-known')
  return segments.some(isOdd) ? undefined : path
}

async function fileInside(
  dist: string,
  path: string,
): Promise<{ readonly path: string; readonly mtimeMs: number; readonly size: number } | undefined> {
  try {
    const root = await realpath(dist)
    // Links are resolved before the comparison: one that points out of the build is as good as `..`.
    const real = await realpath(join(root, path))
    if (!real.startsWith(root + sep)) return undefined
    const found = await stat(real)
    return found.isFile() ? { path: real, mtimeMs: found.mtimeMs, size: found.size } : undefined
  } catch (thrown) {
    if (isGone(thrown)) return undefined
    throw thrown
  }
}

function isGone(thrown: unknown): boolean {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'ELOOP'
}

function packed(file: Loaded, encoding: Encoding): Promise<Buffer> {
  const known = file.packed.get(encoding)
  if (known !== undefined) return known
  const made = encoding === 'br' ? besides(file).then((found) => found ?? pack.br(file.bytes)) : pack[encoding](file.bytes)
  file.packed.set(encoding, made)
  return made
}

/** What the build compressed. Undefined where it did not, or where the file was changed since. */
async function besides(file: Loaded): Promise<Buffer | undefined> {
  try {
    const path = `${file.path}.br`
    return (await stat(path)).mtimeMs >= file.mtimeMs ? await readFile(path) : undefined
  } catch (thrown) {
    if (isGone(thrown)) return undefined
    throw thrown
  }
}

function bestEncoding(request: IncomingMessage): Encoding {
  const offered = String(request.headers['accept-encoding'] ?? '')
    .toLowerCase()
    .split(',')
  const names = offered.filter((one) => !/;\s*q=0(?:\.0*)?\s*$/.test(one)).map((one) => one.split(';', 1)[0]?.trim())
  if (names.includes('br')) return 'br'
  return names.includes('gzip') ? 'gzip' : 'identity'
}

function matches(given: string | undefined, etag: string): boolean {
  return (given ?? '').split(',').some((one) => one.trim().replace(/^W\//, '') === etag || one.trim() === '*')
}

function plain(status: number, text: string): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { ...headersFor('/'), 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  })
}
