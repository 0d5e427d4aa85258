import { unsupported } from './context'
import { ERROR_NUMBERS, SIGNAL_NUMBERS } from './system-constants'

/** `os`: a small machine that tells nothing of the real one. */
export const os: Record<string, unknown> = {
  EOL: '\n',
  platform: () => 'linux',
  type: () => 'Linux',
  arch: () => 'x64',
  machine: () => 'x86_64',
  release: () => '6.0.0',
  version: () => 'sandbox',
  hostname: () => 'sandbox',
  homedir: () => '/home/user',
  tmpdir: () => '/tmp',
  endianness: () => 'LE',
  cpus: () => [{ model: 'sandbox', speed: 1000, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } }],
  availableParallelism: () => 1,
  totalmem: () => 4_294_967_296,
  freemem: () => 2_147_483_648,
  uptime: () => performance.now() / 1000,
  loadavg: () => [0, 0, 0],
  networkInterfaces: () => ({}),
  userInfo: () => ({ username: 'user', uid: 1000, gid: 1000, shell: '/bin/bash', homedir: '/home/user' }),
  constants: {
    signals: SIGNAL_NUMBERS,
    errno: ERROR_NUMBERS,
    priority: {
      PRIORITY_LOW: 19,
      PRIORITY_BELOW_NORMAL: 10,
      PRIORITY_NORMAL: 0,
      PRIORITY_ABOVE_NORMAL: -7,
      PRIORITY_HIGH: -14,
      PRIORITY_HIGHEST: -20,
    },
  },
  devNull: '/dev/null',
}

function queryText(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return ''
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
    ? encodeURIComponent(String(value))
    : ''
}

/** What is no escape stays as it is. */
function unescapeQuery(text: unknown): string {
  try {
    return decodeURIComponent(String(text))
  } catch (thrown) {
    if (!(thrown instanceof URIError)) throw thrown
    return String(text).replace(/(?:%[\da-f]{2})+/gi, (run) => {
      const bytes = run
        .slice(1)
        .split('%')
        .map((hex) => Number.parseInt(hex, 16))
      return new TextDecoder().decode(new Uint8Array(bytes))
    })
  }
}

/** `querystring`. */
export const querystring: Record<string, unknown> = {
  stringify: (data: unknown, separator = '&', equals = '=') =>
    Object.entries(Object(data))
      .flatMap(([key, value]) =>
        (Array.isArray(value) ? value : [value]).map((item) => `${encodeURIComponent(key)}${String(equals)}${queryText(item)}`),
      )
      .join(String(separator)),
  parse: (text: unknown, separator?: string | null, equals?: string | null, options?: { readonly maxKeys?: number }) => {
    const out: Record<string, string | string[]> = Object.create(null)
    const most = options?.maxKeys ?? 1000
    const parts = String(text)
      .split(separator ?? '&')
      .filter(Boolean)
    for (const part of most > 0 ? parts.slice(0, most) : parts) {
      const at = part.indexOf(equals ?? '=')
      const decode = (raw: string): string => unescapeQuery(raw.replaceAll('+', ' '))
      const key = decode(at === -1 ? part : part.slice(0, at))
      const value = at === -1 ? '' : decode(part.slice(at + (equals ?? '=').length))
      const known = out[key]
      out[key] = known === undefined ? value : Array.isArray(known) ? [...known, value] : [known, value]
    }
    return out
  },
  escape: encodeURIComponent,
  unescape: unescapeQuery,
}
Object.assign(querystring, { decode: querystring['parse'], encode: querystring['stringify'] })

/** Modules of Node that this sandbox does not have, with the reason that a program is told. */
const MISSING: Readonly<Record<string, string>> = {
  cluster: 'there is one process at a time',
  dgram: 'there is no network',
  http2: 'there is no network; http reaches programs of this sandbox',
  inspector: 'there is no debugger',
  repl: 'there is no interactive prompt',
  sqlite: 'there are no native libraries',
  tls: 'there is no network',
  trace_events: 'there is no tracing',
  wasi: 'there is no system interface for WebAssembly',
}

/** @throws the error for a module that Node has and this sandbox has not */
export function refuseMissing(name: string): void {
  const why = MISSING[name.replace(/\/.*$/, '')]
  if (why !== undefined) throw unsupported(name, why)
}

/** Names of every module that Node has, ours or not. */
export function missingNames(): string[] {
  return Object.keys(MISSING)
}
