import { NotImplemented } from '../command'

/** What is known of a transfer when it is over. */
export interface CurlDone {
  readonly url: string
  readonly effective: string
  readonly method: string
  readonly status: number
  readonly version: string
  readonly headers: readonly (readonly [string, string])[]
  readonly redirect: string
  readonly redirects: number
  readonly filename: string
  readonly received: number
  readonly sent: number
  readonly headerBytes: number
  readonly seconds: number
  readonly firstByte: number
  readonly exitCode: number
  readonly error: string
  readonly number: number
}

type Shown = (done: CurlDone) => string | number

const header = (done: CurlDone, name: string): string =>
  done.headers.findLast(([one]) => one.toLowerCase() === name.toLowerCase())?.[1] ?? ''

const VARIABLES: Readonly<Record<string, Shown>> = {
  content_type: (done) => header(done, 'content-type'),
  errormsg: (done) => done.error,
  exitcode: (done) => done.exitCode,
  filename_effective: (done) => done.filename,
  http_code: (done) => String(done.status).padStart(3, '0'),
  http_connect: () => '000',
  http_version: (done) => (done.status === 0 ? '0' : done.version),
  method: (done) => done.method,
  num_headers: (done) => done.headers.length,
  num_redirects: (done) => done.redirects,
  redirect_url: (done) => done.redirect,
  response_code: (done) => String(done.status).padStart(3, '0'),
  scheme: (done) => new URL(done.effective).protocol.slice(0, -1).toUpperCase(),
  size_download: (done) => done.received,
  size_header: (done) => done.headerBytes,
  size_upload: (done) => done.sent,
  speed_download: (done) => speed(done.received, done.seconds),
  speed_upload: (done) => speed(done.sent, done.seconds),
  ssl_verify_result: () => 0,
  time_starttransfer: (done) => done.firstByte.toFixed(6),
  time_total: (done) => done.seconds.toFixed(6),
  url: (done) => done.url,
  url_effective: (done) => done.effective,
  urlnum: (done) => done.number,
}

/** What only whoever holds the connection knows, and that is the relay. */
const UNKNOWN = new Set(
  'certs ftp_entry_path header_json json local_ip local_port num_certs num_connects onerror proxy_ssl_verify_result referer remote_ip remote_port size_request time_appconnect time_connect time_namelookup time_pretransfer time_redirect'.split(
    ' ',
  ),
)

function speed(bytes: number, seconds: number): number {
  return seconds > 0 ? Math.floor(bytes / seconds) : 0
}

/** A part of what is written, and where. */
export interface WriteOutPart {
  readonly to: 'stdout' | 'stderr'
  readonly text: string
}

/** @throws NotImplemented for a variable that cannot be known here, before anything is sent */
export function checkWriteOut(format: string): void {
  for (const [, name = ''] of format.matchAll(/%\{([^}]*)\}/g))
    if (UNKNOWN.has(name)) throw new NotImplemented(`--write-out variable %{${name}}`)
}

/** What `-w` writes after a transfer. */
export function writeOut(format: string, done: CurlDone): readonly WriteOutPart[] {
  const parts: WriteOutPart[] = []
  let to: WriteOutPart['to'] = 'stdout'
  const say = (text: string): void => void parts.push({ to, text })
  for (const [token] of format.matchAll(/%%|%\{[^}]*\}|%header\{[^}]*\}|\\[\s\S]|[^%\\]+|[%\\]/g)) {
    if (token === '%{stderr}') to = 'stderr'
    else if (token === '%{stdout}') to = 'stdout'
    else if (token.startsWith('%{') && VARIABLES[token.slice(2, -1)] === undefined)
      parts.push({ to: 'stderr', text: `curl: unknown --write-out variable: '${token.slice(2, -1)}'\n` })
    else say(expanded(token, done))
  }
  return parts
}

const ESCAPES: Readonly<Record<string, string>> = { '\\n': '\n', '\\r': '\r', '\\t': '\t' }

function expanded(token: string, done: CurlDone): string {
  if (token === '%%') return '%'
  if (token.startsWith('%header{')) return header(done, token.slice(8, -1))
  if (token.startsWith('%{')) return String(VARIABLES[token.slice(2, -1)]?.(done) ?? '')
  return token.startsWith('\\') ? (ESCAPES[token] ?? token) : token
}
