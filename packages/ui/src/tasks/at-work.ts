import type { CallRow, Row } from '@tabwright/protocol'

/** It was started and has not ended. */
export function isAtWork({ state }: CallRow): boolean {
  return state === 'running'
}

/** Calls that gave work away, and commands that run, oldest first. */
export function workIn(rows: readonly Row[]): { readonly agents: readonly CallRow[]; readonly commands: readonly CallRow[] } {
  const calls = rows.flatMap((row) => (row.type === 'call' ? [row] : []))
  return {
    agents: calls.filter(({ name }) => name === 'task'),
    commands: calls.filter((row) => row.name === 'shell' && isAtWork(row)),
  }
}
