import { sessionId, type ModelInfo, type SessionId } from '@tabwright/protocol'
import { createCommands } from '../../packages/runtime/src/core/commands'
import { createDriver } from '../../packages/runtime/src/core/driver'
import { openJournal } from '../../packages/runtime/src/core/journal'
import { createRegistry } from '../../packages/runtime/src/core/registry'
import type { Tool } from '../../packages/runtime/src/core/tool'
import { catalogueIdb } from '../../packages/runtime/src/io/catalogue-idb'
import { systemClock } from '../../packages/runtime/src/io/clock-system'
import { openDatabase, type Database } from '../../packages/runtime/src/io/database'
import { eventLogIdb } from '../../packages/runtime/src/io/event-log-idb'
import { digestBytes, hashText } from '../../packages/runtime/src/io/hash-noble'
import { anthropicModel } from '../../packages/runtime/src/io/model-anthropic'
import { TOOLS } from '../../packages/runtime/src/tools'
import { composePorts, shellTurns } from '../../packages/runtime/src/worker/compose'
import { openWorkspace } from '../../packages/runtime/src/workspace/workspace'

/** Milliseconds until the server's first byte is here, of one turn with one call. */
export interface HarnessSample {
  /** From Enter. */
  readonly enter: number
  /** From the moment the tool has its result. */
  readonly result: number
  /** Of these until the request was given to the platform: what the harness itself takes. */
  readonly enterOwn: number
  readonly resultOwn: number
  /** The same two requests, their bodies there already. */
  readonly enterLimit: number
  readonly resultLimit: number
}

declare global {
  interface Window {
    measureHarness: typeof measureHarness
  }
}

const INFO: ModelInfo = { id: 'bench-model', label: 'Bench', maxOutput: 8000 }
const refused = async (): Promise<never> => {
  throw new Error('nothing runs here')
}

interface Sent {
  readonly at: number
  readonly answered: number
  readonly again: () => Promise<Response>
}

/** What happened in the running turn. */
interface Turn {
  result: number
  readonly sent: Sent[]
}

/** Plays one turn: Enter, a request, a call, its result, a request, an answer. */
type Play = (n: number) => Promise<{ readonly from: number } & Turn>

function watched(turn: Turn): typeof fetch {
  return async (input, init) => {
    const at = performance.now()
    const response = await fetch(input, init)
    const { method, headers, body } = init ?? {}
    const again = (): Promise<Response> =>
      fetch(input, { ...(method !== undefined && { method }), ...(headers && { headers }), ...(typeof body === 'string' && { body }) })
    turn.sent.push({ at, answered: performance.now(), again })
    return response
  }
}

/** The tools of the app; when one of them has its result is noted. */
function timedTools(turn: Turn): readonly Tool[] {
  return TOOLS.map((tool): Tool => ({
    ...tool,
    run: async (input, context) => {
      const result = await tool.run(input, context)
      turn.result = performance.now()
      return result
    },
  }))
}

async function openSession(database: Database, session: SessionId, baseUrl: string): Promise<Play> {
  const turn: Turn = { result: 0, sent: [] }
  const store = eventLogIdb(database, { hash: hashText, clock: systemClock })
  const entries = await store.files(session)
  const workspace = openWorkspace({ entries, loadBlob: (hash) => store.loadBlob(hash), now: systemClock.now, hash: digestBytes })
  const model = anthropicModel({ id: INFO.id, label: INFO.label, baseUrl, token: 'bench', fetch: watched(turn) })
  const ports = composePorts({
    session,
    store,
    workspace,
    hands: { name: 'none', tools: [], caps: '', provision: refused, execute: refused, release: refused },
    model: () => ({ model, info: INFO }),
    preview: { save: () => undefined, take: async () => '' },
    clock: systemClock,
    hash: hashText,
    live: () => undefined,
    shell: shellTurns(() => '/workspace'),
  })
  const journal = await openJournal(ports)
  const halt = { because: (failure: unknown): void => void failure }
  const registry = createRegistry(timedTools(turn))
  const driver = createDriver({ ports, journal, registry, halted: (failure) => halt.because(failure) })
  const commands = createCommands({ ports, journal, driver })
  return async (n) => {
    turn.sent.length = 0
    const ended = new Promise<void>((resolve, reject) => {
      halt.because = reject
      const stop = journal.watch((events) => {
        if (!events.some(({ type }) => type === 'turn.ended')) return
        stop()
        resolve()
      })
    })
    const from = performance.now()
    await commands.send(`Message ${n}: ${'look at the file and say what it holds, '.repeat(5)}`)
    await ended
    return { from, ...turn, sent: [...turn.sent] }
  }
}

async function answeredIn(send: () => Promise<Response>): Promise<number> {
  const since = performance.now()
  const response = await send()
  const took = performance.now() - since
  await response.text()
  return took
}

/** @param earlier turns that the session has already */
export async function measureHarness(rounds: number, { earlier, baseUrl }: { earlier: number; baseUrl: string }): Promise<HarnessSample[]> {
  const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes))
  const database = await openDatabase({ name: `bench-harness-${earlier}` })
  const files = [{ path: 'a.txt', text: 'some lines\n'.repeat(40) }]
  const catalogue = catalogueIdb(database, { hash: hashText, clock: systemClock, random })
  const session = sessionId(await catalogue.create({ title: 'bench', project: 'blank', files }))
  const play = await openSession(database, session, baseUrl)
  for (let n = 0; n < earlier; n++) await play(n)
  const samples: HarnessSample[] = []
  for (let round = 0; round < rounds; round++) {
    const { from, result, sent } = await play(earlier + round)
    const [first, second] = sent
    if (!first || !second || sent.length !== 2) throw new Error(`the turn made ${sent.length} requests`)
    samples.push({
      enter: first.answered - from,
      result: second.answered - result,
      enterOwn: first.at - from,
      resultOwn: second.at - result,
      enterLimit: await answeredIn(first.again),
      resultLimit: await answeredIn(second.again),
    })
  }
  return samples
}

window.measureHarness = measureHarness
