import { readText } from '../../streams/stream'
import { gitArgs, type GitArgs } from './args'
import { writeWork } from './checkout-tree'
import type { Git } from './git-call'
import type { IndexEntry } from './index-file'
import { MODE_COMMIT, MODE_EXEC, MODE_LINK } from './objects'
import { textOf } from '../../text'
import { parentName } from '../../tree/tree-node'
import { checkPath } from './safe-path'

/** `git checkout-index`: files of the index into the working tree, or below another name. */
export async function checkoutIndex(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, 'a,all f,force z ignore-skip-worktree-bits u,index q,quiet n,no-create stdin !temp prefix= !stage=')
  const { repo } = git
  const typed = args.has('stdin') ? (await readText(git.call.stdin)).split(args.has('z') ? '\0' : '\n').filter((line) => line !== '') : []
  const named = [...args.words, ...typed].map((word) => ({ word, entry: repo.index.get(git.inside(word)) }))
  const whole = args.has('all') ? repo.index.entries.filter(({ stage, isSkipped }) => stage === 0 && !isSkipped) : []
  let code = 0
  const say = async (text: string): Promise<void> => {
    code = 1
    if (!args.has('quiet')) await git.say(`${text}\n`)
  }
  for (const { word, entry } of named) if (entry === undefined) await say(`git checkout-index: ${word} is not in the cache`)
  for (const entry of [...named.flatMap((one) => one.entry ?? []), ...whole]) {
    const there = placed(git, args, entry)
    if (there !== undefined) await say(`${there} already exists, no checkout`)
  }
  if (args.has('index')) repo.saveIndex()
  return code
}

/** Writes one file; gives its name where another one is there and stays. */
function placed(git: Git, args: GitArgs, entry: IndexEntry): string | undefined {
  const { repo } = git
  const prefix = args.value('prefix') ?? ''
  const file = repo.workFile(entry.path)
  if (prefix === '') {
    if (file !== undefined && !repo.isModified(entry, file)) return undefined
    if (file !== undefined && !args.has('force')) return entry.path
    if (file === undefined && args.has('no-create')) return undefined
    const made = writeWork(repo, entry.path, entry)
    if (args.has('index')) repo.index.add(made)
    return undefined
  }
  checkPath(entry.path)
  if (entry.mode === MODE_COMMIT) return undefined
  const at = prefix.startsWith('/') ? prefix + entry.path : repo.at(prefix + entry.path)
  if (git.files.find(at) !== undefined && !args.has('force')) return prefix + entry.path
  git.files.mkdir(parentName(at), true)
  git.files.rm(at, { force: true })
  const bytes = repo.objects.readAs(entry.oid, 'blob')
  if (entry.mode === MODE_LINK) git.files.symlink(textOf(bytes), at)
  else git.files.writeFile(at, repo.smudged(entry.path, bytes), entry.mode === MODE_EXEC ? 0o755 : 0o644)
  return undefined
}
