import { readText } from '../../streams/stream'
import { gitArgs } from './args'
import type { AttributeValue } from './attributes'
import { GitError } from './git-error'
import type { Git } from './git-call'
import { quotePath } from './quote-path'

function shown(value: AttributeValue | undefined): string {
  if (value === undefined) return 'unspecified'
  if (typeof value === 'string') return value
  return value ? 'set' : 'unset'
}

/** `git check-attr`. */
export async function checkAttr(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, 'a,all !cached stdin z')
  const wantsAll = args.has('all')
  const hasMark = args.paths !== undefined
  const names = wantsAll ? [] : hasMark || args.has('stdin') ? args.operands : args.operands.slice(0, 1)
  const given = args.paths ?? (args.has('stdin') ? [] : wantsAll ? args.operands : args.operands.slice(1))
  if (!wantsAll && names.length === 0) throw new GitError('error: No attribute specified', { kind: 'plain', code: 129 })
  const mark = args.has('z') ? '\0' : '\n'
  const paths = args.has('stdin') ? (await readText(git.call.stdin)).split(mark).filter((path) => path !== '') : given
  if (paths.length === 0 && !args.has('stdin')) throw new GitError('error: No file specified', { kind: 'plain', code: 129 })
  for (const path of paths) {
    const known = git.repo.attributes.of(git.inside(path))
    const wanted = wantsAll ? git.repo.attributes.names(git.inside(path)).filter((name) => known.has(name)) : names
    for (const name of wanted)
      git.print(
        args.has('z') ? `${path}\0${name}\0${shown(known.get(name))}\0` : `${quotePath(path)}: ${name}: ${shown(known.get(name))}\n`,
      )
  }
  return 0
}
