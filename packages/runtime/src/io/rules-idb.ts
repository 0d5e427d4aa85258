import {
  failureOf,
  isJsonObject,
  parseKeptRule,
  printRule,
  RULE_TOOLS,
  type Clock,
  type Failure,
  type Json,
  type KeptRule,
  type RuleEffect,
  type RulePattern,
  type SessionId,
} from '@tabwright/protocol'
import type { RuleBook } from '../core/rule-book'
import { broadcasts, type Broadcasts } from './broadcast'
import { writing, type Database } from './database'

/** Rules of this browser, as the list in Settings shows and changes them. Each change is told to every tab. */
export interface RuleShelf {
  /** Newest first. What cannot be read is there too, as rules that ask about everything. */
  list(): Promise<readonly KeptRule[]>
  /** Durable when it resolves. The same rule twice is one, as it was kept first. */
  add(rule: NewRule): Promise<KeptRule>
  /** As it was, after {@link RuleShelf.remove}. */
  putBack(rule: KeptRule): Promise<void>
  remove(id: string): Promise<void>
  watch(listener: () => void): () => void
  /** Sessions of one project share its rules. */
  projectOf(session: SessionId): Promise<string>
  join(session: SessionId, project: string): Promise<void>
  close(): void
}

/** A rule on its way to the shelf. */
export interface NewRule {
  readonly effect: RuleEffect
  readonly pattern: RulePattern
  readonly why: string
  /** The project of this session; missing: everywhere. */
  readonly session?: SessionId
}

interface RulePorts {
  readonly clock: Pick<Clock, 'now'>
}

/** Every session that began as the demo has the same files. */
export const DEMO_RULES = 'demo'
const CHANNEL = 'rules'
const KEY = 'rule:'

export function ruleShelf(database: Database, { clock }: RulePorts): RuleShelf {
  const channels = broadcasts()
  return {
    list: async () => {
      const seen = new Set<string>()
      const rules = (await readAll(database)).filter(({ id }) => !seen.has(id) && seen.add(id))
      return rules.toSorted((a, b) => b.createdAt - a.createdAt)
    },
    add: async (rule) => {
      const kept = await made(database, rule, clock)
      await put(database, kept)
      channels.tell(CHANNEL, 'changed')
      return kept
    },
    putBack: async (rule) => {
      await put(database, rule)
      channels.tell(CHANNEL, 'changed')
    },
    remove: async (id) => {
      await database.run(async (handle) => {
        const tx = handle.transaction('settings', 'readwrite', { durability: 'strict' })
        await writing(tx, async (keep) => keep(tx.store.delete(KEY + id)))
      })
      channels.tell(CHANNEL, 'changed')
    },
    watch: (listener) => channels.listen(CHANNEL, listener),
    projectOf: (session) => projectOf(database, session),
    join: (session, project) =>
      database.run(async (handle) => {
        const tx = handle.transaction('settings', 'readwrite', { durability: 'strict' })
        await writing(tx, async (keep) => keep(tx.store.put({ key: projectKey(session), value: { project } })))
      }),
    close: () => channels.close(),
  }
}

function jsonOf(rule: KeptRule): Json {
  return JSON.parse(JSON.stringify(rule))
}

async function put(database: Database, rule: KeptRule): Promise<void> {
  const value = jsonOf(rule)
  await database.run(async (handle) => {
    const tx = handle.transaction('settings', 'readwrite', { durability: 'strict' })
    await writing(tx, async (keep) => {
      const before = await tx.store.get(KEY + rule.id)
      if (before === undefined || isOfOther(before.value, rule)) keep(tx.store.put({ key: KEY + rule.id, value }))
    })
  })
}

/** It was allowed for a tool that was another one: allowed again, it speaks of this one. */
function isOfOther(value: unknown, { identity }: KeptRule): boolean {
  const before = parseKeptRule(value)?.identity
  return before !== undefined && before !== identity
}

/** Within a minute the same rule is not noted again as used. */
const NOTED_MS = 60_000

interface BookPorts extends RulePorts {
  readonly session: SessionId
  /** A write that may be lost was lost. */
  readonly lost: (failure: Failure) => void
}

/** The rules of one session's worker. */
export function ruleBookIdb(database: Database, ports: BookPorts): RuleBook & { close(): void } {
  const channels: Broadcasts = broadcasts()
  const noted = new Map<string, number>()
  const { session, clock, lost } = ports
  return {
    read: async () => {
      const project = await projectOf(database, session)
      return (await readAll(database)).filter((rule) => rule.project === undefined || rule.project.id === project)
    },
    keep: async ({ effect, pattern, why, identity }) => {
      const rule = await made(database, { effect, pattern, why, session }, clock)
      await put(database, { ...rule, ...(identity !== undefined && { identity }) })
      channels.tell(CHANNEL, 'changed')
    },
    used: (ids) => {
      const now = clock.now()
      const due = ids.filter((id) => now - (noted.get(id) ?? -NOTED_MS) >= NOTED_MS)
      for (const id of due) noted.set(id, now)
      if (due.length > 0) noteUsed(database, due, now).catch((error: unknown) => lost(failureOf(error)))
    },
    watch: (listener) => channels.listen(CHANNEL, listener),
    close: () => channels.close(),
  }
}

async function readAll(database: Database): Promise<readonly KeptRule[]> {
  const rows = await database.run((handle) => handle.getAll('settings', IDBKeyRange.bound(KEY, `${KEY}\uffff`)))
  return rows.flatMap(({ key, value }) => {
    const rule = parseKeptRule(value)
    return rule && KEY + rule.id === key ? [rule] : unreadable(key.slice(KEY.length))
  })
}

/** It may have denied something: until it is deleted nothing passes without a person. */
function unreadable(id: string): readonly KeptRule[] {
  const why = 'a rule that this browser keeps cannot be read; delete it in Settings, Permissions'
  return [...RULE_TOOLS, '*::*'].map((tool) => ({ id, effect: 'ask', pattern: { type: 'tool', tool }, scope: 'user', why, createdAt: 0 }))
}

async function made(database: Database, { effect, pattern, why, session }: NewRule, clock: RulePorts['clock']): Promise<KeptRule> {
  const rule = { effect, pattern, why, createdAt: clock.now() }
  const text = `${effect} ${printRule(pattern)}`
  if (session === undefined) return { ...rule, id: `user:${text}`, scope: 'user' }
  const id = await projectOf(database, session)
  const row = id === DEMO_RULES ? undefined : await database.run((handle) => handle.get('sessions', session))
  return { ...rule, id: `project:${id}:${text}`, scope: 'project', project: { id, name: row?.title ?? 'Demo project' } }
}

/** Where it stands which project a session is of. */
export const projectKey = (session: SessionId): string => `project:${session}`

/** Sessions of one project share what a person decided about it. One that was told nothing else is a project of its own. */
export async function projectOf(database: Database, session: SessionId): Promise<string> {
  const value = await database.run(async (handle) => (await handle.get('settings', projectKey(session)))?.value)
  if (value === undefined || value instanceof Uint8Array || !isJsonObject(value)) return session
  return typeof value['project'] === 'string' ? value['project'] : session
}

/** Whether rules are kept for a project that bears this session's name. */
export async function hasProjectRules(database: Database, session: SessionId): Promise<boolean> {
  return (await readAll(database)).some(({ project }) => project?.id === session)
}

async function noteUsed(database: Database, ids: readonly string[], at: number): Promise<void> {
  await database.run(async (handle) => {
    const tx = handle.transaction('settings', 'readwrite', { durability: 'relaxed' })
    await writing(tx, async (keep) => {
      const rows = await Promise.all(ids.map((id) => tx.store.get(KEY + id)))
      // One that was deleted meanwhile does not come back.
      for (const row of rows) {
        const rule = row && parseKeptRule(row.value)
        if (row && rule) keep(tx.store.put({ key: row.key, value: jsonOf({ ...rule, lastUsed: at }) }))
      }
    })
  })
}
