import type { Logger } from 'pino'
import type { TriggerStore } from './built-in'
import { bySubject, readSubject, type Identity } from './identity'
import type { Triggers } from './triggers'

export interface StoredBindingsOptions {
  readonly bindings?: TriggerStore | undefined
  /** Identities as they are now. */
  readonly identity: (id: string) => Identity | undefined
  readonly triggers: Triggers
  readonly log: Logger
  readonly failed: (what: string, thrown: unknown) => void
}

/** Binds again what outlives connections. What was bound with a token that is no more goes: another token of its name is another. */
export async function bindStored({ bindings, identity, triggers, log, failed }: StoredBindingsOptions): Promise<void> {
  for (const stored of (await bindings?.list()) ?? []) {
    const binder = bySubject(stored.binder, identity)
    const { id, hasEpoch } = readSubject(stored.binder)
    const about = { binding: stored.id, binder: id }
    if (binder !== undefined) {
      await triggers
        .bind({ ...stored, binder, worker: undefined }, undefined)
        .catch((thrown: unknown) => failed(`stored binding ${stored.id}`, thrown))
    } else if (hasEpoch) {
      log.warn(about, 'a stored binding was removed: the token that it was made with was revoked')
      await bindings?.remove(stored.id).catch((thrown: unknown) => failed(`removing the stored binding ${stored.id}`, thrown))
    } else log.warn(about, 'a stored binding stays unused: its identity is no more')
  }
}

/** Ends the bindings of identities that are no more, where they are stored too, so that no later start brings one back. */
export function unbindRevoked(isGone: (identity: Identity) => boolean, { bindings, triggers, log, failed }: StoredBindingsOptions): void {
  for (const { id, binder, worker } of triggers.bindings()) {
    if (!isGone(binder)) continue
    triggers.unbind(id, undefined)
    if (worker !== undefined) continue
    log.warn({ binding: id, binder: binder.id }, 'a stored binding was removed: the token that it was made with was revoked')
    bindings?.remove(id).catch((thrown: unknown) => failed(`removing the stored binding ${id}`, thrown))
  }
}
