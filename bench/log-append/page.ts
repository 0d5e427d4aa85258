import { agentId, sessionId, traceId, type Draft } from '@tabwright/protocol'
import { systemClock } from '../../packages/runtime/src/io/clock-system'
import { openDatabase } from '../../packages/runtime/src/io/database'
import { eventLogIdb } from '../../packages/runtime/src/io/event-log-idb'
import { hashText } from '../../packages/runtime/src/io/hash-noble'
import { emptyRecord } from '../../packages/runtime/src/io/session-record'

type Durability = 'strict' | 'relaxed'

/** Appends per second, one at a time: each is awaited before the next. */
export interface Sample {
  readonly durability: Durability
  readonly who: 'bare' | 'log'
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
  const log = eventLogIdb(database, { hash: hashText, clock: systemClock })
  const { epoch } = await log.claim(SESSION)
  return (n, durability) => log.append(SESSION, epoch, { drafts: [draft(n)], durability })
}

/** What the platform can do at best: one record of the same size, one transaction. */
async function openBare(): Promise<(n: number, durability: Durability) => Promise<unknown>> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open('bench-bare')
    request.onupgradeneeded = () => request.result.createObjectStore('events', { keyPath: ['session', 'seq'] })
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('IndexedDB did not open'))
  })
  const full = { session: SESSION, v: 1, epoch: 1, at: 1, prev: 'x'.repeat(64), hash: 'x'.repeat(64) }
  return (n, durability) =>
    new Promise((resolve, reject) => {
      const tx = database.transaction('events', 'readwrite', { durability })
      tx.objectStore('events').add({ ...full, ...draft(n), seq: n })
      tx.oncomplete = resolve
      tx.onabort = () => reject(tx.error ?? new Error('aborted'))
      tx.commit()
    })
}

/** Rounds take turns, so that whatever else the machine does hits both alike. */
export async function measure(rounds: number, counts: Record<Durability, number>): Promise<readonly Sample[]> {
  const kinds = [
    { who: 'bare', append: await openBare() },
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
