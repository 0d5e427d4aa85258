import type { ConflictChoice } from '@tabwright/protocol'
import type { Phrase } from '../language'

/** Lines that two changed: as they were before, and as either made them. */
export interface Sides {
  readonly base: string
  readonly yours: string
  readonly agents: string
}

/** The ways to settle a conflict, in the order of their keys 1–5. */
export const CHOICES: readonly { readonly how: ConflictChoice; readonly label: Phrase }[] = [
  { how: 'yours', label: 'Yours' },
  { how: 'agent', label: 'Agent’s' },
  { how: 'both', label: 'Both, yours first' },
  { how: 'neither', label: 'Neither, as before' },
  { how: 'hand', label: 'Edit by hand' },
]

/** What a choice puts in the place of the lines that both changed. */
export function chosenText({ base, yours, agents }: Sides, how: Exclude<ConflictChoice, 'hand'>): string {
  if (how === 'yours') return yours
  if (how === 'agent') return agents
  if (how === 'neither') return base
  const isEnded = yours === '' || yours.endsWith('\n')
  const end = agents.includes('\r\n') ? '\r\n' : '\n'
  return `${yours}${isEnded ? '' : end}${agents}`
}
