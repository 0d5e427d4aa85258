import { fail } from '@tabwright/protocol'
import type { Fact } from '../fact'
import type { Ports } from '../ports'

/** What a decision changed in the files. */
export function changedBy(changes: Awaited<ReturnType<Ports['describe']>>): readonly Fact[] {
  return changes.length === 0 ? [] : [{ type: 'workspace.changed', data: { by: 'review', changes } }]
}

/** Another state than the one that was shown. */
export function stale(which: string): never {
  return fail('stale', `${which} changed since it was shown. Nothing was decided; look at it again.`)
}
