import type { Mode } from '@tabwright/protocol'
import { FETCH_TOOL } from './egress'
import type { Subject } from './subject'

/** Tools that change files and do nothing else. */
export const EDITS: ReadonlySet<string> = new Set(['write_file', 'edit_file'])

/**
 * Why a mode lets a call pass that no rule speaks of, in a clause; undefined where it does not. The network is in none of them: what leaves
 * the tab cannot be undone.
 */
export function allowedBy(mode: Mode, subject: Subject): string | undefined {
  if (subject.tool === FETCH_TOOL) return undefined
  switch (mode) {
    case 'ask':
    case 'plan':
      return undefined
    case 'accept-edits':
      return EDITS.has(subject.tool) ? 'edits are reviewed in Changes and can be undone' : undefined
    case 'auto':
      return subject.effect === 'tx' ? 'work in the sandbox can be undone' : undefined
    case 'bypass':
      return subject.effect === 'tx' ? 'everything in the sandbox passes' : undefined
  }
}
