import { randomUUID } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { JsonObject } from '@tabwright/protocol'
import { LIMITS } from '../limits'
import { startForTest } from '../relay-under-test'
import { runTokenCommand } from '../cli/token-command'
import { ENGINE_LIMITS, type EngineLimits } from './engine-limits'
import { openWorker, until, type RawSocket } from './socket-under-test'

/** What came of so many mutated frames. */
export interface FuzzReport {
  readonly frames: number
  /** Frames that were refused, and sockets that were closed for them. */
  readonly refused: number
  readonly closed: number
  /** Growth of what the heap holds between the first tenth and the end, bytes. Too much is a finding. */
  readonly grown: number
  readonly findings: readonly string[]
}

/** The limits that a campaign runs under: the real ones, but for how fast one socket may send and how often it may err. */
export const FUZZ_LIMITS: EngineLimits = { ...ENGINE_LIMITS, messages: { tab: 1_000_000, worker: 1_000_000 }, badFrames: 2_000 }

const TOKEN = 'automation-token-0123456789'
const BATCH = 2000
/** What has a bound fills up at first: spans, answers, names. Of 100,000 frames that took 3 MB, of 300,000 took 6; one that kept the frames it read took more. */
const MOST_GROWN = 2.5 * 1024 * 1024
const GROWN_A_FRAME = 16

/** Sends frames that are nearly right to a relay while others work with it. Same seed, same frames. */
export async function fuzzFrames({ seed, frames }: { readonly seed: number; readonly frames: number }): Promise<FuzzReport> {
  const relay = await startForTest({ env: { TABWRIGHT_TOKEN: TOKEN }, limits: { engine: FUZZ_LIMITS, failedLogins: LIMITS.failedLogins } })
  const base = `ws://localhost:${relay.port}/worker`
  const token = runTokenCommand(['add', 'fuzz', '--call', '*', '--bind', '*', '--provide', 'fuzz::*', '--data', relay.data], {}).out.trim()
  const findings: string[] = []
  try {
    const victim = await openVictim(base)
    const observer = await openWorker(base, TOKEN)
    const run = { random: randomFrom(seed), base, token, findings, refused: 0, closed: 0 }
    let socket = await openWorker(base, token)
    let heap = 0
    for (let sent = 0; sent < frames && findings.length < 10; sent += BATCH) {
      socket = await sendBatch(socket, Math.min(BATCH, frames - sent), run)
      await look(observer, sent, findings)
      if (heap === 0 && sent >= frames / 10) heap = settledHeap()
    }
    const grown = settledHeap() - heap
    if (grown > MOST_GROWN + frames * GROWN_A_FRAME) findings.push(`${grown} bytes more are held after ${frames} frames than after a tenth`)
    for (const one of [victim, observer, socket]) one.ws.terminate()
    if (/"level":50/.test(relay.logged()))
      findings.push(`the relay failed: ${/[^\n]*"level":50[^\n]*/.exec(relay.logged())?.[0].slice(0, 500)}`)
    return { frames, refused: run.refused, closed: run.closed, grown, findings }
  } finally {
    await relay.stop()
  }
}

interface Run {
  readonly random: () => number
  readonly base: string
  readonly token: string
  readonly findings: string[]
  refused: number
  closed: number
}

/** The socket that goes on: a new one where the last was closed. */
async function sendBatch(socket: RawSocket, count: number, run: Run): Promise<RawSocket> {
  let ended = false
  void socket.closed.then(() => (ended = true))
  for (let n = 0; n < count; n++) socket.send(mutated(run.random))
  const pong = socket.settled()
  await Promise.race([pong, socket.closed])
  for (const frame of socket.frames) {
    if (frame['type'] === 'error' || frame['type'] === 'registrationrejected') run.refused++
    const text = JSON.stringify(frame)
    if (/node:internal|\.ts:\d|\n\s+at /.test(text)) run.findings.push(`a frame tells of the inside: ${text.slice(0, 300)}`)
  }
  socket.forget()
  if (!ended && socket.ws.readyState === socket.ws.OPEN) return socket
  run.closed++
  return openWorker(run.base, run.token)
}

/** Whoever works beside it notices nothing. */
async function look(observer: RawSocket, sent: number, findings: string[]): Promise<void> {
  const n = sent
  const answer = await observer.call('victim::echo', { n })
  const result = answer['result']
  if (JSON.stringify(result) !== JSON.stringify({ n, mine: true }))
    findings.push(`after ${sent} frames the call of another gave ${JSON.stringify(answer)}`)
  if (Object.hasOwn(Object.prototype, 'polluted')) findings.push(`after ${sent} frames all objects have a new key`)
  observer.forget()
}

async function openVictim(base: string): Promise<RawSocket> {
  const victim = await openWorker(base, TOKEN)
  victim.ws.on('message', (data: Buffer) => {
    const frame: JsonObject = JSON.parse(data.toString('utf8'))
    if (frame['type'] !== 'invokefunction') return
    const sent = frame['data']
    const n = typeof sent === 'object' && sent !== null && 'n' in sent ? sent['n'] : null
    victim.send({ type: 'invocationresult', invocation_id: frame['invocation_id'] ?? null, result: { n, mine: true } })
    victim.forget()
  })
  victim.send({ type: 'registerfunction', id: 'victim::echo' })
  await until(() => victim.settled())
  return victim
}

/** What is held, without what only was not cleared away yet. */
function settledHeap(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc()')
  return process.memoryUsage().heapUsed
}

/** Mulberry32: small, and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const ID = '00000000-0000-4000-8000-000000000001'
const FRAMES: readonly JsonObject[] = [
  { type: 'registerfunction', id: 'fuzz::a', description: 'x', request_format: { type: 'object' }, metadata: { replicas: true } },
  {
    type: 'registerfunction',
    id: 'fuzz::h',
    invocation: { url: 'https://127.0.0.1/', method: 'POST', auth: { type: 'bearer', token_key: 'X' } },
  },
  { type: 'unregisterfunction', id: 'victim::echo' },
  {
    type: 'invokefunction',
    invocation_id: ID,
    function_id: 'victim::echo',
    data: { n: 1 },
    metadata: { a: 1 },
    baggage: 'tabwright.depth=3',
  },
  { type: 'invokefunction', function_id: 'victim::echo', data: { n: 1 }, action: { type: 'void' } },
  { type: 'invokefunction', invocation_id: ID, function_id: 'fuzz::job', data: {}, action: { type: 'enqueue', queue: 'q' } },
  { type: 'invokefunction', invocation_id: ID, function_id: 'engine::functions::info', data: { function_ids: ['fuzz::a'] } },
  { type: 'invokefunction', invocation_id: ID, function_id: 'engine::workers::register', data: { name: 'n', telemetry: {} } },
  { type: 'invokefunction', invocation_id: ID, function_id: 'engine::invocations::cancel', data: { invocation_id: ID } },
  { type: 'invokefunction', invocation_id: ID, function_id: 'state::set', data: { scope: 's', key: 'k', value: 1 } },
  { type: 'invocationresult', invocation_id: ID, function_id: 'victim::echo', result: { n: 1 }, traceparent: '00-x' },
  { type: 'invocationresult', invocation_id: ID, error: { code: 'c', message: 'm', stacktrace: 's' } },
  { type: 'registertrigger', id: ID, trigger_type: 'fuzz::t', function_id: 'fuzz::a', config: { a: [1] } },
  { type: 'registertrigger', id: ID, trigger_type: 'engine::functions-available', function_id: 'fuzz::a', config: {} },
  { type: 'registertrigger', id: ID, trigger_type: 'cron', function_id: 'fuzz::a', config: { expression: '* * * * * *' } },
  { type: 'unregistertrigger', id: ID, trigger_type: 'fuzz::t' },
  { type: 'registertriggertype', id: 'fuzz::t', description: 'x', trigger_request_format: {} },
  { type: 'unregistertriggertype', id: 'fuzz::t' },
  { type: 'triggerregistrationresult', id: ID, trigger_type: 'fuzz::t', error: { code: 'c', message: 'm' } },
  { type: 'registerservice', id: 's', name: 'n' },
  { type: 'reattach', previous_worker_id: ID, reattach_token: 'x' },
  { type: 'ping' },
]

const PIECES = [
  '"__proto__":{"polluted":1},',
  '"constructor":',
  '\\u0000',
  '\\ud800',
  '1e999',
  '-0',
  'null',
  'true',
  '[[[[[[[[',
  ']}',
  '{"a":',
  '""',
  '"type":"ping",',
  '\uFEFF',
  '\u202E',
  '９',
  ',',
  ':',
  '"',
  '\\',
  `"${'x'.repeat(3000)}"`,
  '"_caller_worker_id":"me",',
] as const

/** One frame with up to four things done to its text. */
function mutated(random: () => number): string {
  const below = (n: number) => Math.floor(random() * n)
  let text = JSON.stringify(FRAMES[below(FRAMES.length)])
  if (below(2) === 0) text = text.replaceAll(ID, uuidFrom(below))
  for (let changes = below(4); changes >= 0; changes--) {
    const at = below(text.length + 1)
    const to = at + below(8)
    switch (below(6)) {
      case 0:
        text = text.slice(0, at) + (PIECES[below(PIECES.length)] ?? '') + text.slice(at)
        break
      case 1:
        text = text.slice(0, at) + text.slice(to)
        break
      case 2:
        text = text.slice(0, at) + String.fromCharCode(32 + below(95)) + text.slice(at + 1)
        break
      case 3:
        text = text.slice(0, at) + text.slice(at, to) + text.slice(at)
        break
      case 4: {
        const other = JSON.stringify(FRAMES[below(FRAMES.length)])
        text = `{${other.slice(1, -1)},${text.slice(1)}`
        break
      }
      default:
        text = text.replace(/"[^"]*"(?=[,}])/, PIECES[below(PIECES.length)] ?? '')
    }
  }
  return text
}

function uuidFrom(below: (n: number) => number): string {
  // Mostly of a few, so that frames meet calls of others.
  return below(4) === 0 ? randomUUID() : `00000000-0000-4000-8000-00000000000${below(10)}`
}
