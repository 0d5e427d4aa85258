import { fail, FailureError, isJsonObject } from '@tabwright/protocol'
import { errorOf, objectOf, readAnswer, refusalOf, wantsCode, type Answer } from './answer'

/** A tab's bearer. Another tab pairs again; so does this one after a reload, without a person where {@link KeptBearer} is given. */
export interface Session {
  readonly token: string
  /** Wall clock, milliseconds. */
  readonly expiresAt: number
  /** The relay's version. */
  readonly version: string
  /** Which relay it is, as that printed when it started, for a person to compare; undefined from one that says none. */
  readonly fingerprint?: string
  /** A person entered the code for it, here or before a reload. */
  readonly isByCode?: boolean
}

/** A request whose answer is JSON. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: object
  /** What is wanted, as the beginning of a sentence that says it failed. */
  readonly asked: string
}

/** A request that sends or gets bytes. */
export interface BytesCall extends Omit<Call, 'body'> {
  readonly body?: Uint8Array<ArrayBuffer>
  readonly headers?: Readonly<Record<string, string>>
  /** Answers that are no failure beside those that succeed. */
  readonly allow?: readonly number[]
}

/** What came back for a {@link BytesCall}. */
export interface BytesAnswer {
  readonly status: number
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly etag: string
}

/** Where a page keeps the bearer that a code bought, for as long as the page itself: the code is good once, and a reload is no reason to ask for another. */
export interface KeptBearer {
  read(): string | undefined
  /** undefined: none any more. */
  write(token: string | undefined): void
}

/** Calls with a bearer that is fetched and renewed as needed. */
export interface Line {
  pair(code?: string): Promise<Session | 'none'>
  unpair(): Promise<void>
  call(call: Call, token?: string): Promise<Answer>
  bytes(call: BytesCall): Promise<BytesAnswer>
}

/** What a line takes from outside. `bearer`: one that somebody else got, where pairing needs a person; undefined to pair oneself. */
export interface LineOptions {
  readonly send: typeof fetch
  readonly bearer?: (() => Promise<string | undefined>) | undefined
  readonly kept?: KeptBearer | undefined
}

/** A line to the relay at `root`. */
export function openLine(root: string, options: LineOptions): Line {
  const { pair, bearer, forget } = pairing(root, options)

  async function unpair(): Promise<void> {
    try {
      await call({ method: 'DELETE', path: '/session', body: {}, asked: 'Unpairing this page' }, await bearer())
    } catch (thrown) {
      // Ended already, by whomever: that is what was wanted.
      if (!(thrown instanceof FailureError) || thrown.failure.code !== 'denied') throw thrown
    }
    options.kept?.write(undefined)
    forget()
  }

  const ask = (path: string, init: RequestInit): Promise<Response> => options.send(`${root}${path}`, init).catch(relayGone)

  function sendJson({ method, path, body }: Call, token: string): Promise<Response> {
    const headers: Record<string, string> = { authorization: `Bearer ${token}`, accept: 'application/json' }
    if (body !== undefined) headers['content-type'] = 'application/json'
    return ask(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  }

  function sendBytes({ method, path, body, headers: more = {} }: BytesCall, token: string): Promise<Response> {
    const headers: Record<string, string> = { ...more, authorization: `Bearer ${token}` }
    if (body !== undefined) headers['content-type'] = 'application/octet-stream'
    return ask(path, { method, headers, ...(body === undefined ? {} : { body }) })
  }

  /** The relay was started anew, or a day has passed: a page may pair again without asking anybody. */
  async function renewed(answer: Answer, again: (token: string) => Promise<Response>): Promise<Response | undefined> {
    if (errorOf(answer)?.type !== 'session_ended') return undefined
    forget()
    return again(await bearer())
  }

  async function call(what: Call, token?: string): Promise<Answer> {
    const attempt = (one: string): Promise<Response> => sendJson(what, one)
    let answer = await readAnswer(await attempt(token ?? (await bearer())))
    const again = token === undefined ? await renewed(answer, attempt) : undefined
    if (again) answer = await readAnswer(again)
    if (answer.status < 200 || answer.status > 299) throw refusalOf(answer, what.asked)
    return answer
  }

  async function bytes(what: BytesCall): Promise<BytesAnswer> {
    const attempt = (one: string): Promise<Response> => sendBytes(what, one)
    const isFine = ({ status }: Response): boolean => (status >= 200 && status <= 299) || (what.allow?.includes(status) ?? false)
    let response = await attempt(await bearer())
    if (!isFine(response)) {
      const answer = await readAnswer(response)
      const again = await renewed(answer, attempt)
      if (!again) throw refusalOf(answer, what.asked)
      if (!isFine(again)) throw refusalOf(await readAnswer(again), what.asked)
      response = again
    }
    const content = new Uint8Array(await response.arrayBuffer().catch(relayGone))
    return { status: response.status, bytes: content, etag: response.headers.get('etag') ?? '' }
  }

  return { pair, unpair, call, bytes }
}

interface Pairing {
  readonly pair: Line['pair']
  readonly bearer: () => Promise<string>
  readonly forget: () => void
}

function pairing(root: string, { send, bearer: given, kept }: LineOptions): Pairing {
  let session: Session | undefined

  /** @returns undefined where nobody answers who knows what is asked */
  async function ask(body: object, token?: string): Promise<Answer | undefined> {
    const headers = { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) }
    const response = await send(`${root}/session`, { method: 'POST', headers, body: JSON.stringify(body) }).catch(() => undefined)
    const answer = response && (await readAnswer(response))
    // A static host answers with its own page, or that it takes no POST.
    const isNone = answer?.json === undefined || (answer.status === 404 && errorOf(answer) === undefined)
    return isNone ? undefined : answer
  }

  /** What a code bought before is worth another one, unless it has ended. */
  async function again(): Promise<Session | undefined> {
    const token = kept?.read()
    if (token === undefined) return undefined
    const answer = await ask({}, token)
    if (answer?.status !== 200) {
      if (answer?.status === 401) kept?.write(undefined)
      return undefined
    }
    const renewed = { ...parseSession(answer), isByCode: true }
    kept?.write(renewed.token)
    return renewed
  }

  async function pair(code?: string): Promise<Session | 'none'> {
    const answer = await ask(code === undefined ? {} : { code })
    if (answer === undefined) return 'none'
    if (answer.status !== 200) {
      const refused = refusalOf(answer, 'Pairing with the relay')
      if (code !== undefined || !wantsCode(refused.failure)) throw refused
      // A code is good once, and what it bought still is: nobody is asked for another one meanwhile.
      session ??= await again()
      if (session === undefined) throw refused
      return session
    }
    session = { ...parseSession(answer), ...(code !== undefined && { isByCode: true }) }
    if (code !== undefined) kept?.write(session.token)
    return session
  }

  async function bearer(): Promise<string> {
    const token = await given?.()
    if (token !== undefined) return token
    if (session !== undefined) return session.token
    const paired = await pair()
    return paired === 'none' ? fail('unavailable', 'There is no relay at this address.') : paired.token
  }

  return { pair, bearer, forget: () => (session = undefined) }
}

function relayGone(cause: unknown): never {
  throw new FailureError({ code: 'offline', message: 'The relay does not answer. Start it again; nothing here is lost.' }, { cause })
}

function parseSession(answer: Answer): Session {
  const { token, expiresAt, relay } = objectOf(answer, 'Pairing with the relay')
  const version = isJsonObject(relay) ? relay['version'] : undefined
  if (typeof token !== 'string' || typeof expiresAt !== 'number' || typeof version !== 'string') {
    return fail('bad_response', 'Something that is not a Tabwright relay answered at this address.')
  }
  const fingerprint = isJsonObject(relay) ? relay['fingerprint'] : undefined
  const isOne = typeof fingerprint === 'string' && /^[0-9a-f]{4}(?:-[0-9a-f]{4}){3}$/.test(fingerprint)
  return { token, expiresAt, version, ...(isOne && { fingerprint }) }
}
