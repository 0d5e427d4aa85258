import { gitArgs } from './args'
import { notImplemented } from './git-error'
import type { Git } from './git-call'

/** `git rerere`: conflicts are not remembered here. Where that is not switched on, git itself does nothing. */
export function rerere(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, 'rerere-autoupdate')
  const isOn = git.config.bool('rerere.enabled') ?? git.files.find(`${git.repo.commonDir}/rr-cache`) !== undefined
  if (isOn) notImplemented(`rerere${args.words[0] === undefined ? '' : ` ${args.words[0]}`}`)
  return 0
}
