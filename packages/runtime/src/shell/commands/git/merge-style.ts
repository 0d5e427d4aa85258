import type { GitArgs } from './args'
import { notImplemented } from './git-error'
import type { Git } from './git-call'
import type { MergePlan } from './merge-trees'

/** How conflicts are marked. */
export function conflictStyle(git: Git): 'merge' | 'diff3' {
  const style = git.config.get('merge.conflictstyle') ?? 'merge'
  if (style === 'zdiff3') notImplemented('conflict style zdiff3')
  return style === 'diff3' ? 'diff3' : 'merge'
}

/** `-X ours` and the like. */
export function mergeOptions(git: Git, args: GitArgs): Pick<MergePlan, 'favor' | 'style' | 'space' | 'findsRenames'> {
  const words = args.values('strategy-option')
  const favor = words.findLast((word) => word === 'ours' || word === 'theirs')
  for (const word of words)
    if (
      !/^(ours|theirs|ignore-(all-space|space-change|space-at-eol|cr-at-eol)|no-renames|find-renames.*|histogram|diff-algorithm=histogram)$/.test(
        word,
      )
    )
      notImplemented(`strategy option ${word}`)
  const space = words.includes('ignore-all-space')
    ? 'all'
    : words.includes('ignore-space-change')
      ? 'amount'
      : words.includes('ignore-space-at-eol')
        ? 'end'
        : words.includes('ignore-cr-at-eol')
          ? 'cr'
          : undefined
  return {
    favor: favor === 'ours' || favor === 'theirs' ? favor : undefined,
    style: conflictStyle(git),
    space,
    findsRenames: !words.includes('no-renames'),
  }
}
