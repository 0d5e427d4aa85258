import {
  callId,
  MAIN_AGENT,
  sessionId,
  traceId,
  type CallId,
  type Commit,
  type Draft,
  type FileEntry,
  type PathChange,
  type WireRow,
} from '@tabwright/protocol'
import type { Fact } from '../core/fact'
import type { Database } from '../io/database'
import { eventLogIdb } from '../io/event-log-idb'
import { memoryStore } from '../io/event-log-memory'
import { hashBytes, hashText } from '../io/hash-noble'
import { imageIdb } from '../io/image-idb'
import { imageMemory } from '../io/image-memory'
import type { ImageStore } from '../io/image-store'
import { emptyRecord } from '../io/session-record'
import type { SessionStore } from '../io/session-store'
import type { PortablePorts } from './portable'
import { SESSION_LIMITS } from './archive-limits'
import { readArchive } from './archive-read'
import { exportSession } from './portable'

export const SESSION = sessionId('01original')
export const clock = { now: () => 1_700_000_000_000 }
export const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes))

/** Somewhere that keeps sessions. */
export interface Place {
  readonly log: SessionStore
  readonly images: ImageStore
  make(): Promise<void>
  /** Everything that is kept, counted. */
  count(): Promise<readonly number[]>
}

export function inMemory(store = memoryStore({ hash: hashText, clock })): Place {
  return {
    log: store,
    images: imageMemory(store),
    make: async () => store.open(emptyRecord({ id: SESSION, title: 'A *title*', project: 'blank', at: 5 })),
    count: async () => [store.sessions.size, store.blobs.size],
  }
}

export function inDatabase(database: Database): Place {
  return {
    log: eventLogIdb(database, { hash: hashText, clock }),
    images: imageIdb(database),
    make: () =>
      database.run(async (handle) => {
        await handle.put('sessions', emptyRecord({ id: SESSION, title: 'A *title*', project: 'blank', at: 5 }))
      }),
    count: () =>
      database.run((handle) =>
        Promise.all((['sessions', 'events', 'chunks', 'wire', 'files', 'blobs', 'refs'] as const).map((name) => handle.count(name))),
      ),
  }
}

/** mulberry32: the same numbers from the same seed. */
export function dice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % sides
  }
}

const PATHS = ['a.txt', 'src/b.ts', 'README', 'readme', 'bin/run', 'link', 'é/ü 😀.txt', '__proto__', 'deep/er/c'] as const
const TEXTS = ['', 'x', '\ud800 alone', 'line\nline\r\n', '😀'.repeat(30), '`'.repeat(7), '{"__proto__":1}', '\u2028\0'] as const

type Roll = ReturnType<typeof dice>

function pick<T>(roll: Roll, list: readonly [T, ...T[]]): T {
  return list[roll(list.length)] ?? list[0]
}

/** A writer of the session that this file is about. */
export async function writerOf(place: Place): Promise<(facts: readonly Fact[], more?: Partial<Commit>) => Promise<unknown>> {
  const { epoch } = await place.log.claim(SESSION)
  return (facts, more = {}) => {
    const drafts = facts.map((fact): Draft => ({ ...fact, agent: MAIN_AGENT, trace: traceId('t') }))
    return place.log.append(SESSION, epoch, { drafts, durability: 'strict', ...more })
  }
}

/** A session that does a bit of everything, `length` entries long. */
export async function grow(place: Place, options: { seed: number; length: number }): Promise<void> {
  const roll = dice(options.seed)
  await place.make()
  const append = await writerOf(place)
  const change = changer(roll)
  await append([{ type: 'session.opened', data: { title: 'A *title*', project: 'blank' } }])
  for (let i = 0; i < options.length; i++) {
    const kind = roll(6)
    if (kind === 0) {
      const header: WireRow = { role: 'header', text: `{"system":${JSON.stringify(pick(roll, TEXTS))}}` }
      const wire: WireRow[] = [header, { role: 'user', text: `{"n": ${i}}` }, { role: 'system', text: `{"said": ${i}}` }]
      await append([{ type: 'model.requested', data: { attempt: 1, messages: 1, wire: 1 } }], { wire })
    } else if (kind < 3) {
      await append([{ type: 'message.user', data: { content: [{ type: 'text', text: pick(roll, TEXTS) }], from: 'user' } }])
    } else if (kind === 3) await append(called(callId(`c${i}`), pick(roll, TEXTS)))
    else {
      const one = change()
      const fact = { path: one.path, before: one.before, after: one.after?.hash ?? null, added: 1, removed: 0 }
      await append([{ type: 'workspace.changed', data: { by: 'agent', changes: [fact] } }], { files: [one] })
    }
  }
}

/** A call of the shell and what came of it. */
export function called(call: CallId, text: string): readonly Fact[] {
  const usage = { input: 1, output: 2, cacheRead: 3, cacheWrite: 4 }
  const content = [{ type: 'call', id: call, name: 'shell', input: '{"command":"ls"}' }] as const
  return [
    { type: 'message.assistant', data: { content, stopReason: 'tool_use', usage, model: 'm', ms: 5 } },
    { type: 'call.ended', data: { call, outcome: { type: 'done', text }, ms: 1 } },
  ]
}

function changer(roll: Roll): () => PathChange {
  const files = new Map<string, FileEntry>()
  return () => {
    const path = pick(roll, PATHS)
    const before = files.get(path)
    if (before && roll(4) === 0) {
      files.delete(path)
      return { path, before: before.hash, after: null }
    }
    const mode = pick<FileEntry['mode']>(roll, ['file', 'executable', 'symlink', 'folder'])
    const content = roll(6) === 0 ? random(40 + roll(400)) : new TextEncoder().encode(pick(roll, TEXTS).repeat(1 + roll(20)))
    const bytes = mode === 'folder' ? new Uint8Array() : content
    const kept = { mode, mtime: roll(9e8), version: roll(99) + 1, ...(roll(3) === 0 && { permissions: 0o600 }) }
    const hash = hashBytes(bytes)
    files.set(path, { path, hash, size: bytes.length, ...kept })
    const after = { hash, bytes, ...kept }
    return { path, before: before?.hash ?? null, after }
  }
}

export const ports = (place: Place): PortablePorts => ({ store: place.images, hash: hashText, clock, random })

/** An archive of a session and the content of its parts. */
export async function sample(length = 30): Promise<{ bytes: Uint8Array; parts: Map<string, Uint8Array> }> {
  const place = inMemory()
  await grow(place, { seed: 7, length })
  const bytes = await exportSession(SESSION, ports(place))
  return { bytes, parts: new Map(readArchive(bytes, SESSION_LIMITS)) }
}

/** Text as the bytes of a part. */
export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
/** The text of a part. */
export const textIn = (parts: ReadonlyMap<string, Uint8Array>, name: string): string => new TextDecoder().decode(parts.get(name))
