import type { SessionId } from '@tabwright/protocol'

/** The settings that an address may carry; they stay in it from page to page, so that a reload means the same. */
const KEPT = ['demo', 'relay'] as const

/** @param search the present address's query */
export function homeAddress(search: string): string {
  return `/${keptQuery(search)}`
}

/** @param search the present address's query */
export function sessionAddress(session: SessionId, search: string): string {
  return `/s/${session}${keptQuery(search)}`
}

function keptQuery(search: string): string {
  const now = new URLSearchParams(search)
  const kept = new URLSearchParams(KEPT.flatMap((name) => now.getAll(name).map((value) => [name, value])))
  return kept.size === 0 ? '' : `?${kept.toString()}`
}
