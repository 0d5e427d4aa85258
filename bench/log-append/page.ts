import { agentId, canonicalJson, sessionId, traceId, type Draft, type JsonObject } from '@tabwright/protocol'
import { systemClock } from '../../packages/runtime/src/io/clock-system'
import { openDatabase } from '../../packages/runtime/src/io/database'
import { eventLogIdb } from '../../packages/runtime/src/io/event-log-idb'
import { hashText } from '../../packages/runtime/src/io/hash-noble'
import { emptyRecord } from '../../packages/runtime/src/io/session-record'

type Durability = 'strict' | 'relaxed'

/** Appends per second, one at a time: each is awaited before the next. */
export interface Sample {
  readonly durability: Durability
  readonly who: 'bare' | 'chained' | 'log'
  readonly perSecond: number
}

declare global {
  interface Window {
    measureAppend: typeof measure
  }
}

const SESSION = sessionId('bench')
const draft = (n: number): Draft => ({
  agent: agentId('main'),
  trace: traceId('bench'),
  type: 'message.user',
  data: { content: [{ type: 'text', text: `${n} ${'x'.repeat(160)}` }], from: 'user' },
})

async function openLog(): Promise<(n: number, durability: Durability) => Promise<unknown>> {
  const database = await openDatabase({ name: 'bench-log' })
  await database.run((handle) => handle.put('sessions', emptyRecord({ id: SESSION, title: 'bench', project: 'blank', at: 1 })))
  // Sealing waits for a pause, and there is none here.
  const log = eventLogIdb(database, { hash: hashText, clock: systemClock, sealing: 'never' })
  const { epoch } = await log.claim(SESSION)
  return (n, durability) => log.append(SESSION, epoch, { drafts: [draft(n)], durability })
}

/** What the platform can do at best: one record of the same size, one transaction. With `hash`, its row is chained to the one before. */
async function openBare(name: string, hash?: (text: string) => string): Promise<(n: number, durability: Durability) => Promise<unknown>> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(name)
    request.onupgradeneeded = () => request.result.createObjectStore('events', { keyPath: ['session', 'seq'] })
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('IndexedDB did not open'))
  })
  let prev = 'x'.repeat(64)
  return (n, durability) =>
    new Promise((resolve, reject) => {
      const row: JsonObject = JSON.parse(JSON.stringify({ session: SESSION, v: 1, epoch: 1, at: 1, prev, ...draft(n), seq: n }))
      if (hash) prev = hash(canonicalJson(row))
      const tx = database.transaction('events', 'readwrite', { durability })
      tx.objectStore('events').add({ ...row, hash: prev })
      tx.oncomplete = resolve
      tx.onabort = () => reject(tx.error ?? new Error('aborted'))
      tx.commit()
    })
}

/** Rounds take turns, so that whatever else the machine does hits both alike. */
export async function measure(rounds: number, counts: Record<Durability, number>): Promise<readonly Sample[]> {
  const kinds = [
    { who: 'bare', append: await openBare('bench-bare') },
    { who: 'chained', append: await openBare('bench-chained', hashText) },
    { who: 'log', append: await openLog() },
  ] as const
  const samples: Sample[] = []
  let n = 0
  const sample = async (durability: Durability, { who, append }: (typeof kinds)[number]): Promise<void> => {
    const since = performance.now()
    for (let i = 0; i < counts[durability]; i++) await append((n += 1), durability)
    samples.push({ durability, who, perSecond: (counts[durability] * 1000) / (performance.now() - since) })
  }
  for (let round = 0; round < rounds; round++) {
    for (const durability of ['relaxed', 'strict'] as const) {
      for (const kind of round % 2 === 0 ? kinds : kinds.toReversed()) await sample(durability, kind)
    }
  }
  return samples
}

window.measureAppend = measure
