import { CurlFailure } from './curl-failure'

/** An address of a command line, with what of it is not sent as a part of it. */
export interface CurlUrl {
  readonly url: URL
  /** `user:password` that stood in it. */
  readonly user: string | undefined
  /** As `%{url}` tells it. */
  readonly typed: string
}

export interface UrlRules {
  readonly query: string
  readonly keepsDots: boolean
  /** `--proto`, undefined: both. */
  readonly protocols: string | undefined
}

const BAD = 'URL using bad/illegal format or missing URL'

/** @throws CurlFailure in curl's words */
export function curlUrl(typed: string, { query, keepsDots, protocols }: UrlRules): CurlUrl {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(typed)?.[1]?.toLowerCase()
  const text = scheme === undefined ? `http://${typed}` : typed
  const isAllowed = (scheme === undefined || scheme === 'http' || scheme === 'https') && allows(protocols, scheme ?? 'http')
  if (!isAllowed) throw new CurlFailure(1, `Protocol "${scheme ?? 'http'}" not supported or disabled in libcurl`)
  if (/[\x00-\x20]/.test(text) || !URL.canParse(text)) throw new CurlFailure(3, BAD)
  const url = new URL(text)
  if (keepsDots && /\/\.\.?(?:\/|$|\?)/.test(text.replace(/^[^:]*:\/\/[^/]*/, '')))
    throw new CurlFailure(2, 'option --path-as-is with dots in the path is not implemented in this sandbox')
  const user = url.username === '' && url.password === '' ? undefined : `${decode(url.username)}:${decode(url.password)}`
  url.username = ''
  url.password = ''
  if (query !== '') url.search = url.search === '' ? `?${query}` : `${url.search}&${query}`
  return { url, user, typed }
}

function decode(text: string): string {
  return text.includes('%') ? decodeURIComponent(text) : text
}

/** `=https`, `https,http`, `-all,https`. */
function allows(rules: string | undefined, scheme: string): boolean {
  if (rules === undefined) return true
  let allowed = new Set(['http', 'https'])
  for (const rule of rules.split(',')) {
    const name = rule.replace(/^[=+-]/, '').toLowerCase()
    const names = name === 'all' ? ['http', 'https'] : [name]
    if (rule.startsWith('=')) allowed = new Set(names)
    else if (rule.startsWith('-')) for (const one of names) allowed.delete(one)
    else for (const one of names) allowed.add(one)
  }
  return allowed.has(scheme)
}

/** An address that a pattern stands for, and what each of its parts was, for `#1` in the name of the output. */
export interface Globbed {
  readonly url: string
  readonly parts: readonly string[]
}

const MOST = 10_000

/** `{a,b}` and `[1-3]` in an address. @throws CurlFailure */
export function globUrls(pattern: string): readonly Globbed[] {
  // An address of IPv6 stands in brackets, too.
  const ipv6 = /^([a-z][a-z0-9+.-]*:\/\/)?([^/]*@)?\[[0-9a-f:.%]*:[0-9a-f:.%]*\]/i.exec(pattern)?.[0] ?? ''
  let all: readonly Globbed[] = [{ url: ipv6, parts: [] }]
  for (const [token] of pattern.slice(ipv6.length).matchAll(/\\[{}[\]]|\{[^}]*\}|\[[^\]]*\]|[^{}[\]\\]+|[\s\S]/g)) {
    const choices = choicesOf(token)
    const isPart = choices !== undefined
    all = all.flatMap(({ url, parts }) =>
      (choices ?? [token.replace(/^\\([{}[\]])$/, '$1')]).map((choice) => ({
        url: url + choice,
        parts: isPart ? [...parts, choice] : parts,
      })),
    )
    if (all.length > MOST) throw new CurlFailure(3, 'range overflow')
  }
  return all
}

function choicesOf(token: string): readonly string[] | undefined {
  if (token.length > 1 && token.startsWith('{')) return token.slice(1, -1).split(',')
  if (token === '{' || token === '}' || token === '[' || token === ']') throw new CurlFailure(3, `unmatched brace in URL`)
  if (!token.startsWith('[')) return undefined
  const [, from = '', to = '', step = '1'] = /^\[(\d+|[a-zA-Z])-(\d+|[a-zA-Z])(?::(\d+))?\]$/.exec(token) ?? []
  if (from === '') throw new CurlFailure(3, 'bad range in URL')
  const isNumber = /^\d/.test(from)
  const [low, high] = isNumber ? [Number(from), Number(to)] : [from.charCodeAt(0), to.charCodeAt(0)]
  if (!(low <= high) || Number(step) < 1 || high - low > MOST * Number(step)) throw new CurlFailure(3, 'bad range')
  const choices: string[] = []
  for (let at = low; at <= high; at += Number(step))
    choices.push(isNumber ? String(at).padStart(from.length, '0') : String.fromCharCode(at))
  return choices
}
