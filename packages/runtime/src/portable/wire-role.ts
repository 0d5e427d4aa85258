import type { WireRow } from '@tabwright/protocol'

const ROLES: readonly WireRow['role'][] = ['header', 'user', 'assistant', 'system']

/** The role of a row that came from outside; undefined for what is none. */
export function wireRole(value: unknown): WireRow['role'] | undefined {
  return ROLES.find((role) => role === value)
}
