import { CommandError, NotImplemented } from '../command'

/** One option of curl. */
interface CurlOption {
  readonly long: string
  readonly short?: string
  /** Takes a value. */
  readonly value?: true
  /** curl has it and this one has not. */
  readonly missing?: true
}

const flag = (long: string, short?: string): CurlOption => ({ long, ...(short && { short }) })
const value = (long: string, short?: string): CurlOption => ({ long, value: true, ...(short && { short }) })
const lacks = (long: string, short?: string, takes?: true): CurlOption => ({
  long,
  missing: true,
  ...(short && { short }),
  ...(takes && { value: takes }),
})

const KNOWN: readonly CurlOption[] = [
  flag('basic'),
  flag('compressed'),
  flag('create-dirs'),
  flag('disable', 'q'),
  flag('fail', 'f'),
  flag('fail-early'),
  flag('fail-with-body'),
  flag('get', 'G'),
  flag('globoff', 'g'),
  flag('head', 'I'),
  flag('http1.1'),
  flag('include', 'i'),
  flag('junk-session-cookies', 'j'),
  flag('location', 'L'),
  flag('no-buffer', 'N'),
  flag('no-progress-meter'),
  flag('path-as-is'),
  flag('post301'),
  flag('post302'),
  flag('post303'),
  flag('progress-bar', '#'),
  flag('progress-meter'),
  flag('raw'),
  flag('remote-name', 'O'),
  flag('remote-name-all'),
  flag('remote-time', 'R'),
  flag('retry-all-errors'),
  flag('retry-connrefused'),
  flag('show-error', 'S'),
  flag('silent', 's'),
  flag('styled-output'),
  flag('tlsv1', '1'),
  flag('tlsv1.2'),
  flag('verbose', 'v'),
  flag('help', 'h'),
  flag('version', 'V'),
  value('connect-timeout'),
  value('cookie', 'b'),
  value('cookie-jar', 'c'),
  value('data', 'd'),
  value('data-ascii'),
  value('data-binary'),
  value('data-raw'),
  value('data-urlencode'),
  value('dump-header', 'D'),
  value('form', 'F'),
  value('form-string'),
  value('header', 'H'),
  value('json'),
  value('max-redirs'),
  value('max-time', 'm'),
  value('oauth2-bearer'),
  value('output', 'o'),
  value('output-dir'),
  value('proto'),
  value('range', 'r'),
  value('referer', 'e'),
  value('request', 'X'),
  value('retry'),
  value('retry-delay'),
  value('retry-max-time'),
  value('stderr'),
  value('upload-file', 'T'),
  value('url'),
  value('url-query'),
  value('user', 'u'),
  value('user-agent', 'A'),
  value('write-out', 'w'),
]

/** With a value, then without. */
const LACKING_VALUES =
  'alt-svc aws-sigv4 cacert capath cert cert-type ciphers continue-at config connect-to create-file-mode crlfile curves data-file delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url egd-file engine etag-compare etag-save expect100-timeout happy-eyeballs-timeout-ms hsts interface ipfs-gateway keepalive-time key key-type krb libcurl limit-rate local-port login-options mail-from mail-rcpt max-filesize netrc-file noproxy parallel-max pass pinnedpubkey preproxy proto-default proto-redir proxy proxy-user proxy-header pubkey quote random-file rate request-target resolve sasl-authzid service-name socks4 socks4a socks5 socks5-hostname speed-limit speed-time telnet-option tftp-blksize time-cond tls-max tls13-ciphers trace trace-ascii unix-socket abstract-unix-socket'
const LACKING_FLAGS =
  'anyauth append cert-status crlf digest disallow-username-in-url doh-insecure http0.9 http1.0 http2 http2-prior-knowledge http3 ignore-content-length insecure ipv4 ipv6 location-trusted manual negotiate netrc netrc-optional next no-clobber ntlm parallel parallel-immediate proxy-basic proxy-insecure proxytunnel remote-header-name remove-on-error socks5-basic ssl ssl-reqd sslv2 sslv3 suppress-connect-headers tcp-fastopen tcp-nodelay tlsv1.0 tlsv1.1 tlsv1.3 tr-encoding trace-time use-ascii xattr'
const SHORT: Readonly<Record<string, string>> = {
  'continue-at': 'C',
  config: 'K',
  cert: 'E',
  proxy: 'x',
  'proxy-user': 'U',
  quote: 'Q',
  'speed-limit': 'Y',
  'speed-time': 'y',
  'telnet-option': 't',
  'time-cond': 'z',
  append: 'a',
  'http1.0': '0',
  insecure: 'k',
  ipv4: '4',
  ipv6: '6',
  manual: 'M',
  netrc: 'n',
  next: ':',
  parallel: 'Z',
  proxytunnel: 'p',
  'remote-header-name': 'J',
  sslv2: '2',
  sslv3: '3',
  'use-ascii': 'B',
}

const OPTIONS: readonly CurlOption[] = [
  ...KNOWN,
  ...LACKING_VALUES.split(' ').map((long) => lacks(long, SHORT[long], true)),
  ...LACKING_FLAGS.split(' ').map((long) => lacks(long, SHORT[long])),
]

/** An option as it was given: a flag's value is `true`, or `false` for its `--no-` form. */
export interface CurlGiven {
  readonly name: string
  readonly value: string | boolean
}

/** curl's usage errors, with the hint that stands below them. */
export class CurlUsage extends CommandError {
  constructor(message: string) {
    super(message, 2)
  }
}

/** Words as curl reads them: options anywhere, a value in the same word or the next, everything else an address. */
export class CurlWords {
  readonly given: CurlGiven[] = []

  constructor(args: readonly string[]) {
    const words = [...args]
    let isOver = false
    for (let word = words.shift(); word !== undefined; word = words.shift()) {
      if (isOver || !word.startsWith('-') || word === '-') this.given.push({ name: 'url', value: word })
      else if (word === '--') isOver = true
      else if (word.startsWith('--')) this.#long(word, words)
      else this.#short(word, words)
    }
  }

  has(name: string): boolean {
    return this.given.findLast((one) => one.name === name)?.value === true
  }

  text(name: string): string | undefined {
    return this.texts(name).at(-1)
  }

  texts(...names: readonly string[]): readonly string[] {
    return this.given.flatMap((one) => (names.includes(one.name) && typeof one.value === 'string' ? [one.value] : []))
  }

  /** @throws CommandError where it is no number */
  number(name: string): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
    throw new CurlUsage(`option --${name}: expected a proper numerical parameter`)
  }

  #long(word: string, words: string[]): void {
    const name = word.slice(2)
    const known = find(name)
    if (known !== undefined) return this.#take(known, word, words)
    const off = name.startsWith('no-') ? find(name.slice(3)) : undefined
    if (off === undefined || off.value) throw new CurlUsage(`option ${word}: is unknown`)
    this.given.push({ name: off.long, value: false })
  }

  #short(word: string, words: string[]): void {
    for (let i = 1; i < word.length; i++) {
      const letter = word.charAt(i)
      const option = OPTIONS.find((one) => one.short === letter)
      if (option === undefined) throw new CurlUsage(`option ${word}: is unknown`)
      const rest = word.slice(i + 1)
      if (option.value && rest !== '') return this.#take(option, `-${letter}`, [rest])
      this.#take(option, `-${letter}`, words)
      if (option.value) return
    }
  }

  #take(option: CurlOption, spelled: string, words: string[]): void {
    if (option.long === 'insecure') throw new NotImplemented('option -k, --insecure: the certificate of a server is always checked; it')
    if (option.missing) throw new NotImplemented(`option ${spelled}`)
    if (!option.value) return void this.given.push({ name: option.long, value: true })
    const next = words.shift()
    if (next === undefined) throw new CurlUsage(`option ${spelled}: requires parameter`)
    this.given.push({ name: option.long, value: next })
  }
}

/** By its whole name, or by a beginning that only one has. */
function find(name: string): CurlOption | undefined {
  const whole = OPTIONS.find(({ long }) => long === name)
  if (whole !== undefined) return whole
  const some = OPTIONS.filter(({ long }) => long.startsWith(name))
  if (some.length > 1) throw new CurlUsage(`option --${name}: is ambiguous`)
  return some[0]
}
