import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import { pinned } from './guarded-fetch/guarded-fetch'
import { checkTarget, type TargetRules } from './guarded-fetch/target'
import type { Refusal } from './refusal'

/** Tells a place of the operator's that a session waits for its person, or what somebody has to say to them. */
export interface Notifier {
  /** Where it goes, for the page; undefined: nowhere was named. */
  readonly host: string | undefined
  /** `lately`: the same session was told of a moment ago, by another tab. */
  tell(session: string): Promise<'told' | 'lately' | Refusal>
  /** A message of whoever called `notify`; so many a minute. */
  say(text: string, from: string): Promise<'told' | Refusal>
}

interface NotifierOptions {
  readonly url: string | undefined
  readonly rules: () => TargetRules
  /** Milliseconds, never jumping back. */
  readonly now: () => number
}

/** Every tab that shows the session tells of it. */
const LATELY_MS = 30_000
const MOST_REMEMBERED = 1000
const WITHIN_MS = 10_000
/** Messages a minute, whoever they are of. */
const MOST_MESSAGES = 10
const MINUTE_MS = 60_000

/** By the rules of every fetch; the operator's own address is one that they named. */
export function createNotifier({ url, rules, now }: NotifierOptions): Notifier {
  const told = new Map<string, number>()
  let said: readonly number[] = []
  const host = url === undefined ? undefined : new URL(url).host
  return {
    host,
    say: async (text, from) => {
      if (url === undefined) return NOWHERE
      said = said.filter((at) => now() - at < MINUTE_MS)
      if (said.length >= MOST_MESSAGES)
        return { status: 429, type: 'busy', message: `${host} was told ${MOST_MESSAGES} messages within a minute; this one was not sent.` }
      said = [...said, now()]
      return post(url, rules(), { app: 'Tabwright', event: 'message', from, text })
    },
    tell: async (session) => {
      if (url === undefined) return NOWHERE
      if (now() - (told.get(session) ?? -Infinity) < LATELY_MS) return 'lately'
      if (told.size >= MOST_REMEMBERED) told.clear()
      told.set(session, now())
      const answer = await post(url, rules(), { app: 'Tabwright', event: 'waiting', session })
      // What was not heard may be said again.
      if (answer !== 'told') told.delete(session)
      return answer
    },
  }
}

const NOWHERE: Refusal = { status: 404, type: 'not_found', message: 'The relay was told of no place to notify (TABWRIGHT_NOTIFY_URL).' }

/** That somebody is waited for says nothing of the conversation; a message says what its caller was let say. */
type Told = { readonly app: string } & (
  | { readonly event: 'waiting'; readonly session: string }
  | { readonly event: 'message'; readonly from: string; readonly text: string }
)

async function post(url: string, rules: TargetRules, body: Told): Promise<'told' | Refusal> {
  const { hostname, port, protocol } = new URL(url)
  const own = `${hostname.replace(/\.$/, '')}:${port || (protocol === 'https:' ? '443' : '80')}`
  const target = await checkTarget(url, { ...rules, named: new Set([...rules.named, own]) })
  if ('status' in target) return target
  const send = target.url.protocol === 'https:' ? httpsRequest : httpRequest
  const bytes = Buffer.from(JSON.stringify(body))
  return new Promise((resolve) => {
    const failed = (why: string): void =>
      resolve({ status: 502, type: 'upstream_unreachable', message: `${target.url.host} was not told (${why}).` })
    const request = send(
      target.url,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': String(bytes.length) },
        agent: false,
        lookup: pinned(target.addresses),
        ...(isIP(target.url.hostname) === 0 ? { servername: target.url.hostname } : {}),
      },
      (response) => {
        const status = response.statusCode ?? 0
        response.destroy()
        // A redirect is not followed: nobody but the operator says where this goes.
        if (status >= 200 && status < 300) resolve('told')
        else failed(`it answered ${status}`)
      },
    )
    request.setTimeout(WITHIN_MS, () => request.destroy(new Error('it did not answer in time')))
    request.on('error', (error) => failed(error.message))
    request.end(bytes)
  })
}
