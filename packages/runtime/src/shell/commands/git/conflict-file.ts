import { bytesOf, textOf } from '../../text'
import { mergeTexts } from './diff/merge-text'
import type { Git } from './git-call'

/** Writes a file with its conflict again, as it was when the merge stopped. */
export function rewriteConflict(git: Git, path: string, style: string): void {
  const { index, objects } = git.repo
  const side = (stage: number): string => {
    const entry = index.get(path, stage)
    return entry === undefined ? '' : textOf(objects.readAs(entry.oid, 'blob'))
  }
  const merged = mergeTexts(
    side(1),
    { ours: side(2), theirs: side(3) },
    { ours: 'ours', theirs: 'theirs', base: 'base', style: style === 'merge' ? 'merge' : 'diff3' },
  )
  git.files.writeFile(git.repo.at(path), bytesOf(merged.text))
}
