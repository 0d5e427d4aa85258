import type { HistoryPoint } from '@tabwright/protocol'
import type { Memory } from '../layout/remember'

/** From where on changes are looked at: the newest turn, all that waits for the person, or a place in the past. */
export type Scope = { readonly type: 'turn' } | { readonly type: 'session' } | { readonly type: 'since'; readonly seq: number }

const key = (session: string): string => `tabwright.scope.${session}`

/** The scope that was chosen in a session; what cannot be read is all that waits. */
export function readScope(memory: Memory, session: string): Scope {
  const kept = memory.getItem(key(session)) ?? ''
  if (kept === 'turn') return { type: 'turn' }
  return /^\d+$/.test(kept) ? { type: 'since', seq: Number(kept) } : { type: 'session' }
}

/** Keeps the choice over a reload. */
export function keepScope(memory: Memory, session: string, scope: Scope): void {
  memory.setItem(key(session), scope.type === 'since' ? String(scope.seq) : scope.type)
}

/** Where a scope begins: a number of the log; undefined where there is no such place, or where it is what waits. */
export function scopeStart(scope: Scope, points: readonly HistoryPoint[]): number | undefined {
  if (scope.type === 'session') return undefined
  if (scope.type === 'since') return points.find(({ seq }) => seq === scope.seq)?.seq
  return points.findLast(({ cause, isHidden }) => cause === 'turn' && !isHidden)?.seq
}
