import {
  callId,
  fail,
  FailureError,
  failureOf,
  isJsonObject,
  refuseNetwork,
  ulid,
  type CallId,
  type Decision,
  type Digest,
  type Failure,
  type FetchEnd,
  type NetworkAnswer,
  type NetworkFetch,
  type NetworkRequest,
  type Verdict,
} from '@tabwright/protocol'
import { describeFetch, FETCH_IDENTITY, FETCH_TOOL, type Address } from './gate/egress'
import { LEAK_RULES } from './gate/secrets'
import { admit, digestCall, judgeCall, spend, type Capability, type GateRequest, type Judgement } from './gate/gate'
import type { Fact } from './fact'
import { createGitCover, type GitCover } from './git-cover'
import { createNpmCover, type NpmCover } from './npm-cover'
import type { Journal } from './journal'
import type { Network } from './network'
import { parseStrict } from './parse-strict'
import type { Ports } from './ports'
import { standingNow } from './rule-book'
import type { FetchRecord } from './records'
import type { SecretShelf } from './secret-shelf'
import { weigh, type Weighed } from './weigh'

/** The one road from a command to the network: judge → ask → decide → `fetch.started` → send with a single-use capability → `fetch.ended`. */
export interface Egress {
  /** For the command of a shell call, or for one of the person's own. One for each run of a command. */
  of(call: CallId | undefined): NetworkFetch
  /** Rules changed: what waits for an answer is judged anew. */
  judgeAnew(): Promise<void>
  /** Ends what a worker that is gone had asked: its command is gone too. */
  endLost(): Promise<void>
}

const NO_NETWORK = 'The network needs the relay; start it with npm start. Nothing was sent.'

export function createEgress(parts: { readonly ports: Ports; readonly journal: Journal; readonly secrets: SecretShelf }): Egress {
  const live = new Map<CallId, Weighed>()
  return {
    of: (call) => {
      const run: CommandRun = { ...parts, call, live, denied: new Map(), cover: createGitCover(), npmCover: createNpmCover() }
      return (request, how) => fetchOnce(run, request, how)
    },
    judgeAnew: async () => {
      const waiting = parts.journal.state.fetches.filter(({ id, decided }) => live.has(id) && !decided)
      for (const fetch of waiting) await judgeAgain(parts, fetch, live)
    },
    endLost: async () => {
      const { journal } = parts
      const lost = journal.state.fetches.filter(({ id }) => !live.has(id))
      const facts = lost.map(({ id }) => ended(id, { type: 'failed', failure: LOST }))
      if (facts.length > 0) await journal.write({ facts })
    },
  }
}

const LOST: Failure = { code: 'aborted', message: 'The command that asked for it is gone.' }
const STOPPED: Failure = { code: 'aborted', message: 'The command was ended.' }

interface CommandRun {
  readonly ports: Ports
  readonly journal: Journal
  readonly secrets: SecretShelf
  readonly call: CallId | undefined
  readonly live: Map<CallId, Weighed>
  /** What the person said no to in this run: `--retry` must not ask again. */
  readonly denied: Map<string, string>
  /** What the person said yes to for more than one request. */
  readonly cover: GitCover
  readonly npmCover: NpmCover
}

interface Asked {
  readonly id: CallId
  readonly bytes: string
  readonly digest: Digest
}

type How = Parameters<NetworkFetch>[1]

async function fetchOnce(run: CommandRun, request: NetworkRequest, how: How): Promise<NetworkAnswer> {
  const { ports, live } = run
  const missing = ports.network ? await ports.network.missing(how.signal) : NO_NETWORK
  if (missing !== undefined || !ports.network) return refuseNetwork('no-relay', missing ?? NO_NETWORK)
  const address = ports.network.address(request.url)
  if ('refused' in address) return refuseNetwork('blocked', `${address.refused} Nothing was sent.`)
  // The card shows one header a line: what would make two of one is no header.
  if (request.headers.some(([name, value]) => !NAME.test(name) || !VALUE.test(value)))
    return refuseNetwork('blocked', 'A header of the request holds characters that no header may have. Nothing was sent.')
  const id = callId(`fetch:${ulid(ports.clock.now(), ports.random)}`)
  const weighed = await weigh(run, request, address)
  live.set(id, weighed)
  try {
    return await decideAndSend(run, { id, request, address, how, network: ports.network, weighed })
  } finally {
    live.delete(id)
  }
}

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]{0,8192}$/

interface Fetching {
  readonly id: CallId
  readonly request: NetworkRequest
  readonly address: Address
  readonly how: How
  readonly network: Network
  readonly weighed: Weighed
}

async function decideAndSend(run: CommandRun, fetching: Fetching): Promise<NetworkAnswer> {
  const { ports, journal, call } = run
  const { id, request, address, how, network, weighed } = fetching
  const asked = await judge(run, fetching)
  const decision = await decisionOn(journal, id, how.signal).catch((error: unknown) => endWith(journal, id, failureOf(error)))
  if (decision.type === 'deny') return refuseDenied(run, { asked, decision, address })
  if (journal.state.taint.isClosed)
    return endWith(journal, id, failureOfDenial('The network was closed for this session. Nothing was sent.'))
  if (weighed.reads && decision.by === 'user') run.cover.allow(weighed.reads)
  if (weighed.npm && decision.by === 'user') run.npmCover.allow(weighed.npm, weighed.wishes ?? [])
  if (weighed.announced && decision.by === 'user')
    run.cover.allowPush({ ...weighed.announced.request, repository: weighed.announced.repository })
  const digest = digestCall(ports.hash, { call: id, tool: FETCH_TOOL, identity: FETCH_IDENTITY }, asked.bytes)
  const capability = admit({ digest, bytes: asked.bytes }, { digest: asked.digest, decision })
  // Strict: what may have left the machine is in the log, whatever happens next; and another tab that writes now is found out.
  await journal.write({
    facts: [
      {
        type: 'fetch.started',
        data: {
          fetch: id,
          digest,
          ...(call !== undefined && { call }),
          host: address.host,
          ...(request.useToken && { token: true as const }),
        },
      },
    ],
  })
  const since = ports.clock.mono()
  const ms = (): number => Math.round(ports.clock.mono() - since)
  try {
    refuseAborted(how.signal)
    how.sent()
    const answer = await send(capability, { network, body: request.body, signal: how.signal })
    const body = heard(run, weighed, answer.body)
    return {
      ...answer,
      body: counted({ ...answer, body }, (result) => journal.write({ facts: [ended(id, result, ms())], durability: 'relaxed' })),
    }
  } catch (error) {
    return endWith(journal, id, how.signal.aborted ? STOPPED : failureOf(error))
  }
}

/** What a server names in its answer may be asked for under the same yes. */
function heard({ cover, npmCover }: CommandRun, { reads, npm }: Weighed, body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  if (npm) return npmCover.heard(npm, body)
  return reads ? cover.heard(reads, body) : body
}

async function judge(run: CommandRun, { id, request, address, how, network, weighed }: Fetching): Promise<Asked> {
  const { ports, journal, call, live } = run
  const sha256 = request.body === undefined ? undefined : await network.digest(request.body)
  const input = describeFetch(request, { ...weighed, address, sha256 })
  const gate = { call: id, tool: FETCH_TOOL, identity: FETCH_IDENTITY, input, effect: 'ask' as const }
  let asked: Asked | undefined
  await journal.write(async () => {
    refuseAborted(how.signal)
    const { verdict, digest, bytes } = await judgeNow(run, gate, live.get(id))
    ports.rules.used(verdict.by?.map((rule) => rule.id) ?? [])
    asked = { id, digest, bytes }
    const told = await toldBytes(run, verdict, bytes)
    const again = run.denied.get(bytes)
    if (again !== undefined) return refuseNetwork('denied', again)
    const data = { fetch: id, ...(call !== undefined && { call }), verdict, digest, bytes: told }
    if (verdict.type === 'ask') return { facts: [{ type: 'fetch.judged', data }] }
    const decision: Decision = verdict.type === 'allow' ? { type: 'allow', by: 'rule' } : { type: 'deny', by: 'rule', note: verdict.reason }
    const isDecoy = verdict.type === 'deny' && verdict.rule === LEAK_RULES.canary
    const leak: Fact = { type: 'leak.stopped', data: { fetch: id, ...(call !== undefined && { call }), host: address.host } }
    return {
      facts: [{ type: 'fetch.judged', data }, { type: 'fetch.decided', data: { fetch: id, digest, decision } }, ...(isDecoy ? [leak] : [])],
    }
  })
  return asked ?? fail('unexpected', 'A request was judged without a verdict.')
}

/** What is refused for the secrets in it is written without them: nobody runs it, and the log would be one more place to find them. */
async function toldBytes({ secrets }: CommandRun, verdict: Verdict, bytes: string): Promise<string> {
  const isLeak = verdict.type === 'deny' && Object.values(LEAK_RULES).some((rule) => rule === verdict.rule)
  return isLeak ? (await secrets.detector()).redact(bytes) : bytes
}

/** By the rules and by what came together until now. */
async function judgeNow(
  { ports, journal }: Pick<CommandRun, 'ports' | 'journal'>,
  gate: Omit<GateRequest, 'leaving'>,
  weighed: Weighed | undefined,
): Promise<Judgement> {
  if (!weighed) return fail('unexpected', 'A request was judged that nobody has looked at.')
  const { taint, hosts } = journal.state
  const eyes = { readCommand: ports.readCommand, followLinks: (path: string) => path, gitHooks: [] }
  return judgeCall({ hash: ports.hash, eyes }, { ...gate, leaving: { ...weighed, taint, hosts } }, await standingNow(ports, journal.state))
}

/** A request that passes now, or that is denied, waits no longer; one that is still to be asked about keeps its card. */
async function judgeAgain(
  { ports, journal }: Pick<CommandRun, 'ports' | 'journal'>,
  { id, call, judged }: FetchRecord,
  live: ReadonlyMap<CallId, Weighed>,
): Promise<void> {
  await journal.write(async () => {
    // Answered or ended meanwhile.
    const isOpen = live.has(id) && journal.state.fetches.some((one) => one.id === id && !one.decided)
    if (!isOpen) return { facts: [] }
    const gate = { call: id, tool: FETCH_TOOL, identity: FETCH_IDENTITY, input: parseStrict(judged.bytes), effect: 'ask' as const }
    const { verdict, digest, bytes } = await judgeNow({ ports, journal }, gate, live.get(id))
    if (verdict.type === 'ask') return { facts: [] }
    ports.rules.used(verdict.by?.map((rule) => rule.id) ?? [])
    const decision: Decision = verdict.type === 'allow' ? { type: 'allow', by: 'rule' } : { type: 'deny', by: 'rule', note: verdict.reason }
    return {
      facts: [
        { type: 'fetch.judged', data: { fetch: id, ...(call !== undefined && { call }), verdict, digest, bytes } },
        { type: 'fetch.decided', data: { fetch: id, digest, decision } },
      ],
    }
  })
}

function refuseAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new FailureError(STOPPED)
}

/** Waits for a person without any limit. */
function decisionOn(journal: Journal, id: CallId, signal: AbortSignal): Promise<Decision> {
  const known = (): Decision | undefined => journal.state.fetches.find((fetch) => fetch.id === id)?.decided?.decision
  return new Promise<Decision>((resolve, reject) => {
    const look = (): boolean => {
      const decision = known()
      const isGone = decision === undefined && !journal.state.fetches.some((fetch) => fetch.id === id)
      if (decision === undefined && !isGone && !signal.aborted) return false
      unwatch()
      signal.removeEventListener('abort', look)
      if (decision !== undefined && !signal.aborted) resolve(decision)
      else reject(new FailureError(STOPPED))
      return true
    }
    const unwatch = journal.watch(look)
    signal.addEventListener('abort', look, { once: true })
    look()
  })
}

async function refuseDenied(
  { journal, denied }: CommandRun,
  { asked, decision, address }: { asked: Asked; decision: Extract<Decision, { type: 'deny' }>; address: Address },
): Promise<never> {
  const who = decision.by === 'rule' ? 'A rule' : 'The person'
  const why = decision.note === undefined ? '' : `: ${decision.note}`
  const words = `${who} denied the request to ${address.host}${why}${why.endsWith('.') ? '' : '.'} Nothing was sent.`
  denied.set(asked.bytes, words)
  return endWith(journal, asked.id, failureOfDenial(words))
}

function failureOfDenial(message: string): Failure {
  return { code: 'denied', message, detail: { refusal: 'denied' } }
}

/** Writes how a request that brought nothing ended. A log that cannot be written is told in its place. */
async function endWith(journal: Journal, id: CallId, failure: Failure): Promise<never> {
  await journal.write({ facts: [ended(id, { type: 'failed', failure })], durability: 'relaxed' })
  throw new FailureError(failure)
}

function ended(fetch: CallId, result: FetchEnd, ms = 0): { type: 'fetch.ended'; data: { fetch: CallId; result: FetchEnd; ms: number } } {
  return { type: 'fetch.ended', data: { fetch, result, ms } }
}

/** Sends what the admitted bytes say, and the body only when it is the one that was decided on. */
async function send(
  capability: Capability,
  { network, body, signal }: { network: Network; body: Uint8Array | undefined; signal: AbortSignal },
): Promise<NetworkAnswer> {
  const input = parseStrict(spend(capability))
  const { method, url, headers, body: described, token, connectMs, wholeMs } = isJsonObject(input) ? input : {}
  const sha256 = body === undefined ? undefined : await network.digest(body)
  const decided = isJsonObject(described) ? described['sha256'] : undefined
  if (sha256 !== decided) return fail('not_permitted', 'What was allowed is not what would be sent.')
  const known = METHODS.find((one) => one === method)
  if (known === undefined || typeof url !== 'string' || !Array.isArray(headers))
    return fail('not_permitted', 'What was allowed is no request.')
  const request: NetworkRequest = {
    method: known,
    url,
    headers: headers.flatMap((pair): [string, string][] => (Array.isArray(pair) ? [[String(pair[0]), String(pair[1])]] : [])),
    purpose: '',
    ...(body !== undefined && { body }),
    ...(token !== undefined && { useToken: true }),
    ...(typeof connectMs === 'number' && { connectMs }),
    ...(typeof wholeMs === 'number' && { wholeMs }),
  }
  // oxlint-disable-next-line no-restricted-properties -- the one place where a capability is turned into a request
  return network.send(request, signal)
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/** The bytes of an answer; how they ended is told once. */
async function* counted(answer: NetworkAnswer, tell: (result: FetchEnd) => Promise<void>): AsyncGenerator<Uint8Array, void> {
  let bytes = 0
  let failure: Failure | undefined
  try {
    for await (const part of answer.body) {
      bytes += part.length
      yield part
    }
  } catch (error) {
    failure = failureOf(error)
    throw error
  } finally {
    await tell(failure ? { type: 'failed', failure } : { type: 'answered', status: answer.status, bytes })
  }
}
