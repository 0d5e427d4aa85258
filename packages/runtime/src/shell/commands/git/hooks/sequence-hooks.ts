import { bytesOf, textOf } from '../../../text'
import { failed } from '../git-error'
import type { Git } from '../git-call'
import { commitEnv, hasHook, runHook, toldPath } from './hooks'

/** The message of a commit that is put elsewhere, as the hook that prepares messages leaves it. @throws GitError when the hook fails */
export async function preparedMessage(git: Git, message: string, action?: string): Promise<string> {
  if (!hasHook(git, 'prepare-commit-msg')) return message
  const path = `${git.repo.gitDir}/COMMIT_EDITMSG`
  git.files.writeFile(path, bytesOf(message))
  const args = [toldPath(git, 'COMMIT_EDITMSG'), 'message']
  const code = await runHook(git, 'prepare-commit-msg', { args, env: commitEnv(git, action) })
  if (code !== 0) return failed("'prepare-commit-msg' hook failed", 128)
  git.repo.replaceIndex(git.repo.readIndex())
  return textOf(git.files.readFile(path))
}

/** After a commit was put elsewhere. @param how which commit it replaces; what the logs of refs name where an editor was opened */
export async function afterCommit(
  git: Git,
  oid: string,
  { amended, action }: { readonly amended?: string | undefined; readonly action?: string | undefined } = {},
): Promise<void> {
  await runHook(git, 'post-commit', { env: commitEnv(git, action) })
  if (amended !== undefined) await runHook(git, 'post-rewrite', { args: ['amend'], stdin: `${amended} ${oid}\n` })
}
