import type { FetchMethod } from '@tabwright/protocol'
import { gunzipSync, inflateSync, unzlibSync } from 'fflate'
import { NetRefusal, NO_NET, type NetAnswer, type NetHeader } from '../../net'
import { redirectOf } from '../../net-redirects'
import { readAll, inputOf, type Input } from '../../streams/stream'
import { bytesOf, textOf } from '../../text'
import { NotImplemented, type Call } from '../command'
import type { CookieJar } from './cookie-jar'
import type { CurlBody } from './curl-body'
import { CurlFailure } from './curl-failure'
import type { CurlWords } from './curl-options'
import type { CurlSink } from './curl-output'
import type { CurlUrl } from './curl-url'
import type { CurlDone } from './curl-write-out'
import { headerText } from './header-text'
import { netFailure } from './net-failure'

/** One address of a command line and everything about how it is asked. */
export interface CurlTransfer {
  readonly call: Call
  readonly words: CurlWords
  readonly address: CurlUrl
  readonly body: CurlBody
  readonly jar: CookieJar | undefined
  readonly sink: CurlSink
  /** `-D`. */
  readonly heads: ((text: string) => Promise<void>) | undefined
  /** Lines of `-v`. */
  readonly tell: (text: string) => Promise<void>
  readonly number: number
}

type Done = { -readonly [K in keyof CurlDone]: CurlDone[K] }

/** A request on its way. */
interface Hop {
  readonly url: URL
  readonly method: FetchMethod
  readonly bytes: Uint8Array | undefined
  /** The person's name and own headers go along. */
  readonly isTrusted: boolean
}

const MAX_REDIRECTS = 50
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/** Runs one transfer. What is known of it is in `done`, whether or not it throws. @throws CurlFailure */
export async function transfer(what: CurlTransfer, done: Done): Promise<void> {
  const { call, words, address, body, sink } = what
  const since = call.system.clock.steady()
  const seconds = (): number => (call.system.clock.steady() - since) / 1000
  let hop: Hop = { url: address.url, method: methodOf(words, body.method), bytes: body.bytes, isTrusted: true }
  let isWhole = false
  const most = words.number('max-redirs') ?? MAX_REDIRECTS
  try {
    for (;;) {
      const answer = await ask(what, hop, done)
      done.firstByte = seconds()
      const next = redirectOf(answer, hop.url.href)
      done.redirect = next ?? ''
      const follows = next !== undefined && words.has('location')
      await head(what, answer, done)
      if (!follows) {
        await take(what, answer, done)
        isWhole = true
        return
      }
      answer.body.close()
      if (done.redirects >= most) throw new CurlFailure(47, `Maximum (${most}) redirects followed`)
      done.redirects += 1
      done.redirect = ''
      hop = redirected(what, hop, { url: new URL(next), status: answer.status })
    }
  } catch (thrown) {
    if (!(thrown instanceof NetRefusal)) throw thrown
    done.seconds = seconds()
    throw failureOf(thrown, hop.url, done)
  } finally {
    done.seconds = seconds()
    await sink.end(isWhole)
  }
}

function failureOf(refusal: NetRefusal, url: URL, done: Done): CurlFailure {
  const ms = Math.round(done.seconds * 1000)
  const { code, message, kind } = netFailure(refusal, url, ms)
  const length = Number(done.headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1] ?? Number.NaN)
  if (code === 18 && length > done.received)
    return new CurlFailure(18, `transfer closed with ${length - done.received} bytes remaining to read`)
  if (code === 28 && done.received > 0)
    return new CurlFailure(
      28,
      `Operation timed out after ${ms} milliseconds with ${done.received}${length > 0 ? ` out of ${length}` : ''} bytes received`,
      kind,
    )
  return new CurlFailure(code, message, kind)
}

/** `-X` changes the word that is sent and nothing else. */
function methodOf(words: CurlWords, method: FetchMethod): FetchMethod {
  const asked = words.text('request')
  if (asked === undefined) return method
  return METHODS.find((one) => one === asked) ?? notSent(asked)
}

function notSent(method: string): never {
  throw new NotImplemented(`request method ${method}`)
}

function redirected({ words, body, address }: CurlTransfer, hop: Hop, to: { readonly url: URL; readonly status: number }): Hop {
  const keeps = to.status >= 307 || words.has(`post${to.status}`)
  const sends = hop.bytes !== undefined && (keeps || body.method !== 'POST')
  const isTrusted = to.url.origin === address.url.origin
  const plain: FetchMethod = body.method === 'HEAD' ? 'HEAD' : 'GET'
  const method = words.text('request') !== undefined ? hop.method : sends || (keeps && to.status >= 307) ? hop.method : plain
  if (to.url.hash === '') to.url.hash = hop.url.hash
  return { url: to.url, method, bytes: sends ? hop.bytes : undefined, isTrusted }
}

async function ask(what: CurlTransfer, hop: Hop, done: Done): Promise<NetAnswer> {
  const { call, words, tell } = what
  const { net } = call.system
  Object.assign(done, { method: hop.method, effective: hop.url.href, status: 0, headers: [] })
  if (net === undefined) throw new NetRefusal('no-relay', NO_NET)
  const headers = headersOf(what, hop)
  await tell(`*   Asking for ${hop.url.host} through the relay...\n`)
  const lines = [['Host', hop.url.host] as const, ...headers].map(([name, value]) => `> ${name}: ${value}\n`)
  await tell(`> ${hop.method} ${hop.url.pathname}${hop.url.search} HTTP/1.1\n${lines.join('')}> \n`)
  const maxTime = words.number('max-time')
  const connect = words.number('connect-timeout')
  done.sent += hop.bytes?.length ?? 0
  return net.request({
    method: hop.method,
    url: hop.url.href,
    headers,
    purpose: `${call.name} ${call.args.join(' ')}`.slice(0, 400),
    signal: call.process.signal,
    ...(hop.bytes && { body: hop.bytes }),
    ...(maxTime !== undefined && maxTime > 0 && { timeoutMs: maxTime * 1000 }),
    ...(connect !== undefined && connect > 0 && { connectMs: connect * 1000 }),
  })
}

/** Headers that the relay makes itself. */
const NEVER =
  /^(?:host|content-length|connection|keep-alive|transfer-encoding|te|trailer|upgrade|origin|sec-.*|proxy-.*|forwarded|x-forwarded-.*)$/i

function headersOf({ words, body, jar, address }: CurlTransfer, hop: Hop): readonly NetHeader[] {
  const own = ownHeaders(words)
  const user = hop.isTrusted ? (words.text('user') ?? address.user) : undefined
  const bearer = hop.isTrusted ? words.text('oauth2-bearer') : undefined
  const range = words.text('range')
  const referer = words.text('referer')
  const cookies = jar?.header(hop.url) ?? ''
  const typed = words.texts('cookie').filter((one) => one.includes('='))
  const cookie = [...(cookies === '' ? [] : [cookies]), ...(hop.isTrusted ? typed : [])].join('; ')
  const agent = words.text('user-agent') ?? 'curl/7.88.1'
  const made: NetHeader[] = [
    ...(user === undefined ? [] : [['Authorization', `Basic ${base64(user)}`] as const]),
    ...(bearer === undefined ? [] : [['Authorization', `Bearer ${bearer}`] as const]),
    ...(range === undefined ? [] : [['Range', `bytes=${range}`] as const]),
    ...(agent === '' ? [] : [['User-Agent', agent] as const]),
    ...(body.headers.some(([name]) => name === 'Accept') ? [] : [['Accept', '*/*'] as const]),
    ...(referer === undefined || referer === '' ? [] : [['Referer', referer] as const]),
    ...(cookie === '' ? [] : [['Cookie', cookie] as const]),
    ...(hop.bytes === undefined ? body.headers.filter(([name]) => name === 'Accept') : body.headers),
  ]
  const named = new Set(own.map(([name]) => name.toLowerCase()))
  const kept = hop.isTrusted ? own : own.filter(([name]) => !/^(?:authorization|cookie)$/i.test(name))
  const all = [
    ...made.filter(([name]) => !named.has(name.toLowerCase())),
    ...kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  ]
  return all.map(([name, value]) => [name, headerText(value)] as const)
}

/** `-H`; a name without a value takes away what curl would send. */
function ownHeaders(words: CurlWords): readonly (readonly [string, string | undefined])[] {
  return words.texts('header').flatMap((line): readonly (readonly [string, string | undefined])[] => {
    if (line.startsWith('@')) throw new NotImplemented('reading headers from a file (-H @file)')
    const [, name = '', sign = '', value = ''] = /^([^:;]*)([:;])([\s\S]*)$/.exec(line) ?? []
    if (name === '') return []
    if (NEVER.test(name)) throw new NotImplemented(`setting the header ${name}, which the relay makes,`)
    const text = value.trim()
    if (sign === ';') return text === '' ? [[name, '']] : []
    return [[name, text === '' ? undefined : text]]
  })
}

function base64(text: string): string {
  return btoa(headerText(text))
}

async function head({ words, jar, sink, heads, tell }: CurlTransfer, answer: NetAnswer, done: Done): Promise<void> {
  const { status, statusText, headers, version = '1.1', url } = answer
  Object.assign(done, { status, headers, version })
  const text = [`HTTP/${version} ${status} ${statusText}`, ...headers.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n')
  done.headerBytes += text.length
  for (const [name, value] of headers) if (/^set-cookie$/i.test(name)) jar?.set(value, new URL(url))
  await tell(
    text
      .replaceAll('\r\n', '\n')
      .split('\n')
      .slice(0, -1)
      .map((line) => `< ${line}\n`)
      .join(''),
  )
  if (heads) await heads(text)
  if (words.has('include') || words.has('head')) await sink.write(latin(text))
}

/** Headers are bytes that came as one character each. */
const latin = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))

async function take(what: CurlTransfer, answer: NetAnswer, done: Done): Promise<void> {
  const { words, sink, call } = what
  const isBad = answer.status >= 400
  const failed = new CurlFailure(22, `The requested URL returned error: ${answer.status}`)
  if (isBad && words.has('fail') && !words.has('fail-with-body')) {
    answer.body.close()
    throw failed
  }
  const body = words.has('compressed') ? await unpacked(answer) : answer.body
  if (words.has('head')) body.close()
  else
    for (let part = await body.read(); part !== undefined; part = await body.read()) {
      call.tick()
      done.received += part.length
      await sink.write(part)
    }
  if (isBad && words.has('fail-with-body')) throw failed
}

/** The relay asks for answers as they are; one that came packed all the same is unpacked whole. */
async function unpacked(answer: NetAnswer): Promise<Input> {
  const coding = answer.headers.find(([name]) => name.toLowerCase() === 'content-encoding')?.[1].toLowerCase()
  if (coding === undefined || coding === 'identity') return answer.body
  if (coding !== 'gzip' && coding !== 'x-gzip' && coding !== 'deflate')
    throw new CurlFailure(61, `Unrecognized content encoding type. libcurl understands deflate, gzip content encodings.`)
  const bytes = await readAll(answer.body)
  try {
    if (coding !== 'deflate') return inputOf(gunzipSync(bytes))
    return inputOf(((bytes[0] ?? 0) & 0x0f) === 8 ? unzlibSync(bytes) : inflateSync(bytes))
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown
    throw new CurlFailure(61, `Error while processing content unencoding: ${thrown.message}`)
  }
}

/** The last part of an address as a name for a file. @throws CurlFailure where it has none */
export function remoteName(url: URL): string {
  const name = url.pathname.slice(url.pathname.lastIndexOf('/') + 1)
  if (name === '') throw new CurlFailure(23, 'Failed writing received data to disk/application')
  return textOf(bytesOf(name))
}
