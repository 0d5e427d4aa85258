import { bytesOf } from '../../text'
import { resolvePath } from '../../tree/tree-node'
import { gitArgs } from './args'
import { fatal } from './git-error'
import type { Git } from './git-call'
import { isGitDir, type Repository } from './repository'
import { isBranchName } from './refs'

const ADVICE = `hint: Using 'master' as the name for the initial branch. This default branch name
hint: is subject to change. To configure the initial branch name to use in all
hint: of your new repositories, which will suppress this warning, call:
hint: 
hint: \tgit config --global init.defaultBranch <name>
hint: 
hint: Names commonly chosen instead of 'master' are 'main', 'trunk' and
hint: 'development'. The just-created branch can be renamed via this command:
hint: 
hint: \tgit branch -m <name>
`

/** `git init`. */
export async function init(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, 'q,quiet bare b,initial-branch= !template= !separate-git-dir= !shared? object-format=')
  if (args.value('object-format') === 'sha256') fatal('object format sha256 is not implemented in this sandbox')
  const folder = resolvePath(git.cwd, args.words[0] ?? '.')
  const isBare = args.has('bare')
  const gitDir = isBare ? folder : `${folder === '/' ? '' : folder}/.git`
  const isAgain = isGitDir(git.files, gitDir)
  const named = args.value('initial-branch')
  const branch = named ?? git.config.get('init.defaultbranch') ?? 'master'
  if (!isBranchName(branch)) fatal(`invalid branch name: '${branch}'`)
  const isAdvised = named === undefined && git.config.get('init.defaultbranch') === undefined && !isAgain && !args.has('quiet')
  if (isAdvised) await git.say(ADVICE)
  if (!isAgain) makeRepository(git, { gitDir, worktree: isBare ? undefined : folder, branch })
  else if (named !== undefined) await git.say(`warning: re-init: ignored --initial-branch=${named}\n`)
  if (!args.has('quiet')) git.print(`${isAgain ? 'Reinitialized existing' : 'Initialized empty'} Git repository in ${gitDir}/\n`)
  return 0
}

/** Makes the files of an empty repository. */
export function makeRepository(
  git: Git,
  how: { readonly gitDir: string; readonly worktree: string | undefined; readonly branch: string },
): Repository {
  const { files } = git
  for (const folder of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags', 'info', 'hooks', 'branches'])
    files.mkdir(`${how.gitDir}/${folder}`, true)
  const write = (name: string, text: string): void => files.writeFile(`${how.gitDir}/${name}`, bytesOf(text))
  write('HEAD', `ref: refs/heads/${how.branch}\n`)
  const isBare = how.worktree === undefined
  write(
    'config',
    `[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = ${isBare}\n${isBare ? '' : '\tlogallrefupdates = true\n'}`,
  )
  write('description', "Unnamed repository; edit this file 'description' to name the repository.\n")
  write(
    'info/exclude',
    "# git ls-files --others --exclude-from=.git/info/exclude\n# Lines that start with '#' are comments.\n# For a project mostly in C, the following would be a good set of\n# exclude patterns (uncomment them if you want to use them):\n# *.[oa]\n# *~\n",
  )
  return git.open({ gitDir: how.gitDir, commonDir: how.gitDir, worktree: how.worktree })
}
