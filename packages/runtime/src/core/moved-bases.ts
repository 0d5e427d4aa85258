import type { EditBase, SessionEvent } from '@tabwright/protocol'

/** What the agent itself made of the file meanwhile is what its next edit is made against. */
export function withMovedBases<Edit extends { readonly base?: EditBase }>(
  edits: readonly Edit[],
  { by, changes }: SessionEvent<'workspace.changed'>['data'],
): readonly Edit[] {
  if (by !== 'agent' || !edits.some(({ base }) => base)) return edits
  return edits.map((edit) => {
    const { base } = edit
    const change = base && changes.find(({ path, before }) => path === base.path && before === base.hash)
    return change ? { ...edit, base: { path: base.path, hash: change.after } } : edit
  })
}
