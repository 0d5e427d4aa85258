import { FsError } from '../../tree/fs-error'
import { readText } from '../../streams/stream'
import type { Call, Command } from '../command'
import { CommandError, NotImplemented } from '../command'
import { CookieJar } from './cookie-jar'
import { curlBody, type CurlBody } from './curl-body'
import { CurlFailure } from './curl-failure'
import { CurlUsage, CurlWords } from './curl-options'
import { CurlMeter, CurlSink } from './curl-output'
import { remoteName, transfer, type CurlTransfer } from './curl-transfer'
import { curlUrl, globUrls, type CurlUrl, type Globbed } from './curl-url'
import { checkWriteOut, writeOut, type CurlDone } from './curl-write-out'

const HINT = "curl: try 'curl --help' or 'curl --manual' for more information\n"
const HELP = `Usage: curl [options...] <url>
Every request is shown to the person, who allows it or not. -d, --json, -F, -T send something; -o, -O keep what comes in files;
-L follows redirects; -f fails on errors of HTTP; -i, -I, -D, -v, -w tell about the answer; -H, -A, -e, -b, -u go along;
-s -S -# --max-time --connect-timeout --retry -G -X -r -c -R --compressed --create-dirs --output-dir work as in curl 7.88.
`

/** Transfers addresses, as curl 7.88 does; every request passes the gate of the session. */
export const curlCommand: Command = {
  name: 'curl',
  summary: 'fetch from and send to addresses on the network, each request with the person’s yes',
  run: async (call) => {
    try {
      const words = new CurlWords(call.args)
      if (words.has('help')) return await said(call, HELP)
      if (words.has('version')) return await said(call, 'curl (Tabwright) agrees with curl 7.88.1\n')
      if (words.texts('url').length === 0) throw new CurlUsage(call.args.length === 0 ? '' : 'no URL specified!')
      return await new CurlRun(call, words).all()
    } catch (thrown) {
      if (!(thrown instanceof CommandError) || thrown instanceof NotImplemented) throw thrown
      await call.stderr.write(`${thrown.message === '' ? '' : `curl: ${thrown.message}\n`}${HINT}`)
      return thrown.code
    }
  },
}

async function said(call: Call, text: string): Promise<number> {
  await call.stdout.write(text)
  return 0
}

/** Answers that are worth another try. */
const TRANSIENT = new Set([408, 429, 500, 502, 503, 504])

/** One command line of curl. */
class CurlRun {
  readonly #call: Call
  readonly #words: CurlWords
  readonly #jar: CookieJar | undefined
  readonly #meter: CurlMeter
  readonly #isSilent: boolean
  /** Of `-D`: the first head makes the file, the others stand behind it. */
  #hasHeads = false
  #count = 0

  constructor(call: Call, words: CurlWords) {
    this.#call = call
    this.#words = words
    this.#isSilent = words.has('silent')
    const keepsCookies = words.text('cookie-jar') !== undefined || words.texts('cookie').some((one) => !one.includes('='))
    this.#jar = keepsCookies || words.has('location') ? new CookieJar(() => call.system.clock.now() / 1000) : undefined
    const isOff =
      this.#isSilent || words.given.findLast(({ name }) => name === 'progress-meter')?.value === false || words.has('no-progress-meter')
    const toTerminal = words.texts('output').length === 0 && !words.has('remote-name') && call.file(1)?.isTerminal === true
    const kind = isOff || toTerminal ? 'none' : words.has('progress-bar') ? 'bar' : 'table'
    this.#meter = new CurlMeter(kind, (text) => this.#err(text))
  }

  async all(): Promise<number> {
    checkWriteOut(await this.#format())
    await this.#readCookies()
    let code = 0
    const outputs = this.#words.given.filter(({ name, value }) => name === 'output' || (name === 'remote-name' && value === true))
    const uploads = this.#words.texts('upload-file')
    for (const [index, pattern] of this.#words.texts('url').entries()) {
      code = await this.#pattern(pattern, { output: outputs[index]?.value, upload: uploads[index] })
      if (code !== 0 && this.#words.has('fail-early')) break
    }
    await this.#writeCookies()
    return code
  }

  async #pattern(
    pattern: string,
    to: { readonly output: string | boolean | undefined; readonly upload: string | undefined },
  ): Promise<number> {
    let globbed: readonly Globbed[]
    try {
      globbed = this.#words.has('globoff') ? [{ url: pattern, parts: [] }] : globUrls(pattern)
    } catch (thrown) {
      return this.#failed(thrown)
    }
    let code = 0
    for (const one of globbed) code = await this.#one(one, to)
    return code
  }

  async #one(
    { url: typed, parts }: Globbed,
    to: { readonly output: string | boolean | undefined; readonly upload: string | undefined },
  ): Promise<number> {
    let attempt: { readonly address: CurlUrl; readonly body: CurlBody; readonly path: string | undefined }
    try {
      const body = await curlBody(this.#call, this.#words, to.upload)
      const query = [body.query, ...this.#words.texts('url-query')].filter((one) => one !== '').join('&')
      const address = curlUrl(typed, { query, keepsDots: this.#words.has('path-as-is'), protocols: this.#words.text('proto') })
      if (to.upload !== undefined && address.url.pathname.endsWith('/') && to.upload !== '-')
        address.url.pathname += encodeURIComponent(to.upload.slice(to.upload.lastIndexOf('/') + 1))
      attempt = { address, body, path: this.#path(to.output, address.url, parts) }
    } catch (thrown) {
      return this.#failed(thrown)
    }
    return this.#tries(attempt)
  }

  /** Where an answer goes; undefined: standard output. */
  #path(output: string | boolean | undefined, url: URL, parts: readonly string[]): string | undefined {
    const isRemote = output === true || (output === undefined && this.#words.has('remote-name-all'))
    const name = isRemote ? remoteName(url) : typeof output === 'string' && output !== '-' ? output : undefined
    if (name === undefined) return undefined
    const numbered = name.replaceAll(/#(\d+)/g, (whole, n: string) => parts[Number(n) - 1] ?? whole)
    const folder = this.#words.text('output-dir')
    const path = folder === undefined ? numbered : `${folder}/${numbered}`
    const above = path.lastIndexOf('/')
    if (this.#words.has('create-dirs') && above > 0) this.#call.system.tree.mkdir(this.#call.at(path.slice(0, above)), true)
    return path
  }

  async #tries(what: { readonly address: CurlUrl; readonly body: CurlBody; readonly path: string | undefined }): Promise<number> {
    const { clock } = this.#call.system
    const most = this.#words.number('retry') ?? 0
    const delay = this.#words.number('retry-delay') ?? 0
    const until = clock.steady() + (this.#words.number('retry-max-time') ?? Number.POSITIVE_INFINITY) * 1000
    for (let left = most, wait = delay || 1; ; left--, wait = delay || Math.min(600, wait * 2)) {
      const done = this.#blank(what)
      const thrown = await this.#once(what, done)
      const why = left > 0 ? this.#worthAnother(thrown, done) : undefined
      if (why === undefined || clock.steady() + wait * 1000 > until) {
        this.#count += 1
        return this.#over(thrown, done)
      }
      await this.#warn(`Problem: ${why}. Will retry in ${wait} seconds. ${left} retries left.`)
      await clock.sleep(wait * 1000, this.#call.process.signal)
    }
  }

  #blank({ address, body, path }: { readonly address: CurlUrl; readonly body: CurlBody; readonly path: string | undefined }): CurlDone {
    return {
      url: address.typed,
      effective: address.url.href,
      method: body.method,
      status: 0,
      version: '1.1',
      headers: [],
      redirect: '',
      redirects: 0,
      filename: path ?? '',
      received: 0,
      sent: 0,
      headerBytes: 0,
      seconds: 0,
      firstByte: 0,
      exitCode: 0,
      error: '',
      number: this.#count,
    }
  }

  async #once(
    { address, body, path }: { readonly address: CurlUrl; readonly body: CurlBody; readonly path: string | undefined },
    done: CurlDone,
  ): Promise<unknown> {
    const heads = this.#words.text('dump-header')
    const what: CurlTransfer = {
      call: this.#call,
      words: this.#words,
      address,
      body,
      jar: this.#jar,
      sink: new CurlSink(this.#call, path, (text) => this.#warn(text)),
      heads: heads === undefined ? undefined : (text) => this.#dump(heads, text),
      tell: (text) => (this.#words.has('verbose') ? this.#err(text) : Promise.resolve()),
      number: this.#count,
    }
    await this.#meter.begin()
    let failure: unknown
    try {
      await transfer(what, done)
    } catch (thrown) {
      if (!(thrown instanceof CurlFailure)) throw thrown
      failure = thrown
    }
    await this.#meter.end(done)
    if (path !== undefined && failure === undefined && this.#words.has('remote-time')) this.#setTime(path, done)
    return failure
  }

  #setTime(path: string, done: CurlDone): void {
    const at = Date.parse(done.headers.find(([name]) => name.toLowerCase() === 'last-modified')?.[1] ?? '')
    if (!Number.isNaN(at)) this.#call.system.tree.utimes(this.#call.at(path), at)
  }

  #worthAnother(thrown: unknown, { status }: CurlDone): string | undefined {
    const failure = thrown instanceof CurlFailure ? thrown : undefined
    if (failure?.kind === 'timeout') return 'timeout'
    if (failure?.kind === 'refused' && this.#words.has('retry-connrefused')) return 'connection refused'
    if (failure !== undefined && failure.code !== 22) return this.#words.has('retry-all-errors') ? 'error' : undefined
    if (TRANSIENT.has(status)) return 'HTTP error'
    return failure !== undefined && this.#words.has('retry-all-errors') ? 'error' : undefined
  }

  async #over(thrown: unknown, done: CurlDone): Promise<number> {
    const code = thrown === undefined ? 0 : await this.#failed(thrown)
    const error = thrown instanceof Error ? thrown.message : ''
    for (const { to, text } of writeOut(await this.#format(), { ...done, exitCode: code, error }))
      await (to === 'stdout' ? this.#call.stdout : this.#call.stderr).write(text)
    return code
  }

  async #failed(thrown: unknown): Promise<number> {
    if (thrown instanceof FsError) return this.#failed(new CurlFailure(23, 'Failure writing output to destination'))
    if (!(thrown instanceof CurlFailure)) throw thrown
    if (!this.#isSilent || this.#words.has('show-error')) await this.#err(`curl: (${thrown.code}) ${thrown.message}\n`)
    return thrown.code
  }

  async #format(): Promise<string> {
    const format = this.#words.text('write-out') ?? ''
    if (!format.startsWith('@')) return format
    return readText(format === '@-' ? this.#call.stdin : this.#call.open(format.slice(1)))
  }

  async #warn(text: string): Promise<void> {
    if (!this.#isSilent) await this.#err(`Warning: ${text}\n`)
  }

  async #err(text: string): Promise<void> {
    const to = this.#words.text('stderr')
    if (to === undefined) return this.#call.stderr.write(text)
    if (to === '-') return this.#call.stdout.write(text)
    const file = this.#call.create(to, { append: true })
    await file.write(text)
    file.close()
  }

  async #dump(path: string, text: string): Promise<void> {
    if (path === '-') return this.#call.stdout.write(text)
    const file = this.#call.create(path, this.#hasHeads ? { append: true } : {})
    this.#hasHeads = true
    await file.write(text)
    file.close()
  }

  async #readCookies(): Promise<void> {
    for (const path of this.#words.texts('cookie')) {
      if (path.includes('=') || path === '') continue
      const isThere = path === '-' || this.#call.system.tree.find(this.#call.at(path)) !== undefined
      // A jar that is not there yet is an empty one.
      if (isThere)
        this.#jar?.read(await readText(path === '-' ? this.#call.stdin : this.#call.open(path)), this.#words.has('junk-session-cookies'))
    }
  }

  async #writeCookies(): Promise<void> {
    const path = this.#words.text('cookie-jar')
    if (path === undefined || this.#jar === undefined) return
    if (path === '-') return this.#call.stdout.write(this.#jar.text())
    const file = this.#call.create(path)
    await file.write(this.#jar.text())
    file.close()
  }
}
