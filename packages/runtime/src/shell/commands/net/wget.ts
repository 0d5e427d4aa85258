import type { FetchMethod } from '@tabwright/protocol'
import { NetRefusal, NO_NET, type NetAnswer, type NetHeader } from '../../net'
import { redirectOf } from '../../net-redirects'
import { readAll, readText, type Output } from '../../streams/stream'
import { bytesOf } from '../../text'
import { CommandError, NotImplemented, type Call, type Command } from '../command'
import { parseOptions, type OptionSpec, type Options } from '../options'
import { CookieJar } from './cookie-jar'
import { headerText } from './header-text'
import { netFailure } from './net-failure'

const flag = (key: string, short?: string): OptionSpec => ({ key, long: [key], ...(short && { short }) })
const value = (key: string, short?: string): OptionSpec => ({ key, long: [key], value: 'required', ...(short && { short }) })
const missing = (names: string, takes?: 'required'): readonly OptionSpec[] =>
  names.split(' ').map((name) => ({ key: name, long: [name], missing: true as const, ...(takes && { value: takes }) }))

const OPTIONS: readonly OptionSpec[] = [
  flag('quiet', 'q'),
  flag('server-response', 'S'),
  flag('spider'),
  flag('content-on-error'),
  flag('save-headers'),
  flag('show-progress'),
  flag('no-cookies'),
  flag('no-cache'),
  flag('no-http-keep-alive'),
  flag('no-verbose'),
  flag('verbose', 'v'),
  flag('no-clobber'),
  flag('no-directories'),
  flag('no-host-directories'),
  flag('help', 'h'),
  flag('version', 'V'),
  value('output-document', 'O'),
  value('directory-prefix', 'P'),
  value('output-file', 'o'),
  value('append-output', 'a'),
  value('input-file', 'i'),
  value('timeout', 'T'),
  value('connect-timeout'),
  value('read-timeout'),
  value('tries', 't'),
  value('wait', 'w'),
  value('waitretry'),
  value('max-redirect'),
  value('header'),
  value('user-agent', 'U'),
  value('referer'),
  value('user'),
  value('http-user'),
  value('password'),
  value('http-password'),
  value('post-data'),
  value('post-file'),
  value('body-data'),
  value('body-file'),
  value('method'),
  value('load-cookies'),
  value('save-cookies'),
  flag('keep-session-cookies'),
  value('progress'),
  // `-nv`, `-nc`: what follows is no value but more letters.
  { key: 'n', short: 'n', value: 'required' },
  { key: 'insecure', long: ['no-check-certificate'] },
  { key: 'short-missing', short: 'bcdeFBNkKmprHLxEAXRDIQlzj46', missing: true },
  ...missing(
    'background continue debug execute force-html base timestamping no-timestamping recursive convert-links backup-converted mirror page-requisites adjust-extension span-hosts relative no-parent content-disposition trust-server-names inet4-only inet6-only ignore-length no-proxy retry-connrefused force-directories protocol-directories delete-after no-dns-cache no-iri ignore-case no-glob no-hsts https-only ask-password auth-no-challenge no-if-modified-since start-pos',
  ),
  ...missing(
    'level accept reject accept-regex reject-regex domains exclude-domains include-directories exclude-directories cut-dirs default-page limit-rate quota random-wait restrict-file-names prefer-family bind-address dns-timeout config rejected-log compression certificate private-key ca-certificate ca-directory crl-file secure-protocol proxy-user proxy-password local-encoding remote-encoding ignore-tags follow-tags retry-on-http-error',
    'required',
  ),
]

const HELP = `Usage: wget [OPTION]... [URL]...
Every request is shown to the person, who allows it or not. -O, -P, -q, -nv, -S, --spider, -nc, -i, -T, -t, -U, --header, --post-data,
--post-file, --method, --body-data, --user, --password, --referer, --load-cookies, --save-cookies, -o and -a work as in wget 1.21.
`

/** Saves what addresses give, as wget 1.21 does; every request passes the gate of the session. */
export const wgetCommand: Command = {
  name: 'wget',
  summary: 'save what addresses on the network give, each request with the person’s yes',
  run: async (call) => {
    const options = parseOptions(call.args, { options: OPTIONS, usageCode: 2 })
    if (options.has('help')) return told(call, HELP)
    if (options.has('version')) return told(call, 'GNU Wget (Tabwright) agrees with GNU Wget 1.21.3\n')
    if (options.has('insecure'))
      throw new NotImplemented('option --no-check-certificate: the certificate of a server is always checked; it')
    for (const letters of options.values('n')) if (!/^[vcdH]+$/.test(letters)) throw new NotImplemented(`option -n${letters}`)
    const urls = [...options.operands, ...(await listed(call, options))]
    if (urls.length === 0) {
      await call.stderr.write("wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n")
      return 1
    }
    return new WgetRun(call, options).all(urls)
  },
}

async function told(call: Call, text: string): Promise<number> {
  await call.stdout.write(text)
  return 0
}

async function listed(call: Call, options: Options): Promise<readonly string[]> {
  const path = options.value('input-file')
  if (path === undefined) return []
  const text = await readText(path === '-' ? call.stdin : call.open(path))
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]))
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
const MAX_REDIRECTS = 20
/** Bytes of a document whose length nobody said are told at its end. */
const MADE_BY_RELAY = /^(?:host|content-length|connection|transfer-encoding|origin|sec-.*|proxy-.*|forwarded|x-forwarded-.*)$/i

/** Why a document was not saved, by wget's number. */
class Unsaved extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/** One command line of wget. */
class WgetRun {
  readonly #call: Call
  readonly #options: Options
  readonly #jar: CookieJar
  readonly #talk: 'quiet' | 'brief' | 'full'
  /** With `-O` all documents go into one file. */
  #document: Output | undefined
  #hasLog = false

  constructor(call: Call, options: Options) {
    this.#call = call
    this.#options = options
    this.#jar = new CookieJar(() => call.system.clock.now() / 1000)
    const isBrief = options.has('no-verbose') || options.values('n').some((letters) => letters.includes('v'))
    this.#talk = options.has('quiet') ? 'quiet' : isBrief ? 'brief' : 'full'
  }

  async all(urls: readonly string[]): Promise<number> {
    const into = this.#options.value('output-document')
    const jar = this.#options.value('load-cookies')
    if (jar !== undefined) this.#jar.read(await readText(this.#call.open(jar)), false)
    if (into !== undefined) this.#document = into === '-' ? this.#call.stdout : this.#call.create(into)
    let code = 0
    for (const url of urls) code = worse(code, await this.#one(url))
    const saved = this.#options.value('save-cookies')
    if (saved !== undefined) await this.#put(this.#call.create(saved), bytesOf(this.#jar.text()))
    return code
  }

  async #one(typed: string): Promise<number> {
    const most = Number(this.#options.value('tries') ?? 1) || 1
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#save(typed)
        return 0
      } catch (thrown) {
        if (!(thrown instanceof Unsaved)) throw thrown
        const isOver = thrown.code !== 4 || attempt >= most
        await this.#log('full', isOver ? `${thrown.message}\n` : `${thrown.message}\nRetrying.\n\n`, 'brief')
        if (isOver) return thrown.code
      }
    }
  }

  async #save(typed: string): Promise<void> {
    const first = urlOf(typed)
    const most = Number(this.#options.value('max-redirect') ?? MAX_REDIRECTS)
    let url = first
    let method = this.#method()
    let body = await this.#body()
    for (let redirects = 0; ; redirects++) {
      await this.#log('full', `--${this.#time()}--  ${url.href}\n`)
      const answer = await this.#ask(url, { method, body, isTrusted: url.origin === first.origin })
      const next = redirectOf(answer, url.href)
      if (next === undefined) return this.#take(first, url, answer)
      answer.body.close()
      await this.#log('full', `Location: ${next}${redirects < most ? ' [following]' : ''}\n`)
      if (redirects >= most) throw new Unsaved(8, `${most} redirections exceeded.`)
      url = new URL(next)
      if (answer.status < 307 && method !== 'HEAD') [method, body] = ['GET', undefined]
    }
  }

  #method(): FetchMethod {
    const asked = this.#options.value('method')?.toUpperCase()
    if (asked !== undefined) return METHODS.find((one) => one === asked) ?? fail(asked)
    if (this.#options.has('post-data') || this.#options.has('post-file')) return 'POST'
    return this.#options.has('spider') ? 'HEAD' : 'GET'
  }

  async #body(): Promise<Uint8Array | undefined> {
    const data = this.#options.value('post-data') ?? this.#options.value('body-data')
    const path = this.#options.value('post-file') ?? this.#options.value('body-file')
    if (data !== undefined) return bytesOf(data)
    return path === undefined ? undefined : readAll(this.#call.open(path))
  }

  async #ask(
    url: URL,
    { method, body, isTrusted }: { readonly method: FetchMethod; readonly body: Uint8Array | undefined; readonly isTrusted: boolean },
  ): Promise<NetAnswer> {
    const { system, process, name, args } = this.#call
    const timeout = Number(this.#options.value('timeout') ?? this.#options.value('read-timeout') ?? 0)
    const connect = Number(this.#options.value('timeout') ?? this.#options.value('connect-timeout') ?? 0)
    const since = system.clock.steady()
    await this.#log('full', `Asking for ${url.host} through the relay... `)
    try {
      if (system.net === undefined) throw new NetRefusal('no-relay', NO_NET)
      const answer = await system.net.request({
        method,
        url: bare(url),
        headers: this.#headers(url, body, isTrusted),
        purpose: `${name} ${args.join(' ')}`.slice(0, 400),
        signal: process.signal,
        ...(body && { body }),
        ...(timeout > 0 && { timeoutMs: timeout * 1000 }),
        ...(connect > 0 && { connectMs: connect * 1000 }),
      })
      await this.#log('full', `${answer.status} ${answer.statusText}\n`)
      await this.#answered(url, answer)
      return answer
    } catch (thrown) {
      if (!(thrown instanceof NetRefusal)) throw thrown
      throw unsaved(thrown, url, system.clock.steady() - since)
    }
  }

  #headers(url: URL, body: Uint8Array | undefined, isTrusted: boolean): readonly NetHeader[] {
    const own = this.#options.values('header').flatMap((line): NetHeader[] => {
      const at = line.indexOf(':')
      if (at < 1) throw new CommandError(`--header: Invalid header ‘${line}’.`, 2)
      const name = line.slice(0, at)
      if (MADE_BY_RELAY.test(name)) throw new NotImplemented(`setting the header ${name}, which the relay makes,`)
      return [[name, line.slice(at + 1).trim()]]
    })
    const user = this.#options.value('http-user') ?? this.#options.value('user') ?? (url.username === '' ? undefined : url.username)
    const password = this.#options.value('http-password') ?? this.#options.value('password') ?? url.password
    const referer = this.#options.value('referer')
    const cookie = this.#options.has('no-cookies') ? '' : this.#jar.header(url)
    const agent = this.#options.value('user-agent') ?? 'Wget/1.21.3'
    const made: NetHeader[] = [
      ...(agent === '' ? [] : [['User-Agent', agent] as const]),
      ['Accept', '*/*'],
      ['Accept-Encoding', 'identity'],
      ...(referer === undefined ? [] : [['Referer', referer] as const]),
      ...(user === undefined || !isTrusted ? [] : [['Authorization', `Basic ${btoa(headerText(`${user}:${password}`))}`] as const]),
      ...(cookie === '' ? [] : [['Cookie', cookie] as const]),
      ...(body === undefined ? [] : [['Content-Type', 'application/x-www-form-urlencoded'] as const]),
    ]
    const named = new Set(own.map(([name]) => name.toLowerCase()))
    const kept = isTrusted ? own : own.filter(([name]) => !/^(?:authorization|cookie)$/i.test(name))
    const all = [...made.filter(([name]) => !named.has(name.toLowerCase())), ...kept]
    return all.map(([name, text]) => [name, headerText(text)] as const)
  }

  async #answered(url: URL, { status, statusText, headers, version = '1.1' }: NetAnswer): Promise<void> {
    for (const [name, text] of headers) if (/^set-cookie$/i.test(name)) this.#jar.set(text, url)
    if (!this.#options.has('server-response')) return
    const lines = [`HTTP/${version} ${status} ${statusText}`, ...headers.map(([name, text]) => `${name}: ${text}`)]
    // Asked for, so it is told to the quiet as well.
    await this.#write(lines.map((line) => `  ${line}\n`).join(''))
  }

  async #take(first: URL, url: URL, answer: NetAnswer): Promise<void> {
    const { status, statusText } = answer
    if (status >= 400 && !this.#options.has('content-on-error')) {
      answer.body.close()
      const isMissing = this.#options.has('spider') && status === 404
      const words = isMissing ? 'Remote file does not exist -- broken link!!!' : `${this.#time()} ERROR ${status}: ${statusText}.`
      throw new Unsaved(status === 401 ? 6 : 8, this.#talk === 'brief' ? `${first.href}:\n${words}` : words)
    }
    if (this.#options.has('spider')) {
      answer.body.close()
      await this.#log('full', 'Remote file exists.\n\n')
      return this.#log('brief', `${this.#time()} URL: ${url.href} ${status} ${statusText}\n`)
    }
    await this.#store(first, url, answer)
    if (status >= 400) throw new Unsaved(status === 401 ? 6 : 8, '')
  }

  async #store(first: URL, url: URL, answer: NetAnswer): Promise<void> {
    const header = (name: string): string | undefined => answer.headers.find(([one]) => one.toLowerCase() === name)?.[1]
    const length = header('content-length')
    const type = header('content-type')?.split(';')[0]
    const path = this.#path(first)
    if (path === undefined) {
      answer.body.close()
      return this.#log('full', `File ‘${this.#wanted(first)}’ already there; not retrieving.\n\n`)
    }
    await this.#log('full', `Length: ${length ?? 'unspecified'}${type === undefined ? '' : ` [${type}]`}\nSaving to: ‘${path}’\n\n`)
    const out = this.#document ?? this.#call.create(path)
    let bytes = 0
    try {
      if (this.#options.has('save-headers')) await out.write(headText(answer))
      for (let part = await answer.body.read(); part !== undefined; part = await answer.body.read()) {
        this.#call.tick()
        bytes += part.length
        await out.write(part)
      }
    } catch (thrown) {
      if (!(thrown instanceof NetRefusal)) throw thrown
      throw unsaved(thrown, url, 0)
    } finally {
      if (this.#document === undefined) out.close()
    }
    const amount = length === undefined ? `${bytes}` : `${bytes}/${length}`
    await this.#log('full', `${this.#time()} - ‘${path}’ saved [${amount}]\n\n`)
    await this.#log('brief', `${this.#time()} URL:${url.href} [${amount}] -> "${path}" [1]\n`)
  }

  #wanted(url: URL): string {
    const name = `${decodeURIComponent(url.pathname.slice(url.pathname.lastIndexOf('/') + 1)).replaceAll('/', '%2F') || 'index.html'}${url.search}`
    const folder = this.#options.value('directory-prefix')
    if (folder !== undefined) this.#call.system.tree.mkdir(this.#call.at(folder), true)
    return folder === undefined ? name : `${folder.replace(/\/$/, '')}/${name}`
  }

  /** What is there stays: the next free name is taken. Undefined: it is not to be loaded again. */
  #path(url: URL): string | undefined {
    const into = this.#options.value('output-document')
    if (into !== undefined) return into === '-' ? 'STDOUT' : into
    const path = this.#wanted(url)
    const isThere = (name: string): boolean => this.#call.system.tree.find(this.#call.at(name)) !== undefined
    if (!isThere(path)) return path
    if (this.#options.has('no-clobber') || this.#options.values('n').some((letters) => letters.includes('c'))) return undefined
    for (let n = 1; ; n++) if (!isThere(`${path}.${n}`)) return `${path}.${n}`
  }

  #time(): string {
    return new Date(this.#call.system.clock.now()).toISOString().slice(0, 19).replace('T', ' ')
  }

  /** @param also said to those who want it brief, too */
  async #log(to: 'brief' | 'full', text: string, also?: 'brief'): Promise<void> {
    if (this.#talk === to || (also === this.#talk && text.trim() !== '')) await this.#write(text)
  }

  async #write(text: string): Promise<void> {
    const path = this.#options.value('output-file') ?? this.#options.value('append-output')
    if (path === undefined) return this.#call.stderr.write(text)
    const isNew = !this.#hasLog && this.#options.has('output-file')
    this.#hasLog = true
    await this.#put(this.#call.create(path, isNew ? {} : { append: true }), bytesOf(text))
  }

  async #put(file: Output, bytes: Uint8Array): Promise<void> {
    await file.write(bytes)
    file.close()
  }
}

function headText({ status, statusText, headers, version = '1.1' }: NetAnswer): string {
  return [`HTTP/${version} ${status} ${statusText}`, ...headers.map(([name, text]) => `${name}: ${text}`), '', ''].join('\r\n')
}

function bare(url: URL): string {
  const copy = new URL(url)
  copy.username = ''
  copy.password = ''
  return copy.href
}

function fail(method: string): never {
  throw new NotImplemented(`request method ${method}`)
}

function urlOf(typed: string): URL {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `http://${typed}`
  if (!/^https?:/i.test(text)) throw new Unsaved(1, `${typed}: Unsupported scheme ‘${text.split(':')[0]}’.`)
  if (!URL.canParse(text)) throw new Unsaved(1, `${typed}: Invalid host name.`)
  return new URL(text)
}

function unsaved(refusal: NetRefusal, url: URL, ms: number): Unsaved {
  const { code, message } = netFailure(refusal, url, Math.round(ms))
  if (code === 6)
    return new Unsaved(
      4,
      `wget: unable to resolve host address ‘${url.hostname}’${refusal.type === 'no-relay' ? ` (${refusal.message})` : ''}`,
    )
  if (code === 60 || code === 35) return new Unsaved(5, message)
  return new Unsaved(code === 47 ? 8 : 4, `failed: ${message}.`)
}

/** Of several failures the gravest counts, which is the one with the smaller number. */
function worse(before: number, code: number): number {
  return before === 0 || (code !== 0 && code < before) ? code : before
}
