import { fail, sessionId, ulid, type Json, type SessionId } from '@tabwright/protocol'
import { UNDO_MS, titled, type CataloguePorts, type SessionCatalogue } from './catalogue-idb'
import { draftKey, DRAFTS } from './draft-key'
import type { MemorySession, MemoryStore } from './event-log-memory'
import { imageMemory } from './image-memory'
import type { RuleShelf } from './rules-idb'
import { onShelf, rowOf, unhidden, type SessionRecord } from './session-record'
import { planSeed } from './session-seed'
import { missingSession } from './session-store'

/** The list of a browser that keeps nothing: the same promises while the tab lives. `reason` is what the page's banner says. */
export function catalogueMemory(store: MemoryStore, ports: CataloguePorts, reason: string): SessionCatalogue {
  const listeners = new Set<() => void>()
  const besides = keptBeside()
  const find = (session: SessionId): MemorySession => store.sessions.get(session) ?? missingSession(session)
  const changed = (): void => {
    for (const listener of listeners) listener()
  }
  const change = async (session: SessionId, next: (record: SessionRecord) => SessionRecord): Promise<void> => {
    const found = find(session)
    found.record = next(found.record)
    changed()
  }
  return {
    async list() {
      const shown = [...store.sessions.values()].map(({ record }) => record).filter(({ deletedAt }) => deletedAt === undefined)
      return shown.toSorted((a, b) => b.updatedAt - a.updatedAt || (a.id < b.id ? 1 : -1)).map(rowOf)
    },
    watch(listener) {
      const mine = (): void => listener()
      listeners.add(mine)
      return () => listeners.delete(mine)
    },
    async create(options) {
      const id = sessionId(ulid(ports.clock.now(), ports.random))
      const { plan, commit } = planSeed({ id, ...options, title: titled(options.title) }, ports)
      store.put(plan, commit)
      store.watch(id, changed)
      changed()
      return id
    },
    rename: (session, title) => change(session, (record) => ({ ...record, title: titled(title) })),
    shelve: (session, shelf) => change(session, (record) => onShelf(record, shelf)),
    remove: (session) => change(session, (record) => ({ ...record, deletedAt: ports.clock.now() })),
    restore: (session) => change(session, unhidden),
    ...besides,
    storage: async () => ({ type: 'off', reason }),
    async purge() {
      const until = ports.clock.now() - UNDO_MS
      for (const { record } of store.sessions.values()) {
        if (record.deletedAt === undefined || record.deletedAt > until) continue
        store.sessions.delete(record.id)
        for (const kind of DRAFTS) await besides.saveDraft(record.id, '', kind)
      }
    },
    rules: noRuleShelf(),
    images: imageMemory(store),
    announce: changed,
    close: () => listeners.clear(),
  }
}

/** Where nothing outlives the tab, no rule does. */
function noRuleShelf(): RuleShelf {
  const refuse = async (): Promise<never> =>
    fail('storage_off', 'This browser keeps no data, so no rule outlives this page. Nothing was added.')
  return {
    list: async () => [],
    add: refuse,
    putBack: refuse,
    remove: refuse,
    watch: () => () => undefined,
    projectOf: async (session) => session,
    join: async () => undefined,
    close: () => undefined,
  }
}

function keptBeside(): Pick<SessionCatalogue, 'readDraft' | 'saveDraft' | 'readSetting' | 'saveSetting' | 'databaseName'> {
  const drafts = new Map<SessionId, string>()
  const settings = new Map<string, Json>()
  return {
    readDraft: async (session, kind) => drafts.get(draftKey(session, kind)) ?? '',
    async saveDraft(session, text, kind) {
      if (text === '') drafts.delete(draftKey(session, kind))
      else drafts.set(draftKey(session, kind), text)
    },
    databaseName: async () => undefined,
    readSetting: async (key) => settings.get(key),
    async saveSetting(key, value) {
      settings.set(key, value)
    },
  }
}
