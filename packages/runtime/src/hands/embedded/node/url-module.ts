import { invalidArgument, type World } from './context'
import { toAscii, toUnicode } from './punycode'
import { querystring } from './small-modules'

/** What `url.parse` gives. */
class Url {}

/** The parts of a URL as `url.parse` gives them. */
function parseUrl(text: unknown, withQuery?: unknown): Url {
  if (typeof text !== 'string') throw invalidArgument('url', 'of type string', text)
  const [, protocol, authority, pathname, search, hash] =
    /^([a-z][a-z\d+.-]*:)?(?:\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?$/i.exec(String(text)) ?? []
  const [, auth, hostname, port] = /^(?:(.*)@)?([^:]*)(?::(\d+))?$/.exec(authority ?? '') ?? []
  const query = search?.slice(1) ?? null
  const parse = querystring['parse']
  return Object.assign(new Url(), {
    protocol: protocol ?? null,
    slashes: authority === undefined ? null : true,
    auth: auth ?? null,
    host: hostname === undefined || hostname === '' ? null : port === undefined ? hostname : `${hostname}:${port}`,
    port: port ?? null,
    hostname: hostname === undefined || hostname === '' ? null : hostname,
    hash: hash ?? null,
    search: search ?? null,
    query: withQuery === true && typeof parse === 'function' ? Reflect.apply(parse, undefined, [query ?? '']) : query,
    pathname: pathname === '' ? (authority === undefined ? null : '/') : pathname,
    path: `${pathname === '' && authority !== undefined ? '/' : (pathname ?? '')}${search ?? ''}`,
    href: text,
  })
}

/** `url`. */
export function urlFor(world: World): Record<string, unknown> {
  return {
    URL,
    URLSearchParams,
    Url,
    parse: parseUrl,
    format: (value: unknown, options?: unknown) => {
      if (value instanceof URL) return formatWhatwg(value, Object(options ?? {}))
      return formatUrl(typeof value === 'string' ? parseUrl(value) : Object(value))
    },
    resolve: (from: unknown, to: unknown) => {
      const base = new URL(String(from), 'resolve://')
      const full = new URL(String(to), base)
      return full.protocol === 'resolve:' ? full.pathname + full.search + full.hash : full.href
    },
    domainToASCII: (name: unknown) => toAscii(String(name)),
    domainToUnicode: (name: unknown) => toUnicode(String(name)),
    urlToHttpOptions: (url: URL) => ({
      __proto__: null,
      protocol: url.protocol,
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      hash: url.hash,
      search: url.search,
      pathname: url.pathname,
      path: `${url.pathname}${url.search}`,
      href: url.href,
      ...(url.port !== '' && { port: Number(url.port) }),
      ...((url.username !== '' || url.password !== '') && {
        auth: `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`,
      }),
    }),
    fileURLToPath: (value: unknown) => {
      if (typeof value !== 'string' && !(value instanceof URL)) throw invalidArgument('path', 'of type string or an instance of URL', value)
      const url = value instanceof URL ? value : new URL(String(value))
      if (url.protocol !== 'file:') throw Object.assign(new TypeError('The URL must be of scheme file'), { code: 'ERR_INVALID_URL_SCHEME' })
      return decodeURIComponent(url.pathname)
    },
    pathToFileURL: (path: unknown) => {
      const text = String(path)
      const url = new URL('file:///')
      url.pathname = encodeURI(text.startsWith('/') ? text : `${world.cwd}/${text}`)
        .replaceAll('#', '%23')
        .replaceAll('?', '%3F')
      return url
    },
  }
}

/** Of a URL object, with the parts left out that are not wanted. */
function formatWhatwg(given: URL, options: Readonly<Record<string, unknown>>): string {
  const url = new URL(given)
  if (options['fragment'] === false) url.hash = ''
  if (options['search'] === false) url.search = ''
  if (options['auth'] === false) [url.username, url.password] = ['', '']
  return options['unicode'] === true && url.host !== '' ? url.href.replace(url.hostname, toUnicode(url.hostname)) : url.href
}

/** Protocols behind which two slashes stand, also where nobody says so. */
const SLASHED = /^(?:https?|ftp|gopher|file|wss?):?$/

function formatUrl(parts: Readonly<Record<string, unknown>>): string {
  const text = (key: string): string => (typeof parts[key] === 'string' ? String(parts[key]) : '')
  const { port, query } = parts
  const ending = typeof port === 'string' || typeof port === 'number' ? `:${port}` : ''
  const auth = text('auth') === '' ? '' : `${encodeURIComponent(text('auth')).replace(/%3A/i, ':')}@`
  const name = text('hostname')
  const host = text('host') || (name === '' ? '' : `${name.includes(':') ? `[${name}]` : name}${ending}`)
  const protocol = text('protocol') === '' || text('protocol').endsWith(':') ? text('protocol') : `${text('protocol')}:`
  const stringify = querystring['stringify']
  const asked =
    typeof query === 'object' && query !== null && typeof stringify === 'function'
      ? String(Reflect.apply(stringify, undefined, [query]))
      : ''
  const search = text('search') || (asked === '' ? '' : `?${asked}`)
  const path = text('pathname')
  const hasHost = parts['slashes'] === true || (SLASHED.test(protocol) && host !== '') || host !== ''
  const lead = hasHost ? `//${auth}${host}` : ''
  const mark = (sign: string, given: string): string => (given === '' || given.startsWith(sign) ? given : sign + given)
  return `${protocol}${lead}${lead !== '' && path !== '' && !path.startsWith('/') ? '/' : ''}${path.replace(/[?#]/g, encodeURIComponent)}${mark('?', search).replaceAll('#', '%23')}${mark('#', text('hash'))}`
}
